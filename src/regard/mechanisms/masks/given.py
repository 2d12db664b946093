"""Masks that come with the data: lengths, marks, documents, blocks, a matrix."""

from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from regard.mechanisms.masks.algebra import Mask, Places, Tiles, Verdict


@final
@dataclass(frozen=True, eq=False)
class Padding(Mask):
    """Only the first `keys[b]` keys of row b exist, and only its first `queries[b]` queries.

    Padded keys are absent; padded queries read nothing, so their output is zero. Lengths are whole numbers,
    one for every row of the batch; more than there are positions means all of them.

    What is padded may hold anything, NaN too, and is cleared first. `finite=True` promises that nothing is NaN
    or infinite where it cannot be read, which saves that pass: for layers, which know what they were given.

    >>> Padding(keys=[3, 5])
    Padding(keys=[3, 5], queries=None, finite=False)
    """

    keys: Tensor | list[int] | None = None
    queries: Tensor | list[int] | None = None
    finite: bool = False

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read."""
        return self._within(at.query, at.key)

    def judge(self, tiles: Tiles) -> Verdict:
        """What is known of each tile."""
        return Verdict(*(self._within(tiles.query[i][:, None], tiles.key[i]) for i in (0, 1)))

    def of_rows(self, rows: slice) -> "Padding":
        """The lengths of some rows of the batch."""
        keys, queries = (None if each is None else each[rows] for each in (self.keys, self.queries))
        return Padding(keys, queries, self.finite)

    def _within(self, query: Tensor, key: Tensor) -> Tensor:
        allowed = torch.ones(1, 1, 1, 1, dtype=torch.bool, device=key.device)
        if self.keys is not None:
            allowed = allowed & (key < torch.as_tensor(self.keys, device=key.device)[:, None, None, None])
        if self.queries is not None:
            lengths = torch.as_tensor(self.queries, device=key.device)[:, None, None, None]
            allowed = allowed & (query < lengths)
        return allowed


@final
@dataclass(frozen=True, eq=False)
class Keys(Mask):
    """Only marked keys exist: `marked` is boolean, (k,) or (b, k)."""

    marked: Tensor

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read."""
        return self._rows()[:, None][:, :, at.key]

    def judge(self, tiles: Tiles) -> Verdict:
        """What is known of each tile, by counting marks."""
        before = torch.nn.functional.pad(self._rows().cumsum(-1), (1, 0))
        first, last = tiles.key[0], tiles.key[1] + 1
        count = (before[:, last] - before[:, first])[:, None, None]
        return Verdict(count > 0, count == last - first)

    def of_rows(self, rows: slice) -> "Keys":
        """The marks of some rows of the batch."""
        return Keys(_cut(self._rows(), rows))

    def _rows(self) -> Tensor:
        return _two(self.marked)


@final
@dataclass(frozen=True, eq=False)
class Documents(Mask):
    """A query reads only the keys of its own document: `ids` are whole numbers, (k,) or (b, k).

    A query belongs to the document at the position where it stands; beyond the keys it reads nothing. Where queries
    are other things than keys, as targets that read sources, `queries`, (q,) or (b, q), names the document of each.

    >>> mask = Documents(torch.tensor([0, 0, 1]), queries=torch.tensor([1, 0]))
    >>> at = torch.arange(3)
    >>> mask.allows(Places(at[:2, None], at[None], at)).tolist()
    [[[[False, False, True], [True, True, False]]]]
    """

    ids: Tensor
    queries: Tensor | None = None

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read."""
        ids, standing = _two(self.ids), at.standing
        there = ids[:, None][:, :, at.key]
        if self.queries is not None:
            return _two(self.queries)[:, None][:, :, at.query] == there
        own = _rows_at(ids, standing[:, 0, :, 0])[:, None, :, None]
        return (own == there) & (standing >= 0) & (standing < ids.shape[-1])

    def judge(self, tiles: Tiles) -> Verdict:
        """What is known of each tile, where a document lies in one piece: ids never fall."""
        if not all(bool((each.diff() >= 0).all()) for each in (self.ids, self.queries) if each is not None):
            return super().judge(tiles)
        ids = _two(self.ids)
        low, high = ids[:, tiles.key[0]][:, None, None], ids[:, tiles.key[1]][:, None, None]
        first, last, inside = self._own(tiles)
        return Verdict((first <= high) & (last >= low), (first == last) & (low == high) & (first == low) & inside)

    def _own(self, tiles: Tiles) -> tuple[Tensor, Tensor, Tensor]:
        """The documents of each tile's first and last query, and whether all its queries have one."""
        if self.queries is not None:
            first, last = (_two(self.queries)[:, each][:, None, :, None] for each in tiles.query)
            return first, last, torch.ones_like(first, dtype=torch.bool)
        ids = _two(self.ids)
        first, last = (_rows_at(ids, each)[:, None, :, None] for each in tiles.standing)
        return first, last, ((tiles.standing[0] >= 0) & (tiles.standing[1] < ids.shape[-1]))[:, None, :, None]

    def of_rows(self, rows: slice) -> "Documents":
        """The documents of some rows of the batch."""
        queries = None if self.queries is None else _cut(_two(self.queries), rows)
        return Documents(_cut(_two(self.ids), rows), queries)


def _cut(rows: Tensor, wanted: slice) -> Tensor:
    """Some rows of the batch, or the one that serves all."""
    return rows[wanted] if len(rows) > 1 else rows


def _rows_at(rows: Tensor, positions: Tensor) -> Tensor:
    """rows[b, positions[b]]; beyond either end the nearest."""
    both = max(len(rows), len(positions))
    if not rows.shape[-1]:
        return rows.new_zeros(both, positions.shape[-1])
    clamped = positions.clamp(0, rows.shape[-1] - 1).expand(both, -1)
    return rows.expand(both, -1).gather(-1, clamped)


@final
@dataclass(frozen=True, eq=False)
class Blocks(Mask):
    """Query i reads key j where layout[i // size, j // size]: boolean, (query blocks, key blocks) or (h, ·, ·)."""

    layout: Tensor
    size: int

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read."""
        layout = _four(self.layout)
        return layout[:, :, at.query // self.size, at.key // self.size]

    def judge(self, tiles: Tiles) -> Verdict:
        """What is known of each tile, by counting its blocks."""
        layout = _four(self.layout)
        return _counted(layout, tiles.query // self.size, tiles.key // self.size)


@final
@dataclass(frozen=True, eq=False)
class Dense(Mask):
    """A matrix of the user's own: boolean, (q, k), (h, q, k) or (b, h or 1, q, k); True reads."""

    matrix: Tensor

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read."""
        return _four(self.matrix)[:, :, at.query, at.key]

    def judge(self, tiles: Tiles) -> Verdict:
        """What is known of each tile, by counting."""
        return _counted(_four(self.matrix), tiles.query, tiles.key)

    def of_rows(self, rows: slice) -> "Dense":
        """The matrix of some rows of the batch."""
        return Dense(_cut(_four(self.matrix), rows))


def _two(rows: Tensor) -> Tensor:
    """(n,) or (b, n) with two axes."""
    return rows if rows.dim() == 2 else rows[None]


def _four(matrix: Tensor) -> Tensor:
    """(q, k), (h, q, k) or (b, h, q, k) with four axes."""
    return matrix.reshape((1,) * (4 - matrix.dim()) + tuple(matrix.shape))


def _counted(matrix: Tensor, rows: Tensor, columns: Tensor) -> Verdict:
    """Whether some and every entry of each rectangle is set, from sums over all entries above and left of a point."""
    sums = torch.nn.functional.pad(matrix.cumsum(-1, dtype=torch.int32).cumsum(-2, dtype=torch.int32), (1, 0, 1, 0))
    (top, bottom), (left, right) = (rows[0], rows[1] + 1), (columns[0], columns[1] + 1)
    strips = sums[:, :, bottom] - sums[:, :, top]
    count = strips[..., right] - strips[..., left]
    return Verdict(count > 0, count == (bottom - top)[:, None] * (right - left))


@final
@dataclass(frozen=True, eq=False)
class Edges(Mask):
    """A graph: key `source[i]` may be read by query `target[i]`; whole numbers, (edges,) each, the same for every row.

    Duplicates merge; no self-loops are added; a batch of graphs is one graph whose parts are not joined. Alone, or
    joined by `&`, it costs time and memory by the edge; within `|` or `~` by the pair.
    """

    source: Tensor
    target: Tensor

    def allows(self, at: Places) -> Tensor:
        """Whether each pair may read, by searching the sorted edges."""
        keys = int(max(self.source.max(), at.key.max())) + 1 if self.source.numel() else 1
        edges = (self.target * keys + self.source).sort().values
        wanted = at.query * keys + at.key
        found = torch.searchsorted(edges, wanted.contiguous()).clamp(max=max(len(edges) - 1, 0))
        hit = edges[found] == wanted if len(edges) else torch.zeros_like(wanted, dtype=torch.bool)
        return hit[None, None]
