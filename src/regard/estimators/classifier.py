"""`AttentionClassifier`: one class an item, or any number of them."""

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin

from regard.estimators.answers import as_array, as_table
from regard.estimators.base import AttentionEstimator
from regard.metrics.answers import main_score
from regard.training.answers import weighted_accuracy


class AttentionClassifier(ClassifierMixin, AttentionEstimator):  # type: ignore[misc]
    """Classes of sequences, sets, sounds, images, graphs and texts, whatever their length.

    `score` is accuracy, from 0 to 1; where items have several classes, the share of items with exactly the right ones.
    Arguments: those of `AttentionEstimator`. `classes_` are the classes in order, `model_` the model, `history_` one
    dictionary a validation. Where `y` holds lists of classes, or is a table (items, classes) of 0 and 1, any number of
    them may hold for an item, and `predict` answers in the same form.

    >>> slopes = [np.linspace(0, 1 - 2 * (i % 2), 5 + i % 3)[:, None] for i in range(40)]
    >>> model = AttentionClassifier(width=16, layers=1, epochs=20, learning_rate=0.02, random_state=1)
    >>> model.fit(slopes, ["up", "down"] * 20).predict(slopes[:2]).tolist()
    ['up', 'down']
    """

    kind = "classify"

    def fit(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None, valid: Any = None) -> Self:
        """Learns from items and their classes.

        Args:
            X: the items; see estimators/items.py.
            y: a class of any type for each, or a list of classes.
            sample_weight: how much each item counts.
            groups: items of one group stay on one side when a share is set aside for validation.
            valid: (X, y) to choose weights by, instead of that share.
        """
        return self._fit(X, y, sample_weight, groups, valid)

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """One pass over these items, from the weights that are there.

        The first call begins the model: `classes` names all that are to come, those in `y` if it is left out; how
        numbers are scaled and which words are known is learned from its items alone.
        """
        return self._partial_fit(X, y, classes, sample_weight)

    def predict(self, X: Any) -> Any:
        """The likeliest class of each item, an array (items,); where items have several, in the form of `y`."""
        found = self._model().predict(self._asked(X))
        if not self.model_.targets.several:
            return as_array(found, self.model_.targets.classes)
        return as_table(found, len(self.classes_)) if getattr(self, "table_", False) else found

    @property
    def classes_(self) -> "np.ndarray[Any, Any]":
        """The classes in the order of `predict_proba`."""
        return as_array(self._model().targets.classes, self.model_.targets.classes)

    def predict_proba(self, X: Any) -> "np.ndarray[Any, Any]":
        """The probability of each class, (items, v), in the order of `classes_`."""
        return np.stack(self._model().probabilities(self._asked(X)))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Accuracy, from 0 to 1."""
        examples = self._asked(X, y)
        answers, found = examples.answers or [], self._model().predict(examples)
        if sample_weight is None:
            return main_score("classify", answers, found) / 100
        return weighted_accuracy(answers, found, np.asarray(sample_weight)) / 100

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
