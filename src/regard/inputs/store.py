"""The items of a data set as numbers: encoded once and kept while there is room, else encoded when they are needed."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regard.data.batches import Indices, cut
from regard.data.examples import Examples
from regard.inputs.base import Encoded, Input
from regard.inputs.batch import Batch, padded

ROOM = 2 << 30
"""Bytes of encoded items that are kept."""


class Store:
    """Encoded items, by number; `lengths` (items,) counts the vectors of each."""

    def __init__(self, given: Input, examples: Examples, room: int = ROOM) -> None:
        self.given, self.examples = given, examples
        self._kept: list[Encoded] = []
        self.lengths: NDArray[np.int64] = np.empty(len(examples), np.int64)
        for index in range(len(examples)):
            encoded = self._encoded(index)
            self.lengths[index] = len(encoded)
            room -= encoded.values.nbytes
            if room >= 0:
                self._kept.append(encoded)

    @classmethod
    def holding(cls, given: Input, examples: Examples, encoded: Sequence[Encoded]) -> "Store":
        """A store of items that are encoded already, in this order."""
        made = cls(given, replace(examples, items=(), answers=None, groups=None, lines=()))
        made.examples, made._kept = examples, list(encoded)
        made.lengths = np.array([len(each) for each in encoded], np.int64)
        return made

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> Encoded:
        return self._kept[index] if index < len(self._kept) else self._encoded(index)

    def take(self, indices: Sequence[int]) -> "Store":
        """The chosen items, in the order they have here."""
        chosen = sorted(indices)
        made = copy(self)
        made.examples, made.lengths = self.examples.take(chosen), self.lengths[chosen]
        made._kept = [self._kept[index] for index in chosen if index < len(self._kept)]
        return made

    def batch(self, indices: Sequence[int] | Indices, draw: tuple[int, ...] | None = None) -> Batch:
        """The chosen items, padded; with `draw`, a seed, as training sees them."""
        items = [self[index] for index in indices]
        if draw is not None:
            random = np.random.Generator(np.random.PCG64(draw))
            items = [self.given.augmented(item, random) for item in items]
        return padded(items)

    def in_order(self, vectors: int) -> list[Indices]:
        """All items once, in batches of like lengths and at most so many vectors, always the same."""
        order = np.argsort(self.lengths, kind="stable")
        lengths = self.lengths[order]
        return [order[part] for part in cut(lengths, lengths, vectors)]

    def _encoded(self, index: int) -> Encoded:
        return self.given.encode(self.examples.items[index], self.examples.where(index))


def store_of(given: Input, items: Sequence[Any], where: str = "data") -> Store:
    """A store of bare items."""
    return Store(given, Examples(given.kind, items, origin=where))
