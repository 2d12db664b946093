"""Counts of items that are nearly all zero: of a thousand classes an item touches one or two."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sparse:
    """A table (items, counts) of zeros, with a one added at every (rows[i], columns[i])."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    shape: tuple[int, int]

    def __len__(self) -> int:
        return self.shape[0]

    def sums(self, often: NDArray[np.float64 | np.int64]) -> Floats:
        """often (samples, items) times the table: sums of counts (samples, counts).

        >>> Sparse(np.array([0, 1, 1]), np.array([0, 0, 2]), (2, 3)).sums(np.array([[1, 2]])).tolist()
        [[3.0, 0.0, 2.0]]
        """
        width = self.shape[1]
        return np.stack([np.bincount(self.columns, one[self.rows], minlength=width) for one in often])
