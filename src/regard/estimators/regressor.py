"""`AttentionRegressor`: a number an item, or several."""

from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score

from regard.estimators.base import AttentionEstimator


class AttentionRegressor(RegressorMixin, AttentionEstimator):  # type: ignore[misc]
    """Numbers of sequences, sets, sounds, images, graphs and texts, whatever their length.

    `score` is R². Arguments: those of `AttentionEstimator`.

    >>> sets = [np.full((3 + i % 4, 2), i % 5, float) for i in range(60)]
    >>> model = AttentionRegressor(positions="none", width=16, layers=1, epochs=40, learning_rate=0.02, random_state=1)
    >>> bool(model.fit(sets, [float(i % 5) for i in range(60)]).score(sets, [float(i % 5) for i in range(60)]) > 0.8)
    True
    """

    kind = "regress"

    def fit(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None, valid: Any = None) -> Self:
        """Learns from items and a number for each, or a list of numbers; arguments as of `AttentionClassifier.fit`."""
        return self._fit(X, y, sample_weight, groups, valid)

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """One pass over these items, from the weights that are there; the first call's items say how all is scaled."""
        return self._partial_fit(X, y, None, sample_weight)

    def predict(self, X: Any) -> "np.ndarray[Any, Any]":
        """The number of each item, (items,), or its numbers, (items, v)."""
        return np.array(self._model().predict(self._asked(X)))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R², at most 1; the mean of several numbers' where there are several."""
        examples = self._asked(X, y)
        found = np.array(self._model().predict(examples))
        return float(r2_score(np.array(examples.answers), found, sample_weight=sample_weight))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
