"""`AttentionLabeler`: an answer for every vector of an item."""

from itertools import chain
from typing import Any, Self

import numpy as np

from regard.estimators.answers import as_array
from regard.estimators.base import AttentionEstimator
from regard.metrics.answers import main_score


class AttentionLabeler(AttentionEstimator):
    """Labels for words, frames, steps, nodes or any other vectors; or a number for each.

    `score` is span F1 where labels mark spans (BIO, BIOES), else accuracy over all vectors, from 0 to 1; R² for
    numbers. Texts come as lists of words, one label a word; None in place of a label is neither learned nor scored.
    Arguments: those of `AttentionEstimator`.

    >>> words = [["the", "dog", "runs"], ["a", "cat", "sleeps"]] * 10
    >>> model = AttentionLabeler(width=16, layers=1, epochs=20, learning_rate=0.02, random_state=1)
    >>> model.fit(words, [["D", "N", "V"]] * 20).predict([["the", "cat", "runs"]])
    [['D', 'N', 'V']]
    """

    kind = "label"

    def fit(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None, valid: Any = None) -> Self:
        """Learns from items and the answers of their vectors; arguments as of `AttentionClassifier.fit`."""
        return self._fit(X, y, sample_weight, groups, valid)

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """One pass over these items, from the weights that are there; arguments as of `AttentionClassifier`."""
        return self._partial_fit(X, y, classes, sample_weight)

    def predict(self, X: Any) -> list[list[Any]]:
        """For each item a list with the likeliest class, or the number, of each vector."""
        return self._model().predict(self._asked(X))

    def predict_proba(self, X: Any) -> list["np.ndarray[Any, Any]"]:
        """For each item the probability of each class at each vector, (n, v), in the order of `classes_`."""
        return self._model().probabilities(self._asked(X))

    @property
    def classes_(self) -> "np.ndarray[Any, Any]":
        """The classes in the order of `predict_proba`."""
        return as_array(self._model().targets.classes, self.model_.targets.classes)

    def score(self, X: Any, y: Any) -> float:
        """Span F1 or accuracy, from 0 to 1; R² for numbers."""
        examples = self._asked(X, y)
        answers, found = examples.answers or [], self._model().predict(examples)
        if not self.model_.targets.classes:
            return main_score("regress", [*chain(*answers)], [*chain(*found)])
        return main_score("label", answers, found) / 100
