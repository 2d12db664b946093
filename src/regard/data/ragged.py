"""Many sequences of different lengths in one flat array: four bytes a token, and quick to pad."""

from collections.abc import Sequence

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
        self.lengths = np.fromiter(map(len, sequences), np.int64, len(sequences))
        self.starts = np.concatenate(([0], np.cumsum(self.lengths)))
        self.flat = np.empty(int(self.starts[-1]), np.int32)
        for start, sequence in zip(self.starts, sequences, strict=False):
            self.flat[start : start + len(sequence)] = sequence

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
