"""`AttentionRegressor`: a number an item, or several."""

from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin, TransformerMixin

from regard.estimators.base import AttentionEstimator


class AttentionRegressor(RegressorMixin, TransformerMixin, AttentionEstimator):  # type: ignore[misc]
    """Numbers of sequences, sets, sounds, images, graphs and texts, whatever their length.

    `score` is R². Arguments: those of `AttentionEstimator`.

    >>> sets = [np.full((3 + i % 4, 2), i % 5, float) for i in range(60)]
    >>> model = AttentionRegressor(positions="none", width=16, layers=1, epochs=60, random_state=1)
    >>> bool(model.fit(sets, [float(i % 5) for i in range(60)]).score(sets, [float(i % 5) for i in range(60)]) > 0.8)
    True
    """

    kind = "regress"

    def fit(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None, valid: Any = None) -> Self:
        """Learns from items and a number for each, or a list of numbers; arguments as of `AttentionClassifier.fit`."""
        self._refuse_class_weight("regress")
        examples = self._examples(X, y, groups)
        return self._fit(examples, self._weights(examples, None, sample_weight), self._held_out(valid))

    def predict(self, X: Any) -> "np.ndarray[Any, Any]":
        """The number of each item, (items,), or its numbers, (items, v)."""
        return np.array(self._model().predict(self._examples(X)))
