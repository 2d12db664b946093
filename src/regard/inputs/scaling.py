"""Columns brought to mean 0 and standard deviation 1, as they are over all vectors of a training."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regard.errors import DataError
from regard.inputs.matrices import MOST, Doubles

FLAT = 1e-12
"""The spread of a column, as a share of its largest number, up to which it is taken to be constant."""


class Scaling(NamedTuple):
    """z = (x − mean) · factor for each column; factor = 1/standard deviation, and 0 for a constant column.

    >>> scaling = Scaling.learn([np.array([[1.0, 5.0]]), np.array([[3.0, 5.0]])])
    >>> scaling.apply(np.array([[3.0, 6.0]]), "item").tolist()
    [[1.0, 0.0]]
    """

    mean: Doubles
    factor: Doubles

    @classmethod
    def learn(cls, arrays: Iterable[Doubles], *, keep_indicators: bool = False) -> "Scaling":
        """From arrays (n, d), in one pass and by pairwise merging, so that a far-off mean costs no digits.

        With `keep_indicators` a column that only holds 0 and 1 is left as it is.
        """
        count, mean, squares, largest, indicator = 0, np.zeros(1), np.zeros(1), np.zeros(1), np.ones(1, bool)
        for array in arrays:
            if not len(array):
                continue
            own = array.mean(0)
            share = len(array) / (count + len(array))
            squares = squares + ((array - own) ** 2).sum(0) + (own - mean) ** 2 * count * share
            mean = mean + (own - mean) * share
            largest = np.maximum(largest, np.abs(array).max(0))
            indicator = indicator & ((array == 0) | (array == 1)).all(0)
            count += len(array)
        spread = np.sqrt(squares / max(count, 1))
        factor = np.divide(1, spread, out=np.zeros_like(spread), where=spread > FLAT * largest)
        if keep_indicators:
            mean, factor = np.where(indicator, 0, mean), np.where(indicator, 1, factor)
        return cls(mean, factor)

    @classmethod
    def nothing(cls, columns: int) -> "Scaling":
        """Columns as they are."""
        return cls(np.zeros(columns), np.ones(columns))

    def apply(self, array: Doubles, where: str) -> NDArray[np.float32]:
        """(n, d), scaled. Raises DataError for numbers that leave the range of float32."""
        scaled = (array - self.mean) * self.factor
        if not (np.abs(scaled) <= MOST).all():
            column = int(np.argwhere(~(np.abs(scaled) <= MOST))[0, 1])
            got = f"{np.abs(array[:, column]).max():g} in column {column + 1}, counted from 1"
            hint = "check the unit of this item's numbers"
            raise DataError(f"{where}: numbers must be of the size that training had", got=got, hint=hint)
        return scaled.astype(np.float32)

    def to_json(self) -> dict[str, Any]:
        """Both, in JSON's types."""
        return {"mean": self.mean.tolist(), "factor": self.factor.tolist()}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Scaling":
        """What `to_json` gave; KeyError, TypeError or ValueError where the record cannot be that."""
        mean, factor = (np.array(record[name], np.float64) for name in ("mean", "factor"))
        if mean.ndim != 1 or mean.shape != factor.shape or not np.isfinite([mean, factor]).all():
            raise ValueError("mean and factor must be two lists of finite numbers, of the same length")
        return cls(mean, factor)
