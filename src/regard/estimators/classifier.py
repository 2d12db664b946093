"""`AttentionClassifier`: one class an item, or any number of them."""

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin, TransformerMixin

from regard.estimators.base import AttentionEstimator
from regard.metrics.answers import main_score


class AttentionClassifier(ClassifierMixin, TransformerMixin, AttentionEstimator):  # type: ignore[misc]
    """Classes of sequences, sets, sounds, images, graphs and texts, whatever their length.

    `score` is accuracy, from 0 to 1; where items have several classes, the share of items with exactly the right ones.
    Arguments: those of `AttentionEstimator`. `classes_` are the classes in order, `model_` the model, `history_` one
    dictionary a validation. Where `y` holds lists of classes, any number of them may hold for an item.

    >>> waves = [np.sin(np.arange(200) * (0.1 + 0.2 * (i % 2)))[:, None] for i in range(40)]
    >>> model = AttentionClassifier(width=16, layers=1, epochs=30, random_state=1)
    >>> model.fit(waves, ["slow", "fast"] * 20).predict(waves[:2]).tolist()
    ['slow', 'fast']
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
        examples = self._examples(X, y, groups)
        return self._fit(examples, self._weights(examples, self.class_weight, sample_weight), self._held_out(valid))

    def predict(self, X: Any) -> Any:
        """The likeliest class of each item, an array (items,); a list of lists where items have several."""
        found = self._model().predict(self._examples(X))
        return found if self.model_.targets.several else np.array(found)

    @property
    def classes_(self) -> "np.ndarray[Any, Any]":
        """The classes in the order of `predict_proba`."""
        return np.array(self._model().targets.classes)

    def predict_proba(self, X: Any) -> "np.ndarray[Any, Any]":
        """The probability of each class, (items, v), in the order of `classes_`."""
        return np.stack(self._model().probabilities(self._examples(X)))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Accuracy, from 0 to 1."""
        if sample_weight is None:
            return main_score("classify", list(y), list(self.predict(X))) / 100
        right = np.array([a == b for a, b in zip(self.predict(X), y, strict=True)])
        return float(np.average(right, weights=sample_weight))
