"""Scores that decay with distance: a tile of pairs (b, h, q, k) is multiplied by exp(|q − k| · decay)."""

import torch
from torch import Tensor

from regard.kernels.adding import Tile
from regard.kernels.request import Request


def faded(request: Request, scores: Tensor, tile: Tile) -> Tensor:
    """The scores of a tile after their decay; as they are where there is none."""
    if request.decay is None:
        return scores
    return scores * _factors(request, request.decay, tile)


def collect_fading(total: Request, request: Request, slope: Tensor, scores: Tensor, tile: Tile) -> Tensor:
    """The gradient to a tile's scores before their decay, from that to the decayed `scores`; what belongs to the decay
    is added to `total`, which holds gradients, in place."""
    if request.decay is None or total.decay is None:
        return slope
    each = (slope * scores * apart(request, tile)).sum((0, 2, 3)).to(total.decay.dtype)
    heads = torch.arange(tile.heads.start, tile.heads.stop, device=each.device)
    shared = heads // request.group if len(total.decay) > 1 else torch.zeros_like(heads)
    total.decay.index_add_(0, shared, each)
    return slope * _factors(request, request.decay, tile)


def apart(request: Request, tile: Tile) -> Tensor:
    """How many positions lie between the queries and keys of a tile: (b or 1, 1, q, k)."""
    device = request.query.device
    standing = request.readable.of_rows(tile.rows).standing(request.sizes[2], device)[:, tile.queries]
    keys = tile.keys
    at = keys if isinstance(keys, Tensor) else torch.arange(keys.start, keys.stop, device=device)
    return (standing[:, None, :, None] - at).abs()


def _factors(request: Request, decay: Tensor, tile: Tile) -> Tensor:
    """(b or 1, heads or 1, q, k)."""
    own = decay if len(decay) == 1 else decay.repeat_interleave(request.group)[tile.heads]
    return (apart(request, tile) * own[None, :, None, None]).exp()
