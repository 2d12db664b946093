"""What a request adds to its dot or additive scores, for a tile of pairs."""

from functools import reduce
from typing import NamedTuple

import torch
from torch import Tensor

from regard.kernels.request import Request
from regard.kernels.terms import Span


class Tile(NamedTuple):
    """Some rows of the batch, some query heads, consecutive queries and some keys."""

    rows: slice
    heads: slice
    queries: slice
    keys: Span

    def of(self, tensor: Tensor) -> Tensor:
        """A tensor (b or 1, h or 1, ...) for these rows and heads; an axis of one stays."""
        rows = self.rows if tensor.shape[0] > 1 else slice(None)
        return tensor[rows, self.heads if tensor.shape[1] > 1 else slice(None)]


def whole(request: Request) -> Tile:
    """All pairs of a request."""
    b, h, q, k = request.sizes
    return Tile(slice(0, b), slice(0, h), slice(0, q), slice(0, k))


def added(request: Request, tile: Tile) -> Tensor | None:
    """The sum of all terms, broadcasting to (rows, heads, queries, keys), or None where there are none."""
    terms: list[Tensor] = []
    if request.row is not None:
        terms.append(tile.of(request.row)[:, :, tile.queries, None])
    if request.column is not None:
        terms.append(tile.of(request.column)[:, :, None, tile.keys])
    for offset in request.offsets:
        terms.append(offset._replace(table=tile.of(offset.table)).tile(tile.queries, tile.keys))
    if request.query_term is not None:
        terms.append(request.query_term.of(tile.rows, tile.heads).tile(tile.queries, tile.keys))
    if request.bias is not None:
        bias = tile.of(request.bias)
        terms.append(_some(_some(bias, 2, tile.queries), 3, tile.keys))
    if request.edge_bias is not None:
        terms.append(_edges(request, tile))
    return reduce(torch.add, terms) if terms else None


def collect(slopes: Request, gradient: Tensor, tile: Tile) -> None:
    """Adds the gradient of a tile's scores (b, h, q, k) to the terms of `slopes`, which hold gradients, in place."""
    if slopes.row is not None:
        tile.of(slopes.row)[:, :, tile.queries] += gradient.sum(-1)
    if slopes.column is not None:
        _add_to(tile.of(slopes.column), gradient.sum(-2), tile.keys)
    for offset in slopes.offsets:
        own = offset._replace(table=tile.of(offset.table))
        own.collect(_summed_to(gradient, own.table.shape[:2]), tile.queries, tile.keys)
    if slopes.query_term is not None:
        slopes.query_term.of(tile.rows, tile.heads).collect(gradient, tile.queries, tile.keys)
    if slopes.bias is not None:
        bias = tile.of(slopes.bias)
        part = bias if bias.shape[2] == 1 else bias[:, :, tile.queries]
        _add_to(part, _summed_to(gradient, (*part.shape[:3],)), tile.keys if bias.shape[3] > 1 else None)


def _add_to(total: Tensor, part: Tensor, keys: Span | None) -> None:
    """total[..., keys] += part, in place; without keys the last axis is summed."""
    if keys is None:
        total += part.sum(-1, keepdim=True)
    elif isinstance(keys, slice):
        total[..., keys] += part
    else:
        total.index_add_(-1, keys, part)


def _summed_to(tensor: Tensor, sizes: tuple[int, ...] | torch.Size) -> Tensor:
    """The tensor summed over those leading axes that shall have one entry."""
    single = [axis for axis, size in enumerate(sizes) if size == 1 and tensor.shape[axis] > 1]
    return tensor.sum(single, keepdim=True) if single else tensor


def _some(tensor: Tensor, axis: int, chosen: Span) -> Tensor:
    if tensor.shape[axis] == 1:
        return tensor
    if isinstance(chosen, slice):
        return tensor.narrow(axis, chosen.start, chosen.stop - chosen.start)
    return tensor.index_select(axis, chosen)


def _edges(request: Request, tile: Tile) -> Tensor:
    """The bias of each edge at its pair: (1, h or 1, q, k), zero elsewhere."""
    graph = request.readable.graph
    assert graph is not None and request.edge_bias is not None
    merged = graph.merged(request.edge_bias)
    _, _, q, k = request.sizes
    spread = merged.new_zeros(merged.shape[0], q, k)
    heads = torch.arange(len(merged), device=merged.device)[:, None]
    spread = spread.index_put((heads, graph.target, graph.source), merged)
    return tile.of(spread[None])[:, :, tile.queries][..., tile.keys]
