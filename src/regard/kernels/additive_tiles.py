"""Additive scores, score[q, k] = Σ_d weight_d · tanh(query[q, d] + key[k, d]), and their slopes, tile by tile.

With r = 1 / (1 + e^2(query + key)) in every dimension, which `additive_shares` makes cheaply,

    tanh(query + key) = 1 − 2·r;  score = Σ_d weight_d − 2 · Σ_d weight_d · r_d
    gradients, for g to the score:  to query and key 4 · weight_d · g · r_d · (1 − r_d);  to weight g · (1 − 2·r_d)

What is held beside inputs and results does not grow with q·k·d: tiles that stay in the processor's cache. Sums are
taken in a fixed order.
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from regard.kernels.additive_shares import shares_of

TILE = 2**20
"""Numbers in each of the buffers of a tile: small enough for two cores' caches, large enough for two cores' work."""


def scores(query: Tensor, key: Tensor, weight: Tensor) -> Tensor:
    """Scores (p, r, k) from query (p, r, d), key (p, k, d) and weight (p or 1, d), in float32 at least.

    Infinities and NaN harm only the scores that the formula gives them to. In float32 errors are a few units in the
    last place of √d weights. Cost: r·k·d times a product, a division and two sums; where queries or keys spread beyond
    ±43 of their middle in some dimension, an exponential instead of the product.
    """
    query, key, weight = _statistics(query, key, weight)
    found = query.new_zeros(*query.shape[:2], key.shape[1])
    shares, twice, (space,) = shares_of(query, key), 2 * weight[:, None, None], _space(1, query, key)
    for at in _tiles(query, key):
        worth = twice if len(twice) == 1 else twice[at.pairs]
        found[at.pairs, at.rows, at.keys] = shares.times(worth, *at, space).sum(-1)
    return found.neg_().add_(weight.sum(-1)[:, None, None])


def slopes(query: Tensor, key: Tensor, weight: Tensor, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients to query, key and weight from one to the scores (p, r, k), in float32 at least.

    Cost: about twice that of `scores`.
    """
    query, key, weight, gradient = _statistics(query, key, weight, gradient)
    to_query, to_key = torch.zeros_like(query), torch.zeros_like(key)
    to_weight = gradient.sum((1, 2))[:, None].expand(-1, query.shape[2]).clone()
    shares, one, spaces = shares_of(query, key), query.new_ones(()), _space(2, query, key)
    for at in _tiles(query, key):
        share, of_scores = shares.times(one, *at, spaces[0]), gradient[at.pairs, at.rows, at.keys]
        slope = spaces[1, : share.numel()].view_as(share)
        to_weight[at.pairs] -= 2 * (of_scores[:, :, None] @ share).sum((1, 2))
        torch.ops.aten.sigmoid_backward.grad_input(of_scores[..., None].expand_as(share), share, grad_input=slope)
        to_query[at.pairs, at.rows] += slope.sum(2)
        to_key[at.pairs, at.keys] += slope.sum(1)
    shared, worth = len(weight) < len(query), 4 * weight[:, None]
    return to_query.mul_(worth), to_key.mul_(worth), to_weight.sum(0, keepdim=True) if shared else to_weight


class _At(NamedTuple):
    """Where a tile lies."""

    pairs: slice
    rows: slice
    keys: slice


def _tiles(query: Tensor, key: Tensor) -> Iterator[_At]:
    """All tiles: as many keys as fit, then rows, then pairs."""
    (p, r, d), k = query.shape, key.shape[1]
    if min(p, r, k, d):
        keys = min(k, max(1, TILE // d))
        rows = min(r, max(1, TILE // (d * keys)))
        pairs = max(1, TILE // (d * r * k))
        for first in range(0, p, pairs):
            for row in range(0, r, rows):
                for at in range(0, k, keys):
                    yield _At(slice(first, first + pairs), slice(row, row + rows), slice(at, at + keys))


def _space(count: int, query: Tensor, key: Tensor) -> Tensor:
    """Room for so many tiles, to be written over."""
    whole = query.numel() * key.shape[1]
    return query.new_empty(count, min(whole, max(TILE, query.shape[2])))


def _statistics(*given: Tensor) -> list[Tensor]:
    dtype = torch.promote_types(given[0].dtype, torch.float32)
    return [each.to(dtype) for each in given]
