"""All scores at once, in plain torch: for any request, and the fastest for short sequences.

Cost: 2·q·k·(d + e) operations a head for dot scores and as many tanh for additive ones; memory q·k numbers a
head, q·k·d for additive scores.
"""

import torch
from torch import Tensor

from regard.kernels.adding import added, whole
from regard.kernels.additive import additive_scores
from regard.kernels.fading import faded
from regard.kernels.hashing import kept
from regard.kernels.normalize import weights_of
from regard.kernels.request import Request
from regard.mechanisms.normalizers import Softmax
from regard.shapes import MayRead, Mixed, Weights


def refuses(request: Request) -> str | None:
    """It refuses nothing."""
    return None


def run(request: Request) -> Mixed:
    """Output (b, h, q, e): the weighted sums of the values."""
    allowed = _allowed(request)
    weights = _probabilities(request, allowed)
    if request.dropout:
        keep = kept(request.seed, request.dropout, request.sizes, weights.device)
        weights = weights * keep * (1 / (1 - request.dropout))
    mixed = weights.to(request.value.dtype) @ _spread(request.value, request.group)
    return _blank(mixed, request, allowed)


def gradients(form: Request, tensors: list[Tensor], gradient: Tensor) -> list[Tensor | None]:
    """Gradients of the request's tensors that can be differentiated again: what other kernels' backward gives then.

    Each tensor is seen through a view of its own, so that no path from one to another is counted: a query may be the
    key, and a column of scores may come from it.
    """
    own = [tensor.view_as(tensor) for tensor in tensors]
    wanted = [tensor for tensor in own if tensor.requires_grad]
    found = iter(torch.autograd.grad(run(form.with_tensors(own)), wanted, gradient, create_graph=True))
    return [next(found) if tensor.requires_grad else None for tensor in own]


def weights(request: Request) -> Weights:
    """Weights (b, h, q, k), undropped; a row that may read nothing is zero."""
    allowed = _allowed(request)
    return _blank(_probabilities(request, allowed), request, allowed)


def scores(request: Request) -> Weights:
    """Scores (b, h, q, k) of every query with every key, whether it may read it or not."""
    key = _spread(request.key, request.group)
    if request.kind == "dot":
        matched = faded(request, (request.query * request.scale) @ key.mT, whole(request))
    else:
        assert request.weight is not None
        matched = additive_scores(request.query, key, request.weight.reshape(-1, key.shape[-1]))
    terms = added(request, whole(request))
    return matched if terms is None else matched.to(torch.promote_types(terms.dtype, matched.dtype)) + terms


def _allowed(request: Request) -> MayRead | None:
    _, _, q, k = request.sizes
    return request.readable.dense(q, k, request.query.device)


def _probabilities(request: Request, allowed: MayRead | None) -> Weights:
    """For softmax, an empty row comes out uniform here and is blanked by the caller.

    The fill is finite, so that an empty row has a gradient of zero instead of NaN. Where nothing hidden can be NaN
    or infinite, adding a bias does the same four times faster. torch's softmax works in float32 inside, whatever it
    is given.
    """
    unmasked = scores(request)
    if not isinstance(request.normalizer, Softmax):
        return weights_of(unmasked, allowed, request.normalizer, request.parameter)
    if allowed is None:
        return unmasked.softmax(-1)
    if request.readable.finite:
        far = torch.zeros(allowed.shape, dtype=unmasked.dtype, device=unmasked.device)
        return (unmasked + far.masked_fill_(~allowed, torch.finfo(unmasked.dtype).min / 2)).softmax(-1)
    return unmasked.masked_fill(~allowed, torch.finfo(unmasked.dtype).min).softmax(-1)


def _blank(rows: Tensor, request: Request, allowed: MayRead | None) -> Tensor:
    """Zero where a query may read nothing. The product is several times faster, but would keep a NaN."""
    readable, (_, _, q, k) = request.readable, request.sizes
    judged = allowed is not None and not readable.simple
    alive = allowed.any(-1, keepdim=True) if judged else readable.alive(q, k, rows.device)  # type: ignore[union-attr]
    if alive is None:
        return rows
    return rows * alive if readable.finite else rows.masked_fill(~alive, 0.0)


def _spread(heads: Tensor, group: int) -> Tensor:
    return heads if group == 1 else heads.repeat_interleave(group, dim=1)
