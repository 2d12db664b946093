"""What every mask can do: be joined with `& | ~`, judge single pairs, and judge whole tiles without looking inside.

True always means *may read*. A mask is data: nothing of size q·k exists unless the user gave it.
"""

from dataclasses import dataclass
from typing import NamedTuple, final

import torch
from torch import Tensor


class Places(NamedTuple):
    """The pairs asked about: query and key are whole numbers counted from 0 that broadcast against each other.

    A tile is query (q, 1) with key (1, k); a list of pairs is (pairs, 1) with (pairs, 1). standing (b or 1, 1, q, 1) is
    where those queries stand among the keys: `query_start` plus the query's number.
    """

    query: Tensor
    key: Tensor
    standing: Tensor

    @property
    def offset(self) -> Tensor:
        """Position of the key minus that of the query: (b or 1, 1, q, k)."""
        return self.key - self.standing


class Tiles(NamedTuple):
    """The pairs of a grid of tiles, by their bounds, both inclusive.

    query (2, t): first and last number of each tile's queries; key (2, u); standing (2, b or 1, t).
    """

    query: Tensor
    key: Tensor
    standing: Tensor

    @property
    def offset(self) -> tuple[Tensor, Tensor]:
        """Least and greatest offset in each tile: two tensors (b or 1, 1, t, u)."""
        first, last = self.standing[:, :, None, :, None]
        return self.key[0] - last, self.key[1] - first


class Verdict(NamedTuple):
    """What is known of each tile, (b or 1, h or 1, t, u): whether some pair may be allowed, whether every pair is.

    Cautious both ways: `some` may be true of an empty tile, `every` false of a full one; never the reverse.
    """

    some: Tensor
    every: Tensor


class Mask:
    """Who may read whom."""

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read: broadcasts to (b, h, q, k)."""
        raise NotImplementedError

    def judge(self, tiles: Tiles) -> Verdict:
        """What is known of each tile; a mask that knows nothing says: perhaps some, not surely all."""
        unknown = torch.ones(1, 1, 1, 1, dtype=torch.bool, device=tiles.key.device)
        return Verdict(unknown, ~unknown)

    def of_rows(self, rows: slice) -> "Mask":
        """The mask of some rows of the batch; the same where rows do not differ."""
        return self

    def __and__(self, other: "Mask") -> "Both":
        return Both(self, other)

    def __or__(self, other: "Mask") -> "Either":
        return Either(self, other)

    def __invert__(self) -> "Not":
        return Not(self)


@final
@dataclass(frozen=True)
class Both(Mask):
    """What both masks allow: `left & right`."""

    left: Mask
    right: Mask

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read."""
        return self.left.allows(at) & self.right.allows(at)

    def judge(self, tiles: Tiles) -> Verdict:
        """What is known of each tile."""
        left, right = self.left.judge(tiles), self.right.judge(tiles)
        return Verdict(left.some & right.some, left.every & right.every)

    def of_rows(self, rows: slice) -> "Both":
        """The mask of some rows of the batch."""
        return Both(self.left.of_rows(rows), self.right.of_rows(rows))


@final
@dataclass(frozen=True)
class Either(Mask):
    """What one of the masks allows, or both: `left | right`."""

    left: Mask
    right: Mask

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read."""
        return self.left.allows(at) | self.right.allows(at)

    def judge(self, tiles: Tiles) -> Verdict:
        """What is known of each tile."""
        left, right = self.left.judge(tiles), self.right.judge(tiles)
        return Verdict(left.some | right.some, left.every | right.every)

    def of_rows(self, rows: slice) -> "Either":
        """The mask of some rows of the batch."""
        return Either(self.left.of_rows(rows), self.right.of_rows(rows))


@final
@dataclass(frozen=True)
class Not(Mask):
    """What the mask does not allow: `~mask`."""

    mask: Mask

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read."""
        return ~self.mask.allows(at)

    def judge(self, tiles: Tiles) -> Verdict:
        """What is known of each tile."""
        inner = self.mask.judge(tiles)
        return Verdict(~inner.every, ~inner.some)

    def of_rows(self, rows: slice) -> "Not":
        """The mask of some rows of the batch."""
        return Not(self.mask.of_rows(rows))


@final
@dataclass(frozen=True)
class PerHead(Mask):
    """One mask for every query head, in order."""

    masks: tuple[Mask, ...]

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read."""
        return _stacked([mask.allows(at) for mask in self.masks])

    def judge(self, tiles: Tiles) -> Verdict:
        """What is known of each tile."""
        verdicts = [mask.judge(tiles) for mask in self.masks]
        return Verdict(_stacked([each.some for each in verdicts]), _stacked([each.every for each in verdicts]))

    def of_rows(self, rows: slice) -> "PerHead":
        """The mask of some rows of the batch."""
        return PerHead(tuple(mask.of_rows(rows) for mask in self.masks))


def _stacked(heads: list[Tensor]) -> Tensor:
    """(b or 1, 1 or h, ...) of each head, side by side along h."""
    chosen = [each[:, i : i + 1] if each.shape[1] > 1 else each for i, each in enumerate(heads)]
    return torch.cat(torch.broadcast_tensors(*chosen), 1)  # type: ignore[no-untyped-call]


def parts(mask: Mask | None) -> list[Mask]:
    """The masks that `&` joined, left to right."""
    if mask is None:
        return []
    if isinstance(mask, Both):
        return parts(mask.left) + parts(mask.right)
    return [mask]


def inside(mask: Mask | None) -> list[Mask]:
    """Every mask within a mask that is joined of none: its leaves."""
    match mask:
        case None:
            return []
        case Both(left, right) | Either(left, right):
            return inside(left) + inside(right)
        case Not(inner):
            return inside(inner)
        case PerHead(masks):
            return [leaf for one in masks for leaf in inside(one)]
        case _:
            return [mask]
