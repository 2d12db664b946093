"""The native core (src/native): dot scores under any mask but a graph, with any terms, on a CPU.

Forward and backward work in tiles, like the tiled kernel; memory grows with q + k, and with a bit for every pair of
tiles that a mask cuts through which is no interval of keys for each query. A long call is handed over in parts of a
fraction of a second, between which Python hears Ctrl-C. The same call gives the same bits, whatever the number of
threads.
"""

from typing import Any

import torch
from torch import Tensor

from regard.kernels import dense
from regard.kernels.native_call import KINDS, TYPES, Held, Plan, dense_rows, what
from regard.kernels.native_masks import Masked
from regard.kernels.native_slopes import Slopes
from regard.kernels.native_terms import Terms
from regard.kernels.request import Request
from regard.mechanisms.normalizers import Entmax, SoftmaxWithSink
from regard.native import FORWARD, PART, library, why_not
from regard.shapes import Mixed

AT_ONCE = 2e10
"""Operations of one part of a call: a tenth of a second, more or less."""


def refuses(request: Request) -> str | None:
    """Why this request cannot go this way, or None."""
    vectors = (request.query, request.key, request.value)
    if (reason := why_not()) is not None:
        return reason
    if any(each.device.type != "cpu" for each in vectors):
        return "it is for CPUs"
    if request.query.dtype not in TYPES or any(each.dtype != request.query.dtype for each in vectors):
        return "it knows float32 and bfloat16 only, the same for query, key and value"
    if request.kind != "dot":
        return "additive scores are no matrix product"
    if type(request.normalizer) not in (*KINDS, SoftmaxWithSink):
        return f"it does not know {type(request.normalizer).__name__}"
    if isinstance(request.normalizer, Entmax) and (isinstance(request.parameter, Tensor) or request.parameter != 1.5):
        return "of entmax it knows the alpha 1.5 only, as a number"
    if request.readable.graph is not None:
        return "a graph's edges fill no tiles: the edges kernel reads edge by edge"
    return None


def run(request: Request) -> Mixed:
    """Output (b, h, q, e): the weighted sums of the values."""
    tensors = request.tensors
    if not (torch.is_grad_enabled() and any(each.requires_grad for each in tensors)):
        return forward(request, Masked.of(request, Plan.of(request)))[0]
    mixed: Mixed = _Native.apply(request, *tensors)  # type: ignore[no-untyped-call]
    return mixed


class _Native(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, request: Request, *tensors: Tensor) -> Tensor:
        ctx.masked = Masked.of(request, Plan.of(request))
        mixed, statistics = forward(request.with_tensors(list(tensors)), ctx.masked)
        ctx.save_for_backward(mixed, statistics, *tensors)
        ctx.form = request.with_tensors([tensor.new_empty(0) for tensor in tensors])
        return mixed

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        mixed, statistics, *tensors = ctx.saved_tensors
        if torch.is_grad_enabled():
            return None, *dense.gradients(ctx.form, tensors, gradient)
        return None, *backward(ctx.form.with_tensors(tensors), (mixed, statistics), gradient, ctx.masked)


def forward(request: Request, masked: Masked) -> tuple[Mixed, Tensor]:
    """Output (b, h, q, e), and the statistics of each row (b, h, q, 2): src/native/weights.h says what."""
    b, h, q, _ = request.sizes
    mixed, statistics = request.value.new_empty(b, h, q, request.value.shape[-1]), torch.empty(b, h, q, 2)
    plan, held, terms = Plan.of(request), Held.of(request), Terms.of(request)
    call = held.packed(mixed, statistics, (masked.interval, masked.grid, terms.told)) + FORWARD + what(request, plan)
    items, at_once = b * h * plan.tiles, _at_once(2 * _pairs(request, plan))
    for first in range(0, items, at_once):
        _done(library().forward(PART.pack(first, min(first + at_once, items), 0, 0) + call))
    return mixed, statistics


def backward(request: Request, made: tuple[Tensor, Tensor], gradient: Tensor, masked: Masked) -> list[Tensor | None]:
    """The gradients of all tensors of the request, in their order, from output, statistics and its gradient."""
    b, h, _, _ = request.sizes
    plan, held, core = Plan.of(request), Held.of(request), library()
    slopes, upstream = Slopes.of(request, plan), dense_rows(gradient)
    terms = Terms.of(request, slopes.terms)
    told = (masked.interval, masked.grid, terms.told)
    call = held.packed(*made, told) + slopes.packed(upstream) + what(request, plan)
    cost = 5 * _pairs(request, plan)
    at_once = _at_once(cost)
    steps = max(1, int(AT_ONCE / (cost * at_once)))
    for part in slopes.terms.apart(request, plan):
        for first in range(part.start, part.stop, at_once):
            for step in range(0, plan.steps, steps):
                _done(core.backward(PART.pack(first, min(first + at_once, part.stop), step, step + steps) + call))
    _done(core.fold(PART.pack(0, 0, 0, 0) + call))
    if owners := slopes.terms.sharing(request):
        items, at_once = owners * plan.tiles, _at_once(2 * _pairs(request, plan) * (b * h // owners))
        for first in range(0, items, at_once):
            _done(core.sum_bias(PART.pack(first, min(first + at_once, items), 0, 0) + call))
    return slopes.gradients(request)


def _pairs(request: Request, plan: Plan) -> int:
    """Multiplications and additions of one tile of queries with all keys, in one product with both sizes."""
    return plan.tile * max(request.sizes[3], 1) * max(request.query.shape[-1] + request.value.shape[-1], 1)


def _at_once(cost: int) -> int:
    """How many items go into one part of a call; enough for all threads."""
    return max(4 * torch.get_num_threads(), int(AT_ONCE / cost))


def _done(missing: int) -> None:
    if missing:
        raise MemoryError("attend: no memory for the tiles of the native kernel")
