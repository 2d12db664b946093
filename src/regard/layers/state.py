"""What a decoder carries from step to step: values that are passed in and returned, never kept in a module."""

from typing import NamedTuple, Protocol, Self

import torch
from torch import Tensor

SPARE = 64
"""Positions for which a room has at least more room."""


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


class Room:
    """Where keys (b, g, ·, d) and values (b, g, ·, e) are written one after the other; `used` of it is."""

    def __init__(self, like: KeyValue, size: int) -> None:
        self.key, self.value = (each.new_empty(*each.shape[:2], size, each.shape[3]) for each in like)
        self.used = 0

    def write(self, more: KeyValue) -> None:
        """Behind what is there."""
        end = self.used + more.key.shape[2]
        self.key[:, :, self.used : end], self.value[:, :, self.used : end] = more
        self.used = end


class Grown(NamedTuple):
    """Keys and values number `first` to `count` in a room with more of it than they need: to add some copies none.

    A value as the others are: what extends it writes behind it, and takes another room where somebody has already.
    Cost: each position is copied less than three times, whatever follows. Where gradients are wanted, what extends it
    is a `KeyValue`. What `within` leaves behind no other room holds: memory is then bounded.

    >>> one = KeyValue(torch.ones(1, 1, 1, 2), torch.ones(1, 1, 1, 2))
    >>> first = Grown.of(one)
    >>> with torch.no_grad():
    ...     second, other = first.extended(one), first.extended(one)
    >>> second.room is first.room, other.room is first.room, first.read().key.shape[2]
    (True, False, 1)
    """

    room: Room
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody misses
    first: int = 0

    @classmethod
    def of(cls, *parts: KeyValue) -> "Grown":
        """These, one after the other, in a room half as large again."""
        count = sum(each.key.shape[2] for each in parts)
        room = Room(parts[0], count + count // 2 + SPARE)
        for each in parts:
            room.write(each)
        return cls(room, count)

    def read(self) -> KeyValue:
        """What is there."""
        there = slice(self.first, self.count)
        return KeyValue(self.room.key[:, :, there], self.room.value[:, :, there])

    def within(self, most: int) -> "Grown":
        """The last `most` of them, in a room that is at most three times as large."""
        kept = self._replace(first=max(self.first, self.count - most))
        return Grown.of(kept.read()) if self.room.key.shape[2] > 3 * (most + SPARE) else kept

    def select(self, rows: Tensor) -> "Grown":
        """The given rows, in that order."""
        return Grown.of(self.read().select(rows))

    def extended(self, later: KeyValue) -> "Grown | KeyValue":
        """These, then the later ones."""
        if torch.is_grad_enabled():
            return self.read().extended(later)
        count = self.count + later.key.shape[2]
        foreign = self.room.key.is_inference() != torch.is_inference_mode_enabled()
        if foreign or self.room.used != self.count or count > self.room.key.shape[2]:
            return Grown.of(self.read(), later)
        self.room.write(later)
        return self._replace(count=count)
