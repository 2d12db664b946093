"""The native core (src/native): dot scores, and additive ones of a few queries, on a CPU, under masks that are one
interval of keys for each query.

Forward and backward work in tiles, like the tiled kernel; memory grows with q + k. A long call is handed over in
parts of a fraction of a second, between which Python hears Ctrl-C. The same call gives the same bits, whatever the
number of threads.
"""

from typing import Any

import torch
from torch import Tensor

from regard.kernels import dense, native_call, native_narrow
from regard.kernels.native_call import KINDS, TYPES, Held, Plan, dense_rows, done, items_at_once, what
from regard.kernels.native_slopes import Slopes
from regard.kernels.request import Request
from regard.mechanisms.masks import Window
from regard.mechanisms.normalizers import Entmax, SoftmaxWithSink
from regard.native import FORWARD, PART, library, why_not
from regard.shapes import Mixed


def refuses(request: Request) -> str | None:
    """Why this request cannot go this way, or None."""
    vectors, readable = (request.query, request.key, request.value), request.readable
    if (reason := why_not()) is not None:
        return reason
    if any(each.device.type != "cpu" for each in vectors):
        return "it is for CPUs"
    if request.query.dtype not in TYPES or any(each.dtype != request.query.dtype for each in vectors):
        return "it knows float32 and bfloat16 only, the same for query, key and value"
    if request.kind != "dot" and not native_narrow.takes(request):
        return f"additive scores are no matrix product, and it takes them for up to {native_narrow.FEW} queries only"
    if type(request.normalizer) not in (*KINDS, SoftmaxWithSink):
        return f"it does not know {type(request.normalizer).__name__}"
    if isinstance(request.normalizer, Entmax) and (isinstance(request.parameter, Tensor) or request.parameter != 1.5):
        return "of entmax it knows the alpha 1.5 only, as a number"
    if request.offsets or any(each is not None for each in (request.query_term, request.bias, request.edge_bias)):
        return "terms that differ from pair to pair are not in it"
    if readable.graph is not None or not all(isinstance(each, Window) for each in readable.others):
        return "each query must read one interval of keys: by causality, lengths, windows"
    return None


def run(request: Request) -> Mixed:
    """Output (b, h, q, e): the weighted sums of the values."""
    tensors = request.tensors
    if not (torch.is_grad_enabled() and any(each.requires_grad for each in tensors)):
        return (native_narrow.forward if native_narrow.takes(request) else forward)(request)[0]
    mixed: Mixed = _Native.apply(request, *tensors)  # type: ignore[no-untyped-call]
    return mixed


_NOTHING = torch.empty(0)
"""In place of the tensors, where those that autograd keeps are to be used."""


class _Native(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, request: Request, *tensors: Tensor) -> Tensor:
        given = request.with_tensors(list(tensors))
        mixed, *kept = (native_narrow.forward if native_narrow.takes(request) else forward)(given, keep=True)
        ctx.save_for_backward(mixed, *kept, *tensors)
        ctx.form = request.with_tensors([_NOTHING] * len(tensors))
        return mixed

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        saved, given = ctx.saved_tensors, len(ctx.form.tensors)
        made, tensors = saved[:-given], list(saved[-given:])
        if torch.is_grad_enabled():
            return None, *dense.gradients(ctx.form, tensors, gradient)
        request = ctx.form.with_tensors(tensors)
        return None, *(native_narrow.backward if native_narrow.takes(request) else backward)(request, made, gradient)


def forward(request: Request, *, keep: bool = False) -> tuple[Mixed, Tensor | None]:
    """Output (b, h, q, e), and if they are to be kept the statistics of each row (b, h, q, 2): src/native/weights.h."""
    b, h, q, _ = request.sizes
    mixed = request.value.new_empty(b, h, q, request.value.shape[-1])
    statistics = torch.empty(b, h, q, 2) if keep else None
    plan, held = Plan.of(request), Held.of(request)
    call = held.packed(mixed, statistics) + FORWARD + what(request, plan)
    items, at_once = b * h * plan.tiles, items_at_once(2 * pairs_of(request, plan))
    for first in range(0, items, at_once):
        done(library().forward(PART.pack(first, min(first + at_once, items), 0, 0) + call))
    return mixed, statistics


def backward(request: Request, made: tuple[Tensor, Tensor], gradient: Tensor) -> list[Tensor]:
    """The gradients of all tensors of the request, in their order, from output, statistics and its gradient."""
    plan, held, core = Plan.of(request), Held.of(request), library()
    slopes, upstream = Slopes.of(request, plan), dense_rows(gradient)
    call = held.packed(*made) + slopes.packed(upstream) + what(request, plan)
    items, cost = plan.chunks * request.key.shape[0] * request.key.shape[1], 5 * pairs_of(request, plan)
    at_once = items_at_once(cost)
    steps = max(1, int(native_call.AT_ONCE / (cost * at_once)))
    for first in range(0, items, at_once):
        for step in range(0, plan.steps, steps):
            done(core.backward(PART.pack(first, min(first + at_once, items), step, step + steps) + call))
    if plan.chunks > 1:
        done(core.fold(PART.pack(0, 0, 0, 0) + call))
    return slopes.gradients(request)


def pairs_of(request: Request, plan: Plan) -> int:
    """Multiplications and additions of one tile of queries with all keys, in one product with both sizes."""
    return plan.tile * max(request.sizes[3], 1) * max(request.query.shape[-1] + request.value.shape[-1], 1)
