"""`AttentionLabeler`: an answer for every vector of an item."""

from typing import Any, Self

import numpy as np
from sklearn.base import TransformerMixin

from regard.errors import DataError
from regard.estimators.base import AttentionEstimator
from regard.metrics.answers import main_score


class AttentionLabeler(TransformerMixin, AttentionEstimator):  # type: ignore[misc]
    """Labels for words, frames, steps, nodes or any other vectors; or a number for each.

    `score` is span F1 where labels mark spans (BIO, BIOES), else accuracy over all vectors, from 0 to 1; R² for
    numbers. Texts come as lists of words, one label a word; None in place of a label is neither learned nor scored.
    Arguments: those of `AttentionEstimator`.

    >>> words = [["the", "dog", "runs"], ["a", "cat", "sleeps"]] * 10
    >>> model = AttentionLabeler(width=16, layers=1, epochs=20, random_state=1)
    >>> model.fit(words, [["D", "N", "V"]] * 20).predict([["the", "cat", "runs"]])
    [['D', 'N', 'V']]
    """

    kind = "label"

    def fit(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None, valid: Any = None) -> Self:
        """Learns from items and the answers of their vectors; arguments as of `AttentionClassifier.fit`."""
        self._refuse_class_weight("label")
        examples = self._examples(X, y, groups)
        if examples.kind == "text" and any(isinstance(item, str) for item in examples.items):
            hint = "['New', 'York'] with ['B-city', 'I-city']"
            raise DataError("X: a labeler takes lists of words, one label a word", got="a text in one piece", hint=hint)
        return self._fit(examples, self._weights(examples, None, sample_weight), self._held_out(valid))

    def predict(self, X: Any) -> list[list[Any]]:
        """For each item a list with the likeliest class, or the number, of each vector."""
        return self._model().predict(self._examples(X))

    def predict_proba(self, X: Any) -> list["np.ndarray[Any, Any]"]:
        """For each item the probability of each class at each vector, (n, v), in the order of `classes_`."""
        return self._model().probabilities(self._examples(X))

    @property
    def classes_(self) -> "np.ndarray[Any, Any]":
        """The classes in the order of `predict_proba`."""
        return np.array(self._model().targets.classes)

    def score(self, X: Any, y: Any) -> float:
        """Span F1 or accuracy, from 0 to 1; R² for numbers."""
        if not self._model().targets.classes:
            flat = [[number for item in each for number in item] for each in (y, self.predict(X))]
            return main_score("regress", *flat)
        return main_score("label", list(y), self.predict(X)) / 100
