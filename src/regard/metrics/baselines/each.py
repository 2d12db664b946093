"""Every vector alone: its label or number from its own features, by a linear model that sees no other vector."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from regard.metrics.baselines.linear import Linear, fit
from regard.metrics.sparse import Floats
from regard.metrics.tags import check_tags

MOST_VECTORS = 100_000


@dataclass(frozen=True)
class EachVector:
    """A linear model of one vector, scaled to the training's spread."""

    name: ClassVar[str] = "each vector alone"
    middle: Floats
    spread: Floats
    linear: Linear

    def predict(self, vectors: Sequence[NDArray[Any]]) -> list[list[Any]]:
        """An answer for every vector of every item."""
        return [self.linear.predict(_scaled(one, self.middle, self.spread)) for one in vectors]


def each_vector(
    vectors: Sequence[NDArray[Any]],
    answers: Sequence[Sequence[Any]],
    *,
    kind: Literal["classify", "regress"] = "classify",
) -> EachVector:
    """Logistic regression of the labels, or ridge regression of the numbers, of single vectors of (n, d) floats.

    Vectors whose answer is None are left out, NaN counts as the mean; of more than 100,000 vectors so many are
    learned from, evenly spaced. DataError where an item has not one answer for every vector.
    """
    check_tags("each vector", vectors, answers)
    rows = np.concatenate([np.asarray(one, np.float64) for one in vectors])
    wanted = [answer for some in answers for answer in some]
    given = np.flatnonzero([answer is not None for answer in wanted])
    chosen = given[np.linspace(0, len(given) - 1, min(len(given), MOST_VECTORS)).astype(int)]
    rows = rows[chosen]
    middle, spread = _spread(rows)
    linear = fit(_scaled(rows, middle, spread), [wanted[place] for place in chosen], kind=kind)
    return EachVector(middle, spread, linear)


def _spread(rows: Floats) -> tuple[Floats, Floats]:
    there = np.isfinite(rows)
    count = np.maximum(there.sum(0), 1)
    middle = np.where(there, rows, 0).sum(0) / count
    spread = np.sqrt((np.where(there, rows - middle, 0) ** 2).sum(0) / count)
    return middle, np.where(spread > 0, spread, 1.0)


def _scaled(rows: NDArray[Any], middle: Floats, spread: Floats) -> Floats:
    scaled: Floats = (np.asarray(rows, np.float64) - middle) / spread
    return np.where(np.isfinite(scaled), scaled, 0.0)
