"""All scores at once, in plain torch: for any request, and the fastest for short sequences.

Cost: 2·q·k·(d + e) operations a head for dot scores and as many tanh for additive ones; memory q·k numbers a
head, q·k·d for additive scores.
"""

import torch
from torch import Tensor

from regard.kernels.additive import additive_scores
from regard.kernels.hashing import kept
from regard.kernels.request import Request
from regard.shapes import Mixed, Weights


def refuses(request: Request) -> str | None:
    """It refuses nothing."""
    return None


def run(request: Request) -> Mixed:
    """Output (b, h, q, e): the weighted sums of the values."""
    weights = _probabilities(request)
    if request.dropout:
        keep = kept(request.seed, request.dropout, request.sizes, weights.device)
        weights = weights * keep * (1 / (1 - request.dropout))
    mixed = weights.to(request.value.dtype) @ _spread(request.value, request.group)
    return _blank(mixed, request)


def weights(request: Request) -> Weights:
    """Weights (b, h, q, k), undropped; a row that may read nothing is zero."""
    return _blank(_probabilities(request), request)


def scores(request: Request) -> Weights:
    """Scores (b, h, q, k) of every query with every key, whether it may read it or not."""
    key = _spread(request.key, request.group)
    if request.kind == "dot":
        return (request.query * request.scale) @ key.mT
    assert request.weight is not None
    weight = request.weight.to(key.dtype)
    return additive_scores(request.query, key, weight.reshape(-1, weight.shape[-1]))


def _probabilities(request: Request) -> Weights:
    """Softmax over readable keys; an empty row comes out uniform here and is blanked by the caller.

    The fill is finite, so that an empty row has a gradient of zero instead of NaN. Where nothing hidden can be NaN
    or infinite, adding a bias does the same four times faster. torch's softmax works in float32 inside, whatever it
    is given.
    """
    unmasked = scores(request)
    _, _, q, k = request.sizes
    allowed = request.readable.dense(q, k, unmasked.device)
    if allowed is None:
        return unmasked.softmax(-1)
    if request.readable.finite:
        far = torch.zeros(allowed.shape, dtype=unmasked.dtype, device=unmasked.device)
        return (unmasked + far.masked_fill_(~allowed, torch.finfo(unmasked.dtype).min / 2)).softmax(-1)
    return unmasked.masked_fill(~allowed, torch.finfo(unmasked.dtype).min).softmax(-1)


def _blank(rows: Tensor, request: Request) -> Tensor:
    """Zero where a query may read nothing. The product is several times faster, but would keep a NaN."""
    alive = request.readable.alive(request.sizes[2], rows.device)
    if alive is None:
        return rows
    return rows * alive if request.readable.finite else rows.masked_fill(~alive, 0.0)


def _spread(heads: Tensor, group: int) -> Tensor:
    return heads if group == 1 else heads.repeat_interleave(group, dim=1)
