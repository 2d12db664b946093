"""What the weights say, read off strip by strip: never more than one strip of them exists."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from regard.kernels import native_reading
from regard.kernels.adding import Tile
from regard.kernels.normalize import rule_of
from regard.kernels.request import Request
from regard.kernels.terms import Span
from regard.kernels.tiled import worked

BLOCK = 64
"""Keys whose greatest weight is compared first, when the greatest of a row are searched."""


def strips_of_weights(request: Request, queries: slice) -> Iterator[tuple[Tile, Tensor]]:
    """Each strip's place and its undropped weights (rows, heads, queries, keys)."""
    rule = rule_of(request.normalizer)
    for work in worked(request, queries):
        tile, allowed = work.strip
        yield tile, rule.normalize(work.scores, allowed, work.parameter).weights


def some(request: Request, queries: slice) -> Tensor:
    """The weights of consecutive queries: (b, h, q, k)."""
    b, h, _, k = request.sizes
    found = request.query.new_zeros(b, h, queries.stop - queries.start, k)
    for tile, weights in strips_of_weights(request, queries):
        own = found[tile.rows, tile.heads, _from(tile.queries, queries)]
        own[..., tile.keys] = weights.to(found.dtype)
    return found


def greatest(request: Request, queries: slice, top: int) -> tuple[Tensor, Tensor]:
    """The `top` greatest weights of each query and the keys they belong to, both (b, h, q, top), falling.

    A query that may read fewer keys has weights of zero and keys of −1 at the end.
    """
    b, h, q, _ = request.sizes
    if queries == slice(0, q) and native_reading.takes(request):
        return native_reading.greatest(request, top)
    weights = request.query.new_zeros(b, h, queries.stop - queries.start, top)
    keys = torch.full(weights.shape, -1, device=weights.device)
    for tile, read in strips_of_weights(request, queries):
        place = tile.rows, tile.heads, _from(tile.queries, queries)
        best, at = greatest_of(read, min(top, read.shape[-1]))
        numbers = at + tile.keys.start if isinstance(tile.keys, slice) else tile.keys[at]
        weights[place][..., : best.shape[-1]] = best.to(weights.dtype)
        keys[place][..., : best.shape[-1]] = numbers.masked_fill(best == 0, -1)
    return weights, keys


def greatest_of(row: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """As torch.topk: the greatest lie in those blocks whose maxima are greatest, so that few numbers are sorted."""
    length = row.shape[-1]
    blocks = length // BLOCK
    if blocks <= 2 * count:
        return row.topk(count)
    even, rest = row[..., : blocks * BLOCK], row[..., blocks * BLOCK :]
    chosen = even.reshape(*even.shape[:-1], blocks, BLOCK).amax(-1).topk(count, sorted=False).indices
    inside = chosen[..., None] * BLOCK + torch.arange(BLOCK, device=row.device)
    outside = torch.arange(blocks * BLOCK, length, device=row.device).expand(*rest.shape)
    places = torch.cat((inside.flatten(-2), outside), -1)
    best, at = row.gather(-1, places).topk(count)
    return best, places.gather(-1, at)


class Summary(NamedTuple):
    """What rows and columns of the weights amount to.

    entropy (b, h, q) in nats, of each query's weights divided by their sum; columns (b, h, k), the weight that each key
    gets from all queries; blocks (b, h, ⌈q/size⌉, ⌈k/size⌉), the greatest weight in each square of size × size.
    """

    entropy: Tensor
    columns: Tensor
    blocks: Tensor


def summary(request: Request, size: int) -> Summary:
    """Entropy, column sums and block maxima."""
    if native_reading.takes(request):
        return Summary(*native_reading.summary(request, size))
    b, h, q, k = request.sizes
    new = request.query.new_zeros
    found = Summary(new(b, h, q), new(b, h, k), new(b, h, -(-q // size), -(-k // size)))
    for tile, weights in strips_of_weights(request, slice(0, q)):
        place = tile.rows, tile.heads
        found.entropy[(*place, tile.queries)] = _entropy(weights).to(found.entropy.dtype)
        _over_keys(found.columns[place], weights.sum(-2), tile.keys)
        keys = _numbers(tile.keys, weights.device) // size
        rows = torch.arange(tile.queries.start, tile.queries.stop, device=weights.device) // size
        across = weights.new_zeros(*weights.shape[:-1], found.blocks.shape[-1])
        across.scatter_reduce_(-1, keys.expand(weights.shape), weights, "amax")
        own = found.blocks[place]
        own.scatter_reduce_(-2, rows[:, None].expand(across.shape), across.to(own.dtype), "amax")
    return found


def _entropy(weights: Tensor) -> Tensor:
    """−Σ p ln p of the weights divided by their sum; zero for a row of zeros."""
    shares = weights.abs()
    shares = shares / shares.sum(-1, keepdim=True).clamp_min(torch.finfo(shares.dtype).tiny)
    entropy: Tensor = torch.special.entr(shares).sum(-1)
    return entropy


def _over_keys(total: Tensor, part: Tensor, keys: Span) -> None:
    if isinstance(keys, slice):
        total[..., keys] += part.to(total.dtype)
    else:
        total.index_add_(-1, keys, part.to(total.dtype))


def _numbers(keys: Span, device: torch.device) -> Tensor:
    return keys if isinstance(keys, Tensor) else torch.arange(keys.start, keys.stop, device=device)


def _from(queries: slice, first: slice) -> slice:
    return slice(queries.start - first.start, queries.stop - first.start)
