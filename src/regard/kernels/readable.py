"""Who may read whom, in numbers on the query's device."""

from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, NamedTuple

import torch
from torch import Tensor

from regard.kernels.terms import Span
from regard.mechanisms.masks import Mask, Places, Tiles
from regard.shapes import Lengths, MayRead


class Graph(NamedTuple):
    """Edges without duplicates, sorted by target: (edges,) each; `order` says where each given edge went."""

    source: Tensor
    target: Tensor
    order: Tensor

    def merged(self, given: Tensor) -> Tensor:
        """Numbers of the given edges (h or 1, given) as those of the unique edges (h or 1, edges), added up."""
        there = self.order >= 0
        unique = given.new_zeros(given.shape[0], len(self.source))
        return unique.index_add(1, self.order[there], given[:, there])


class TileClasses(NamedTuple):
    """What is known of a grid of tiles, (b or 1, h or 1, t, u): whether to visit it, and whether without a mask."""

    some: Tensor
    every: Tensor


@dataclass(frozen=True)
class Readable:
    """Query i of row b stands at start[b] + i and reads key j if

    j < key_lengths[b], i < query_lengths[b], where causal j ≤ start[b] + i, and every one of `others` allows it.
    `graph` holds the edges where the mask is a graph alone: only these pairs are read, and the rest holds for them
    already. `finite` promises that nothing is NaN or infinite where it cannot be read.
    """

    causal: bool = False
    start: int | Lengths = 0
    key_lengths: Lengths | None = None
    query_lengths: Lengths | None = None
    others: tuple[Mask, ...] = ()
    graph: Graph | None = None
    finite: bool = False

    @property
    def simple(self) -> bool:
        """Whether causality and lengths say it all."""
        return len(self.others) == 0 and self.graph is None

    @property
    def everybody(self) -> bool:
        """Whether every query reads every key."""
        return self.simple and not self.causal and self.key_lengths is None and self.query_lengths is None

    @property
    def never_empty(self) -> bool:
        """Whether every query can be known, without looking at values, to read at least one key."""
        if self.key_lengths is not None or self.query_lengths is not None or not self.simple:
            return False
        return not self.causal or (isinstance(self.start, int) and self.start >= 0)

    def standing(self, queries: int, device: torch.device) -> Tensor:
        """Where queries stand: (b or 1, q)."""
        start = self.start[:, None] if isinstance(self.start, Tensor) else self.start
        return torch.arange(queries, device=device)[None] + start

    def of_rows(self, rows: slice) -> "Readable":
        """The same for some rows of the batch."""
        changes = {name: getattr(self, name) for name in ("start", "key_lengths", "query_lengths")}
        narrowed: dict[str, Any] = {name: each[rows] for name, each in changes.items() if isinstance(each, Tensor)}
        return replace(self, others=tuple(mask.of_rows(rows) for mask in self.others), **narrowed)

    def dense(self, queries: int, keys: int, device: torch.device) -> MayRead | None:
        """True where a query may read a key: (b or 1, h or 1, q or 1, k); None if everywhere."""
        return self.tile(slice(0, queries), slice(0, keys), device)

    def tile(self, queries: slice, keys: Span, device: torch.device) -> MayRead | None:
        """As `dense`, for the pairs of some consecutive queries and some keys."""
        query = torch.arange(queries.start, queries.stop, device=device)
        key = keys if isinstance(keys, Tensor) else torch.arange(keys.start, keys.stop, device=device)
        allowed = self.allows(query[:, None], key[None])
        if allowed is not None:
            allowed = allowed.expand(-1, -1, -1, key.shape[0])
        if self.graph is None:
            return allowed
        joined = self._joined(query, key)
        return joined if allowed is None else allowed & joined

    def allows(self, query: Tensor, key: Tensor) -> Tensor | None:
        """What all but the graph say of pairs, as in `Places`: (b or 1, h or 1, q, k), or None for yes."""
        at = Places(query, key, self._standing_of(query[:, 0])[:, None, :, None])
        allowed = [mask.allows(at) for mask in self.others]
        if self.key_lengths is not None:
            allowed.append(key < self.key_lengths[:, None, None, None])
        if self.causal:
            allowed.append(at.offset <= 0)
        if self.query_lengths is not None:
            allowed.append(query < self.query_lengths[:, None, None, None])
        return reduce(torch.logical_and, allowed) if allowed else None

    def _standing_of(self, query: Tensor) -> Tensor:
        start = self.start[:, None] if isinstance(self.start, Tensor) else self.start
        return query[None] + start

    def _joined(self, query: Tensor, key: Tensor) -> Tensor:
        """Whether an edge joins each pair: (1, 1, q, k)."""
        assert self.graph is not None
        joined = torch.zeros(len(query), int(key.max()) + 1 if key.numel() else 0, dtype=torch.bool, device=key.device)
        if not joined.numel():
            return joined[None, None]
        here = (self.graph.target >= query[0]) & (self.graph.target <= query[-1])
        here &= self.graph.source < joined.shape[1]
        joined[self.graph.target[here] - query[0], self.graph.source[here]] = True
        return joined[None, None, :, key]

    def margins(self, queries: int, keys: int, device: torch.device) -> tuple[Tensor, Tensor]:
        """Which queries read something (b or 1, h or 1, q), and which keys somebody reads (b or 1, h or 1, k)."""
        reading, read = (torch.zeros(1, 1, size, dtype=torch.bool, device=device) for size in (queries, keys))
        if self.graph is not None:
            reading[..., self.graph.target], read[..., self.graph.source] = True, True
            return reading, read
        parts = []
        for first in range(0, queries, 256):
            rows = slice(first, min(first + 256, queries))
            tile = self.tile(rows, slice(0, keys), device)
            if tile is None:
                tile = torch.ones(1, 1, 1, keys, dtype=torch.bool, device=device)
            parts.append(tile.any(-1).expand(-1, -1, rows.stop - rows.start))
            read = read | tile.any(-2)
        return torch.cat(parts, -1) if parts else reading, read

    def classes(self, queries: int, keys: int, tile: tuple[int, int], device: torch.device) -> TileClasses:
        """What is known of every tile of a grid whose tiles are tile[0] queries by tile[1] keys."""
        query, key = (_bounds(size, by, device) for size, by in ((queries, tile[0]), (keys, tile[1])))
        tiles = Tiles(query, key, torch.stack([self._standing_of(each) for each in query]))
        true = torch.ones(1, 1, query.shape[1], key.shape[1], dtype=torch.bool, device=device)
        some, every = [true], [true]
        if self.causal:
            least, greatest = tiles.offset
            some.append(least <= 0)
            every.append(greatest <= 0)
        for lengths, place in ((self.key_lengths, key[:, None]), (self.query_lengths, query[:, :, None])):
            if lengths is not None:
                some.append(place[0] < lengths[:, None, None, None])
                every.append(place[1] < lengths[:, None, None, None])
        for mask in self.others:
            verdict = mask.judge(tiles)
            some.append(verdict.some)
            every.append(verdict.every)
        if self.graph is not None:
            every.append(~true)
        return TileClasses(reduce(torch.logical_and, some), reduce(torch.logical_and, every))

    def alive(self, queries: int, keys: int, device: torch.device) -> Tensor | None:
        """True for queries that may read at least one key: (b or 1, h or 1, q, 1); None if all are known to."""
        if self.never_empty:
            return None
        if not self.simple:
            allowed = self.dense(queries, keys, device)
            assert allowed is not None
            return allowed.any(-1, keepdim=True).expand(-1, -1, queries, -1)
        alive = torch.ones(1, queries, dtype=torch.bool, device=device)
        if self.causal:
            alive = alive & (self.standing(queries, device) >= 0)
        if self.key_lengths is not None:
            alive = alive & (self.key_lengths > 0)[:, None]
        if self.query_lengths is not None:
            alive = alive & (torch.arange(queries, device=device) < self.query_lengths[:, None])
        return alive[:, None, :, None]


def _bounds(size: int, by: int, device: torch.device) -> Tensor:
    """First and last number of each tile of a range: (2, tiles)."""
    first = torch.arange(0, size, by, device=device)
    return torch.stack((first, (first + by - 1).clamp(max=size - 1)))
