"""Scores of a strip and their gradients, for both kinds, with grouped heads folded into rows."""

from typing import NamedTuple

import torch
from torch import Tensor

from regard.kernels import additive_tiles
from regard.kernels.adding import Tile
from regard.kernels.request import Request
from regard.kernels.terms import Span


def taken(tensor: Tensor, keys: Span) -> Tensor:
    """Some keys of (b, g, k, d)."""
    return tensor[:, :, keys] if isinstance(keys, slice) else tensor.index_select(2, keys)


class Vectors(NamedTuple):
    """A strip's own: query (p, r, d), key (p, k, d), value (p, k, e) for p pairs of a row and a key head.

    The query heads that share a key head are folded into the rows: r = group · q.
    """

    query: Tensor
    key: Tensor
    value: Tensor

    @classmethod
    def of(cls, request: Request, tile: Tile) -> "Vectors":
        group = request.group
        shared = slice(tile.heads.start // group, tile.heads.stop // group)
        query = request.query[tile.rows, tile.heads, tile.queries]
        key, value = (taken(each[tile.rows, shared], tile.keys) for each in (request.key, request.value))
        return cls(fold(query, group), key.flatten(0, 1), value.flatten(0, 1))


def fold(heads: Tensor, group: int) -> Tensor:
    """(b, h, q, d) as (b · h / group, group · q, d)."""
    b, h, q, d = heads.shape
    return heads.reshape(b * h // group, group * q, d)


def unfold(folded: Tensor, tile: Tile) -> Tensor:
    """(p, r, d) as (b, h, q, d) again."""
    sizes = (part.stop - part.start for part in (tile.rows, tile.heads, tile.queries))
    return folded.reshape(*sizes, folded.shape[-1])


def scores(request: Request, vectors: Vectors, tile: Tile) -> Tensor:
    """Scores (b, h, q, k) of a strip, before anything is added, in the statistics' type."""
    if request.kind == "dot":
        wide = torch.promote_types(vectors.query.dtype, torch.float32)
        return unfold(_product(vectors.query, vectors.key.mT, request.scale).to(wide), tile)
    query, key, weight = _per_head(request, vectors, tile)
    return unfold(additive_tiles.scores(query, key, weight), tile)


def _product(left: Tensor, right: Tensor, scale: float) -> Tensor:
    """scale · left · right, (p, r, c), in one pass."""
    start = left.new_empty(left.shape[0], left.shape[1], right.shape[2])
    return torch.baddbmm(start, left, right, beta=0, alpha=scale, out=start)


class Slopes(NamedTuple):
    """Gradients of a strip: to the query (b, h, q, d), to the key (p, k, d), to an additive weight (b, h, d)."""

    query: Tensor
    key: Tensor
    weight: Tensor | None


def slopes(request: Request, vectors: Vectors, gradient: Tensor, tile: Tile) -> Slopes:
    """Gradients of a strip's query, key and weight from those of its scores, (b, h, q, k)."""
    if request.kind == "dot":
        slope = fold(gradient, request.group).to(vectors.query.dtype)
        query = _product(slope, vectors.key, request.scale)
        key = _product(slope.mT, vectors.query, request.scale)
        return Slopes(unfold(query, tile), key, None)
    query, key, weight = _per_head(request, vectors, tile)
    to_query, to_key, to_weight = additive_tiles.slopes(query, key, weight, gradient.flatten(0, 1))
    heads = gradient.shape[1]
    shared = to_key.view(-1, request.group, *to_key.shape[1:]).sum(1) if request.group > 1 else to_key
    return Slopes(unfold(to_query, tile), shared, to_weight.view(-1, heads, to_weight.shape[-1]))


def _per_head(request: Request, vectors: Vectors, tile: Tile) -> tuple[Tensor, Tensor, Tensor]:
    """Query (p, q, d), key (p, k, d) and weight (p, d) with p pairs of a row and a query head."""
    assert request.weight is not None
    query = unfold(vectors.query, tile).flatten(0, 1)
    key = vectors.key.repeat_interleave(request.group, 0) if request.group > 1 else vectors.key
    weight = request.weight.reshape(-1, request.weight.shape[-1])
    rows, heads = tile.rows.stop - tile.rows.start, tile.heads.stop - tile.heads.start
    own = weight[tile.heads] if len(weight) > 1 else weight.expand(heads, -1)
    return query, key, own.repeat(rows, 1)
