"""Pairs as the loop eats them: numbers, lengths, batches."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from regard.data.batches import Indices, cut, token_batches
from regard.data.item_pairs import AnyPairs
from regard.data.ragged import Ragged
from regard.inputs.base import Input
from regard.inputs.batch import Batch as Source
from regard.inputs.store import Store
from regard.inputs.text import BEGIN, Text
from regard.models.numbers import Numbered, numbers_of
from regard.models.translator import stored
from regard.training.options import TrainingOptions
from regard.training.packing import PackedBatch


class Batch(NamedTuple):
    """One batch, padded: what the network reads, target in and out (b, q) with lengths (b)."""

    source: Source
    target_in: Tensor
    target_out: Tensor
    target_lengths: Tensor

    def to(self, device: str) -> "Batch":
        """The same on a device."""
        return Batch(*(each.to(device) for each in self))  # type: ignore[arg-type]

    @property
    def answers(self) -> int:
        """How many target tokens there are."""
        return int(self.target_lengths.sum())

    @property
    def real(self) -> Tensor:
        """True where the target has a token (b, q)."""
        return torch.arange(self.target_out.shape[1], device=self.target_out.device) < self.target_lengths[:, None]


class Corpus:
    """Encoded pairs. Texts are kept with the end token; a target's beginning is put in front when a batch is made."""

    def __init__(self, source: Numbered | Store, target: Ragged) -> None:
        self.source, self.target = source, target

    @classmethod
    def of(cls, source: Text | Input, target: Text, pairs: AnyPairs) -> "Corpus":
        """The pairs as the input and the tokenizers read them."""
        return cls(stored(source, pairs.sources), numbers_of(target, pairs.targets))

    def take(self, indices: Sequence[int]) -> "Corpus":
        """The chosen pairs, in their order."""
        return Corpus(self.source.take(indices), self.target.take(indices))

    def __len__(self) -> int:
        return len(self.target)

    @property
    def lengths(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The lengths of both sides, the second of which are alike in a batch: targets, or, being longer, items."""
        both = self.source.lengths, self.target.lengths
        return both[::-1] if isinstance(self.source, Store) else both

    def epoch(self, options: TrainingOptions, epoch: int) -> list[Indices]:
        """The batches of one epoch, each a set of items."""
        return token_batches(*self.lengths, options.batch_tokens, options.seed, epoch, options.short_first)

    def in_order(self, tokens: int) -> list[Indices]:
        """All items once, in batches of like lengths, always the same."""
        one, other = self.lengths
        order = np.lexsort((one, other))
        return [order[part] for part in cut(one[order], other[order], tokens)]

    def batch(self, indices: Indices, draw: tuple[int, ...] | None = None) -> Batch:
        """The chosen pairs, padded; with `draw`, a seed, items are changed a little as training sees them."""
        target_out, target_lengths = self.target.padded(indices)
        begin = torch.full((len(indices), 1), BEGIN)
        target_in = torch.cat((begin, target_out[:, :-1]), 1)
        return Batch(self.source.batch(indices, draw), target_in, target_out, target_lengths)

    def packed(self, indices: Indices) -> PackedBatch:
        """The chosen pairs of texts, end to end."""
        assert isinstance(self.source, Numbered), "items are no tokens"
        return PackedBatch.of(self.source.numbers, self.target, indices)
