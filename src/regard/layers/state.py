"""What a decoder carries from step to step: values that are passed in and returned, never kept in a module."""

from typing import NamedTuple, Protocol, Self

import torch
from torch import Tensor


class State(Protocol):
    """Anything a decoder carries, one row for every sequence."""

    def select(self, rows: Tensor, *, same_source: bool = False) -> Self:
        """The given rows, in that order, repeated where asked.

        `same_source` promises that every row is replaced by one with the same source, as among the hypotheses of a
        beam, so that what belongs to the source can stay where it is.
        """
        ...


class KeyValue(NamedTuple):
    """Keys (b, g, k, d) and values (b, g, k, e) that queries to come will read."""

    key: Tensor
    value: Tensor

    def select(self, rows: Tensor) -> "KeyValue":
        """The given rows, in that order."""
        return KeyValue(self.key.index_select(0, rows), self.value.index_select(0, rows))

    def extended(self, later: "KeyValue") -> "KeyValue":
        """These, then the later ones."""
        return KeyValue(torch.cat((self.key, later.key), 2), torch.cat((self.value, later.value), 2))
