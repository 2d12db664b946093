"""A request cut into strips: some queries with every key that one of them may read, and no others.

A strip holds complete rows, so that any normalizer can finish it at once; it holds at most MOST scores, or one tile's
height of one head where even that is more. Tiles that the mask leaves empty are skipped: the keys of the others are
put side by side. Where weights follow from each score alone and all is read, strips are squares instead: products of
squares are a quarter faster.
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from regard.kernels.adding import Tile
from regard.kernels.readable import TileClasses
from regard.kernels.request import Request
from regard.kernels.terms import Span

TILE = 128
"""Queries and keys that are judged at once."""
LEAST = 16
"""Queries that a strip is not cut below."""
SMALL = 1 << 17
"""Scores of one row of the batch below which rows go together, though one of them may read less than another."""
MOST = 1 << 20
"""Scores of a strip: 4 MiB in float32, which stays near the cores (docs/benchmarks.md)."""


SIDE = 1 << 10
"""Queries and keys of a square strip."""


class Strip(NamedTuple):
    """The pairs, and which of them may read: (rows or 1, heads or 1, q or 1, k), or None for all."""

    tile: Tile
    allowed: Tensor | None


def strips(request: Request, within: slice | None = None, *, whole: bool = True) -> Iterator[Strip]:
    """Every strip of a request that has a pair to read; queries in none of them read nothing.

    `within` asks for some consecutive queries only; not `whole`, a row may come in pieces.
    """
    b, _, q, k = request.sizes
    device = request.query.device
    wanted = slice(0, q) if within is None else within
    if not q or not k:
        return
    if request.readable.everybody:
        height, width = (TILE, k) if whole else (SIDE, SIDE)
        for start in range(wanted.start, wanted.stop, height):
            queries = slice(start, min(start + height, wanted.stop))
            for first in range(0, k, width):
                yield from _cut(request, slice(0, b), queries, slice(first, min(first + width, k)), masked=False)
        return
    classes = request.readable.classes(q, k, (TILE, TILE), device)
    some, every = (each.cpu() for each in classes)
    if request.sizes[1] * min(q, TILE) * k < SMALL:
        some, every = some.any(0, keepdim=True), every.all(0, keepdim=True)
    for row, queries, tiles, masked in _runs(TileClasses(some, every), b, wanted):
        yield from _cut(request, row, queries, _span(tiles, k, device), masked=masked)


def _runs(classes: TileClasses, b: int, wanted: slice) -> Iterator[tuple[slice, slice, list[int], bool]]:
    """For all rows, or row by row where they differ: queries, the tiles of keys to visit, whether some pair may not."""
    differ = classes.some.shape[0] > 1
    for row in range(b if differ else 1):
        rows = slice(row, row + 1) if differ else slice(0, b)
        visit = classes.some[row].any(0)
        full = (classes.every[row if classes.every.shape[0] > 1 else 0]).all(0)
        for i in range(wanted.start // TILE, -(-wanted.stop // TILE)):
            tiles = visit[min(i, len(visit) - 1)].nonzero().flatten().tolist()
            if tiles:
                whole = bool(full[min(i, len(full) - 1), tiles].all())
                queries = slice(max(i * TILE, wanted.start), min((i + 1) * TILE, wanted.stop))
                yield rows, queries, tiles, not whole


def _span(tiles: list[int], k: int, device: torch.device) -> Span:
    """The keys of some tiles: a slice where they lie side by side."""
    if tiles[-1] - tiles[0] + 1 == len(tiles):
        return slice(tiles[0] * TILE, min((tiles[-1] + 1) * TILE, k))
    keys = torch.tensor(tiles, device=device)[:, None] * TILE + torch.arange(TILE, device=device)
    return keys[keys < k]


def _cut(request: Request, rows: slice, queries: slice, keys: Span, *, masked: bool) -> Iterator[Strip]:
    """Strips of at most MOST scores: fewer rows of the batch first, then fewer heads, then fewer queries."""
    h, group = request.sizes[1], request.group
    width = len(keys) if isinstance(keys, Tensor) else keys.stop - keys.start
    pairs = max(1, MOST // ((queries.stop - queries.start) * width))
    heads = max(group, min(h, pairs // group * group))
    height = max(LEAST, MOST // (width * heads)) if pairs < group else queries.stop - queries.start
    for row in range(rows.start, rows.stop, max(1, pairs // h)):
        for head in range(0, h, heads):
            for start in range(queries.start, queries.stop, height):
                tile = Tile(
                    slice(row, min(row + max(1, pairs // h), rows.stop)),
                    slice(head, min(head + heads, h)),
                    slice(start, min(start + height, queries.stop)),
                    keys,
                )
                yield Strip(tile, _allowed(request, tile) if masked else None)


def _allowed(request: Request, tile: Tile) -> Tensor | None:
    allowed = request.readable.of_rows(tile.rows).tile(tile.queries, tile.keys, request.query.device)
    return allowed[:, tile.heads] if allowed is not None and allowed.shape[1] > 1 else allowed
