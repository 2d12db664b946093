"""Any mask as a grid of cells for the native core: who reads whom by tiles of queries and 64 keys (src/native/cells.h).

Cells that the mask's judgement knows to be empty or full are never looked into. The pairs of the others are spread
out strip by strip, a few million at most, and become bits.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce

import torch
from torch import Tensor
from torch.nn.functional import pad

from regard.kernels.native_call import Plan
from regard.kernels.readable import Readable
from regard.kernels.request import Request
from regard.kernels.terms import Span
from regard.mechanisms.masks import Dense, inside
from regard.native import STRIP, library
from regard.shapes import MayRead

CELL = 64
"""Keys of a cell; its queries are those of the plan's tile."""
EMPTY, FULL, UNKNOWN = -1, -2, -3
"""What a cell may be instead of the number of its words."""
FEW = 1 << 16
"""Up to so many queries times keys, looking at all pairs costs less than judging cells."""
HEIGHT = 256
"""Queries whose pairs are looked at together, as whole tiles."""
MOST = 1 << 22
"""Pairs of which that many rows of the batch are looked at together."""


def grid(request: Request, plan: Plan) -> tuple[Tensor, Tensor]:
    """Cells (b or 1, h or 1, tiles, cells of a row), and the words of those that are neither empty nor full."""
    _, _, q, k = request.sizes
    readable, device = request.readable, request.query.device
    if q * k <= FEW:
        return _looked_at(_allowed(readable, slice(0, q), slice(0, k), device), plan.tile)
    alone = readable.tile(slice(0, min(q, 1)), slice(0, min(k, 1)), device)
    assert alone is not None
    judged = _judged(readable, q, k, plan.tile, device)
    b, h = (max(judged.shape[axis], alone.shape[axis]) for axis in (0, 1))
    cells = judged.expand(b, h, -1, -1).contiguous()
    words = torch.empty(int((cells == UNKNOWN).sum()) * CELL, dtype=torch.int64)
    used = torch.zeros(1, dtype=torch.int64)
    for queries, columns in _strips(cells, plan.tile, q):
        for rows in _some_rows(b, len(columns) * CELL * HEIGHT * h):
            part = cells[rows, :, queries.start // plan.tile :]
            allowed = _allowed(_some(readable, rows, b), queries, _keys(columns, k), device)
            _pack(allowed, part, columns, (words, used), (plan.tile, k))
    return cells, words


def _looked_at(allowed: MayRead, tile: int) -> tuple[Tensor, Tensor]:
    """The grid of a mask whose pairs are all spread out."""
    b, h, q, k = allowed.shape
    cells = torch.full((b, h, -(-q // tile), -(-k // CELL)), UNKNOWN, dtype=torch.int32)
    words = torch.empty(cells.numel() * CELL, dtype=torch.int64)
    used = torch.zeros(1, dtype=torch.int64)
    _pack(allowed, cells, torch.arange(cells.shape[-1]), (words, used), (tile, k))
    return cells, words


def _judged(readable: Readable, queries: int, keys: int, tile: int, device: torch.device) -> Tensor:
    """Cells as far as they are known without looking at pairs; a matrix can be looked at as well as judged."""
    known = readable
    if matrices := [mask for mask in readable.others if any(isinstance(leaf, Dense) for leaf in inside(mask))]:
        known = replace(readable, others=tuple(mask for mask in readable.others if mask not in matrices))
    some, every = known.classes(queries, keys, (tile, CELL), device)
    unsure = UNKNOWN if matrices else FULL
    return torch.where(some, torch.where(every, unsure, UNKNOWN), EMPTY).to(torch.int32)


def _strips(cells: Tensor, tile: int, queries: int) -> Iterator[tuple[slice, Tensor]]:
    """Some consecutive queries, and the columns of cells where one of them has something to look at."""
    tiles = HEIGHT // tile
    height = tiles * tile
    unknown = pad((cells == UNKNOWN).any(0).any(0), (0, 0, 0, -cells.shape[2] % tiles))
    for number, strip in enumerate(unknown.view(-1, tiles, unknown.shape[1]).any(1)):
        if len(columns := strip.nonzero()[:, 0]):
            yield slice(number * height, min((number + 1) * height, queries)), columns


def _some_rows(rows: int, pairs: int) -> list[slice]:
    at_once = max(1, MOST // pairs)
    return [slice(first, min(first + at_once, rows)) for first in range(0, rows, at_once)]


def _some(readable: Readable, rows: slice, all_rows: int) -> Readable:
    return readable if rows.stop - rows.start == all_rows else readable.of_rows(rows)


def _allowed(readable: Readable, queries: slice, keys: Span, device: torch.device) -> MayRead:
    """As `Readable.tile`, but a matrix is cut out where it lies, which costs no time by the pair."""
    matrices = [mask.matrix for mask in readable.others if isinstance(mask, Dense)]
    others = tuple(mask for mask in readable.others if not isinstance(mask, Dense))
    cut = [matrix.reshape((1,) * (4 - matrix.dim()) + tuple(matrix.shape))[:, :, queries, keys] for matrix in matrices]
    if (rest := replace(readable, others=others).tile(queries, keys, device)) is not None:
        cut.append(rest)
    return reduce(torch.logical_and, cut).expand(-1, -1, queries.stop - queries.start, -1)


def _keys(columns: Tensor, keys: int) -> Span:
    """The keys of some columns: a slice where they lie side by side."""
    first, last = int(columns[0]), int(columns[-1])
    if last - first + 1 == len(columns):
        return slice(first * CELL, min((last + 1) * CELL, keys))
    each = (columns[:, None] * CELL + torch.arange(CELL)).flatten()
    return each[each < keys]


def _pack(allowed: Tensor, cells: Tensor, columns: Tensor, into: tuple[Tensor, Tensor], sizes: tuple[int, int]) -> None:
    """The unknown ones of some cells, from who may read whom (rows or 1, heads or 1, queries, keys of the columns)."""
    allowed = allowed if allowed.stride(3) == 1 else allowed.contiguous()
    row, head = (0 if allowed.shape[axis] == 1 else allowed.stride(axis) for axis in (0, 1))
    words, used = into
    tile, keys = sizes
    library().pack(
        STRIP.pack(
            *(allowed.data_ptr(), row, head, allowed.stride(2)),
            *(*cells.shape[:2], allowed.shape[2], len(columns)),
            columns.data_ptr(),
            *(cells.data_ptr(), cells.stride(0), cells.stride(1)),
            *(words.data_ptr(), used.data_ptr()),
            *(tile, keys),
        )
    )
