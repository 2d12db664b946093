"""Masks that follow from positions alone: no tensor, comparable, cheap to judge by tiles."""

from dataclasses import dataclass
from typing import final

from torch import Tensor

from regard.mechanisms.masks.algebra import Mask, Places, Tiles, Verdict


@final
@dataclass(frozen=True)
class Causal(Mask):
    """A query reads the keys at its own position and before: query i stands at query_start + i.

    >>> Causal() & Window(2, 0)
    Both(left=Causal(), right=Window(before=2, after=0))
    """

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read."""
        return at.offset <= 0

    def judge(self, tiles: Tiles) -> Verdict:
        """What is known of each tile."""
        least, greatest = tiles.offset
        return Verdict(least <= 0, greatest <= 0)


@final
@dataclass(frozen=True)
class Window(Mask):
    """A query reads its own position, `before` positions before it and `after` after it; counts, both inclusive.

    Window(2, 0) reads three keys. Paper: Beltagy et al. 2020, arXiv 2004.05150 (theirs is Window(w/2, w/2)).
    """

    before: int
    after: int

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read."""
        offset = at.offset
        return (offset >= -self.before) & (offset <= self.after)

    def judge(self, tiles: Tiles) -> Verdict:
        """What is known of each tile."""
        least, greatest = tiles.offset
        some = (greatest >= -self.before) & (least <= self.after)
        return Verdict(some, (least >= -self.before) & (greatest <= self.after))


@final
@dataclass(frozen=True)
class Strided(Mask):
    """A query reads the keys whose distance from it, before or after, is a multiple of `every`, itself included.

    Paper: Child et al. 2019, arXiv 1904.10509, section 4.2; theirs is Causal() & (Window(every, 0) | Strided(every)).
    """

    every: int

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read."""
        return at.offset % self.every == 0

    def judge(self, tiles: Tiles) -> Verdict:
        """What is known of each tile: a tile narrower than the stride may hold no multiple of it."""
        least, greatest = tiles.offset
        some = greatest // self.every * self.every >= least
        return Verdict(some, some & (self.every == 1))


@final
@dataclass(frozen=True)
class Global(Mask):
    """The first `count` positions are read by everybody and read everything: Global(4) | Window(64, 64).

    Paper: Beltagy et al. 2020, arXiv 2004.05150, section 3.1.
    """

    count: int

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read."""
        return (at.key < self.count) | ((at.standing < self.count) & (at.standing >= 0))

    def judge(self, tiles: Tiles) -> Verdict:
        """What is known of each tile."""
        first, last = tiles.standing[:, :, None, :, None]
        some = (tiles.key[0] < self.count) | ((first < self.count) & (last >= 0))
        return Verdict(some, (tiles.key[1] < self.count) | ((last < self.count) & (first >= 0)))
