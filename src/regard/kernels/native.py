"""The native core (src/native): on a CPU, dot and additive scores under masks that are one interval of keys a query.

Forward and backward work in tiles, like the tiled kernel; memory grows with q + k. A long call is handed over in
parts of a fraction of a second, between which Python hears Ctrl-C. The same call gives the same bits, whatever the
number of threads.
"""

from typing import Any

import torch
from torch import Tensor

from regard.kernels import dense
from regard.kernels.native_call import KINDS, TYPES, Held, Made, Plan, dense_rows, what
from regard.kernels.native_slopes import Slopes
from regard.kernels.request import Request
from regard.mechanisms.masks import Window
from regard.mechanisms.normalizers import Entmax, SoftmaxWithSink
from regard.native import FORWARD, PART, library, why_not
from regard.shapes import Mixed

AT_ONCE = 2e10
"""Operations of one part of a call: a tenth of a second, more or less."""


def refuses(request: Request) -> str | None:
    """Why this request cannot go this way, or None."""
    vectors, readable = (request.query, request.key, request.value), request.readable
    if (reason := why_not()) is not None:
        return reason
    if any(each.device.type != "cpu" for each in vectors):
        return "it is for CPUs"
    if request.query.dtype not in TYPES or any(each.dtype != request.query.dtype for each in vectors):
        return "it knows float32 and bfloat16 only, the same for query, key and value"
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
        return forward(request).mixed
    mixed: Mixed = _Native.apply(request, *tensors)  # type: ignore[no-untyped-call]
    return mixed


class _Native(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, request: Request, *tensors: Tensor) -> Tensor:
        made = forward(request.with_tensors(list(tensors)), keep=True)
        ctx.save_for_backward(*made, *tensors)
        ctx.form = request.with_tensors([tensor.new_empty(0) for tensor in tensors])
        return made.mixed

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        mixed, statistics, scores, *tensors = ctx.saved_tensors
        if torch.is_grad_enabled():
            return None, *dense.gradients(ctx.form, tensors, gradient)
        return None, *backward(ctx.form.with_tensors(tensors), Made(mixed, statistics, scores), gradient)


def forward(request: Request, keep: bool = False) -> Made:
    """Output and statistics; with `keep`, what `backward` is spared from computing again."""
    b, h, _, _ = request.sizes
    plan, held = Plan.of(request), Held.of(request)
    made = Made.of(request, plan, keep)
    call = held.packed(made) + FORWARD + what(request, plan)
    items, at_once = b * h * plan.tiles, _at_once(2 * _pairs(request, plan))
    prepare(request, call)
    for first in range(0, items, at_once):
        done(library().forward(PART.pack(first, min(first + at_once, items), 0, 0) + call))
    return made


def backward(request: Request, made: Made, gradient: Tensor) -> list[Tensor]:
    """The gradients of all tensors of the request, in their order, from that to the output."""
    plan, held, core = Plan.of(request), Held.of(request), library()
    slopes, upstream = Slopes.of(request, plan), dense_rows(gradient)
    call = held.packed(made) + slopes.packed(upstream) + what(request, plan)
    items, cost = plan.chunks * request.key.shape[0] * request.key.shape[1], 5 * _pairs(request, plan)
    prepare(request, call)
    at_once = _at_once(cost)
    steps = max(1, int(AT_ONCE / (cost * at_once)))
    for first in range(0, items, at_once):
        for step in range(0, plan.steps, steps):
            done(core.backward(PART.pack(first, min(first + at_once, items), step, step + steps) + call))
    done(core.fold(PART.pack(0, 0, 0, 0) + call))
    return slopes.gradients(request)


def prepare(request: Request, call: bytes) -> None:
    """What additive scores make of keys before anything else."""
    if request.weight is not None:
        done(library().prepare(PART.pack(0, 0, 0, 0) + call))


def _pairs(request: Request, plan: Plan) -> int:
    """Multiplications and additions of one tile of queries with all keys, in one product with both sizes."""
    return plan.tile * max(request.sizes[3], 1) * max(request.query.shape[-1] + request.value.shape[-1], 1)


def _at_once(cost: int) -> int:
    """How many items go into one part of a call; enough for all threads."""
    return max(4 * torch.get_num_threads(), int(AT_ONCE / cost))


def done(missing: int) -> None:
    """Raises where the core says that memory was missing."""
    if missing:
        raise MemoryError("attend: no memory for the tiles of the native kernel")
