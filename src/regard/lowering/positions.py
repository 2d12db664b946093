"""Positions become turned vectors, or terms that are added to the scores."""

from functools import reduce
from typing import Any, NamedTuple

import torch
from torch import Tensor

from regard.errors import OptionError
from regard.kernels.readable import Readable
from regard.kernels.terms import OffsetTerm, QueryTerm
from regard.mechanisms.masks import Edges, Mask, inside
from regard.mechanisms.positions import (
    Alibi,
    Bias,
    EdgeBias,
    Position,
    RelativeBias,
    RelativeKeys,
    Rotary,
    alibi_slopes,
    bucket,
)
from regard.shapes import Key, Query


class Where(NamedTuple):
    """Where things stand: query i of row b at start[b] + i, key j at j."""

    queries: int
    keys: int
    start: int | Tensor
    device: torch.device

    def query(self) -> Tensor:
        """Positions of the queries: (b or 1, q)."""
        start = self.start[:, None] if isinstance(self.start, Tensor) else self.start
        return torch.arange(self.queries, device=self.device)[None] + start

    def key(self) -> Tensor:
        """Positions of the keys: (k,)."""
        return torch.arange(self.keys, device=self.device)

    def offsets(self) -> Tensor:
        """Every offset j − i that can occur, rising: (b or 1, q + k − 1); the first belongs to j = 0, i = q − 1."""
        start = self.start[:, None] if isinstance(self.start, Tensor) else self.start
        count = max(self.queries + self.keys - 1, 0)
        return torch.arange(count, device=self.device)[None] + (1 - self.queries) - start


def turned(position: Rotary, query: Query, key: Key, where: Where) -> tuple[Query, Key]:
    """Query and key, each turned by its own position."""
    return _turn(position, query, where.query()), _turn(position, key, where.key()[None])


def _turn(rotary: Rotary, vectors: Tensor, at: Tensor) -> Tensor:
    """Vectors (b, h, n, d) at positions (b or 1, n)."""
    size = vectors.shape[-1]
    if rotary.grid is None:
        return _turn_pairs(rotary, vectors, at)
    half = size // 4 * 2
    rows, columns = at // rotary.grid, at % rotary.grid
    parts = _turn_pairs(rotary, vectors[..., :half], rows), _turn_pairs(rotary, vectors[..., half:], columns)
    return torch.cat(parts, -1)


def _turn_pairs(rotary: Rotary, vectors: Tensor, at: Tensor) -> Tensor:
    size = vectors.shape[-1]
    half = size // 2
    wide = torch.promote_types(vectors.dtype, torch.float32)
    rates = rotary.base ** (-torch.arange(half, device=at.device, dtype=torch.float64) / max(half, 1))
    angle = at[..., None] * rates
    sine, cosine = angle.sin().to(wide)[:, None], angle.cos().to(wide)[:, None]
    pairs = slice(half), slice(half, 2 * half)
    if rotary.interleaved:
        pairs = slice(0, 2 * half, 2), slice(1, 2 * half, 2)
    turned: Tensor = _Turned.apply(vectors, sine, cosine, pairs)  # type: ignore[no-untyped-call]
    return turned


class _Turned(torch.autograd.Function):
    """Pairs of numbers turned by angles; a gradient is turned back. Half the passes that plain torch would make."""

    @staticmethod
    def forward(ctx: Any, vectors: Tensor, sine: Tensor, cosine: Tensor, pairs: tuple[slice, slice]) -> Tensor:
        ctx.save_for_backward(sine, cosine)
        ctx.pairs = one, two = pairs
        wide = vectors.to(sine.dtype)
        scales = torch.ones((*cosine.shape[:-1], vectors.shape[-1]), dtype=sine.dtype, device=sine.device)
        scales[..., one], scales[..., two] = cosine, cosine
        new = wide * scales
        new[..., one].addcmul_(wide[..., two], sine, value=-1)
        new[..., two].addcmul_(wide[..., one], sine)
        return new.to(vectors.dtype)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        sine, cosine = ctx.saved_tensors
        back: Tensor = _Turned.apply(gradient, -sine, cosine, ctx.pairs)  # type: ignore[no-untyped-call]
        return back, None, None, None


class Ground(NamedTuple):
    """What positions refer to: places, and for the bias of edges the mask with them."""

    where: Where
    mask: Mask | None
    readable: Readable


def added(positions: tuple[Position, ...], query: Query, scale: float, ground: Ground) -> dict[str, Any]:
    """The terms of a request: `offsets`, `query_term`, `bias`, `edge_bias`; those on one line share a table.

    The query is projected, not turned: keys for offsets know no place of their own.
    """
    where = ground.where
    line: list[Tensor] = []
    found: dict[str, Any] = {"offsets": ()}
    biases, edges = [], []
    for position in positions:
        match position:
            case Alibi() | RelativeBias() if position.grid is not None:
                found["offsets"] += (_on_grid(position, query, where, position.grid),)
            case Alibi(slopes):
                line.append(-_slopes(slopes, query)[:, None] * where.offsets().abs()[:, None])
            case RelativeBias(table, far, two_way):
                which = bucket(where.offsets(), table.shape[-1], far, two_way)
                line.append(table.to(query.device)[:, which].transpose(0, 1))
            case RelativeKeys(table):
                found["query_term"] = _query_term(table, query, scale, where)
            case Bias(bias):
                biases.append(bias.reshape((1,) * (4 - bias.dim()) + tuple(bias.shape))[..., : where.keys])
            case EdgeBias(bias):
                edges.append(torch.atleast_2d(bias))  # type: ignore[no-untyped-call]
    if line:
        found["offsets"] += (OffsetTerm(_total(line), *_along_line(where), straight=True),)
    if edges and ground.readable.graph is not None:
        found["edge_bias"] = _total(edges)
    elif edges:
        biases.append(_spread(_total(edges), ground.mask, where))
    if biases:
        found["bias"] = _total(biases)
    return found


def _spread(bias: Tensor, mask: Mask | None, where: Where) -> Tensor:
    """The bias of edges as one of pairs, (1, h or 1, q, k), where edges are one mask among others: q × k numbers."""
    edges = next(leaf for leaf in inside(mask) if isinstance(leaf, Edges))
    there = edges.source < where.keys
    target, source = (each[there].to(where.device) for each in (edges.target, edges.source))
    heads = torch.arange(len(bias), device=where.device)[:, None]
    spread = bias.new_zeros(len(bias), where.queries, where.keys)
    return spread.index_put((heads, target, source), bias[:, there], accumulate=True)[None]


def _total(parts: list[Tensor]) -> Tensor:
    return reduce(torch.add, parts)


def _along_line(where: Where) -> tuple[Tensor, Tensor]:
    """(query_at, key_at), whose difference is the place of an offset among `where.offsets()`."""
    queries = torch.arange(where.queries, device=where.device) - (where.queries - 1)
    return queries, where.key()


def _slopes(slopes: Tensor | None, query: Query) -> Tensor:
    wide = torch.promote_types(query.dtype, torch.float32)
    return (alibi_slopes(query.shape[1]) if slopes is None else slopes).to(query.device, wide)


def _query_term(table: Tensor, query: Query, scale: float, where: Where) -> QueryTerm:
    """⟨query, table⟩ for every query and every clipped offset."""
    reach = table.shape[-2] // 2
    which = where.offsets().clamp(-reach, reach) + reach
    return QueryTerm((query * scale) @ table.to(query.dtype).mT, which, *_along_line(where))


def _on_grid(position: Alibi | RelativeBias, query: Query, where: Where, width: int) -> OffsetTerm:
    """Offsets of rows and columns numbered together: Δrow · (2·width − 1) + Δcolumn, counted from the least."""
    if isinstance(where.start, Tensor):
        raise OptionError(
            f"{type(position).__name__}: on a grid all rows start at one place",
            got="query_start as a tensor",
            hint="query_start=0",
        )
    across = 2 * width - 1
    query_at, key_at = (each // width * across + each % width for each in (where.query()[0], where.key()))
    least_row = -((where.start + where.queries - 1) // width)
    most_row = max(least_row, (where.keys - 1) // width - where.start // width)
    rows = torch.arange(least_row, most_row + 1, device=where.device)[:, None]
    columns = torch.arange(1 - width, width, device=where.device)[None]
    if isinstance(position, Alibi):
        slopes = _slopes(position.slopes, query)[:, None, None]
        table = -slopes * (rows**2 + columns**2).to(slopes.dtype).sqrt()
    else:
        down, over = (size // 2 for size in position.table.shape[-2:])
        table = position.table[:, rows.clamp(-down, down) + down, columns.clamp(-over, over) + over]
    first = least_row * across + (1 - width)
    return OffsetTerm(table.flatten(-2)[None], query_at + first, key_at, straight=False)
