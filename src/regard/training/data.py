"""Text pairs as the loop eats them: numbers, lengths, batches."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from regard.data.batches import Indices, cut, token_batches
from regard.data.pairs import Pairs
from regard.data.ragged import Ragged
from regard.inputs.text import BEGIN, Text
from regard.models.numbers import numbers_of
from regard.training.options import TrainingOptions


class Batch(NamedTuple):
    """Padded numbers of one batch: source (b, k) with lengths (b), target in and out (b, q) with lengths (b)."""

    source: Tensor
    source_lengths: Tensor
    target_in: Tensor
    target_out: Tensor
    target_lengths: Tensor

    def to(self, device: str) -> "Batch":
        """The same on a device."""
        return Batch(*(each.to(device) for each in self))

    @property
    def real(self) -> Tensor:
        """True where the target has a token (b, q)."""
        return torch.arange(self.target_out.shape[1], device=self.target_out.device) < self.target_lengths[:, None]


class Corpus:
    """Encoded pairs. Both sides are kept with the end token; the beginning is put in front when a batch is made."""

    def __init__(self, source: Ragged, target: Ragged) -> None:
        self.source, self.target = source, target

    @classmethod
    def of(cls, source: Text, target: Text, pairs: Pairs) -> "Corpus":
        """The pairs as these tokenizers read them."""
        return cls(numbers_of(source, pairs.sources), numbers_of(target, pairs.targets))

    def take(self, indices: Sequence[int]) -> "Corpus":
        """The chosen pairs."""
        return Corpus(self.source.take(indices), self.target.take(indices))

    def __len__(self) -> int:
        return len(self.source)

    def epoch(self, options: TrainingOptions, epoch: int) -> list[Indices]:
        """The batches of one epoch, each a set of items."""
        lengths = self.source.lengths, self.target.lengths
        return token_batches(*lengths, options.batch_tokens, options.seed, epoch, options.short_first)

    def in_order(self, tokens: int) -> list[Indices]:
        """All items once, in batches of like lengths, always the same."""
        order = np.lexsort((self.source.lengths, self.target.lengths))
        return [order[part] for part in cut(self.source.lengths[order], self.target.lengths[order], tokens)]

    def batch(self, indices: Indices) -> Batch:
        """The chosen pairs, padded."""
        source, source_lengths = self.source.padded(indices)
        target_out, target_lengths = self.target.padded(indices)
        begin = torch.full((len(indices), 1), BEGIN)
        return Batch(source, source_lengths, torch.cat((begin, target_out[:, :-1]), 1), target_out, target_lengths)
