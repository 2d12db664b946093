"""Many sequences of different lengths in one flat array: four bytes a token, and quick to pad."""

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import torch
from torch import Tensor


class Ragged:
    """Sequences of token numbers, stored end to end.

    >>> Ragged([[5, 6], [7]]).padded([1, 0])
    (tensor([[7, 0],
            [5, 6]]), tensor([1, 2]))
    """

    def __init__(self, sequences: Sequence[Sequence[int]]) -> None:
        lengths = np.fromiter(map(len, sequences), np.int64, len(sequences))
        self._hold(np.fromiter(chain.from_iterable(sequences), np.int32), lengths)

    def _hold(self, flat: "np.ndarray[tuple[int], np.dtype[np.int32]]", lengths: np.ndarray) -> None:
        self.flat, self.lengths = flat, lengths
        self.starts = np.concatenate(([0], np.cumsum(lengths)))

    @classmethod
    def ended(cls, chunks: Iterable[Sequence[Sequence[int]]], end: int) -> "Ragged":
        """Sequences that come some at a time, so that never all of them are lists; `end` is added to each.

        >>> Ragged.ended([[[5, 6], [7]], [[]]], 3).flat.tolist()
        [5, 6, 3, 7, 3, 3]
        """
        parts = [cls([[*sequence, end] for sequence in chunk]) for chunk in chunks]
        made = cls([])
        if parts:
            made._hold(*(np.concatenate(each) for each in zip(*((p.flat, p.lengths) for p in parts), strict=True)))
        return made

    def take(self, indices: Sequence[int] | np.ndarray) -> "Ragged":
        """The chosen sequences, in this order.

        >>> Ragged([[5, 6], [7], [8, 9]]).take([2, 0]).flat.tolist()
        [8, 9, 5, 6]
        """
        lengths = self.lengths[indices]
        shifts = self.starts[indices] - (np.cumsum(lengths) - lengths)
        made = Ragged([])
        made._hold(self.flat[np.repeat(shifts, lengths) + np.arange(int(lengths.sum()))], lengths)
        return made

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, index: int) -> list[int]:
        tokens: list[int] = self.flat[self.starts[index] : self.starts[index + 1]].tolist()
        return tokens

    def padded(self, indices: Sequence[int] | np.ndarray) -> tuple[Tensor, Tensor]:
        """The chosen sequences as (b, n) with zeros at the end, and their lengths (b)."""
        lengths = self.lengths[indices]
        columns = np.arange(lengths.max(initial=0))
        inside = columns < lengths[:, None]
        places = np.where(inside, self.starts[indices][:, None] + columns, 0)
        tokens = np.where(inside, self.flat[places], 0) if len(self.flat) else places
        return torch.from_numpy(tokens.astype(np.int64)), torch.from_numpy(lengths)
