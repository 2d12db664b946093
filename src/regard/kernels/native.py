"""The native core (src/native): dot and additive scores under any mask but a graph, with any terms, on a CPU.

Forward and backward work in tiles, like the tiled kernel; memory grows with q + k, and with a bit for every pair of
tiles that a mask cuts through which is no interval of keys for each query. Only of short sequences are weights kept for
the backward pass, at most 64 a query. A long call is handed over in parts of a
fraction of a second, between which Python hears Ctrl-C. The same call gives the same bits, whatever the number of
threads.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from regard.kernels import dense, native_call, native_narrow, native_short
from regard.kernels.native_call import (
    KINDS,
    TYPES,
    Held,
    Made,
    Plan,
    dense_rows,
    done,
    items_at_once,
    room_to_turn,
    what,
)
from regard.kernels.native_masks import Masked
from regard.kernels.native_slopes import Slopes
from regard.kernels.native_terms import Terms
from regard.kernels.request import Request
from regard.mechanisms.normalizers import Entmax, SoftmaxWithSink
from regard.native import FORWARD, PART, library, why_not
from regard.shapes import Mixed


def refuses(request: Request) -> str | None:
    """Why this request cannot go this way, or None."""
    vectors = (request.query, request.key, request.value)
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
    if request.decay is not None:
        return "it knows no scores that decay with distance"
    if request.readable.graph is not None:
        return "a graph's edges fill no tiles: the edges kernel reads edge by edge"
    return None


def run(request: Request) -> Mixed:
    """Output (b, h, q, e): the weighted sums of the values."""
    tensors = request.tensors
    if not (torch.is_grad_enabled() and any(each.requires_grad for each in tensors)):
        return _made(request, Masked.of(request, Plan.of(request))).mixed
    mixed: Mixed = _Native.apply(request, *tensors)  # type: ignore[no-untyped-call]
    return mixed


_NOTHING = torch.empty(0)
"""In place of the tensors, where those that autograd keeps are to be used."""


class _Native(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, request: Request, *tensors: Tensor) -> Tensor:
        ctx.masked = Masked.of(request, Plan.of(request))
        made = _made(request.with_tensors(list(tensors)), ctx.masked, keep=True)
        ctx.save_for_backward(*made, *tensors)
        ctx.form = request.with_tensors([_NOTHING] * len(tensors))
        return made.mixed

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        mixed, statistics, scores, *tensors = ctx.saved_tensors
        if torch.is_grad_enabled():
            return None, *dense.gradients(ctx.form, tensors, gradient)
        request, made = ctx.form.with_tensors(tensors), Made(mixed, statistics, scores)
        return None, *_way(request, ctx.masked)[1](request, made, gradient, ctx.masked)


def _made(request: Request, masked: Masked, keep: bool = False) -> Made:
    return _way(request, masked)[0](request, masked, keep)


def _way(request: Request, masked: Masked) -> tuple[Callable[..., Made], Callable[..., list[Tensor | None]]]:
    """Forward and backward: in tiles, or by keys in lanes where queries are few or sequences short."""
    for way in (native_narrow, native_short):
        if way.takes(request, masked):
            return way.forward, way.backward
    return forward, backward


def forward(request: Request, masked: Masked, keep: bool = False) -> Made:
    """Output; with `keep` also statistics, and what else `backward` is spared from computing again."""
    b, h, _, _ = request.sizes
    plan, held, terms = Plan.of(request), Held.of(request), Terms.of(request)
    made = Made.of(request, plan, keep)
    turned = room_to_turn(request.value, request, plan)
    told = (masked.interval, masked.grid, terms.told)
    call = held.packed(made, told, turned=turned) + FORWARD + what(request, plan)
    items, at_once = b * h * plan.tiles, items_at_once(2 * pairs_of(request, plan))
    prepare(request, call, turned)
    for first in range(0, items, at_once):
        done(library().forward(PART.pack(first, min(first + at_once, items), 0, 0) + call))
    return made


def backward(request: Request, made: Made, gradient: Tensor, masked: Masked) -> list[Tensor | None]:
    """The gradients of all tensors of the request, in their order, from that to the output."""
    b, h, _, _ = request.sizes
    plan, held, core = Plan.of(request), Held.of(request), library()
    slopes, upstream = Slopes.of(request, plan), dense_rows(gradient)
    terms = Terms.of(request, slopes.terms)
    told = (masked.interval, masked.grid, terms.told)
    turned = room_to_turn(request.key, request, plan)
    call = held.packed(made, told, turned=turned) + slopes.packed(upstream) + what(request, plan)
    cost = 5 * pairs_of(request, plan)
    prepare(request, call, turned)
    at_once = items_at_once(cost)
    together = slopes.key_sums is None or slopes.value_sums is None
    steps = plan.steps if together else max(1, int(native_call.AT_ONCE / (cost * at_once)))
    for part in slopes.terms.apart(request, plan):
        for first in range(part.start, part.stop, at_once):
            for step in range(0, plan.steps, steps):
                done(core.backward(PART.pack(first, min(first + at_once, part.stop), step, step + steps) + call))
    if plan.chunks > 1:
        done(core.fold(PART.pack(0, 0, 0, 0) + call))
    if owners := slopes.terms.sharing(request):
        items, at_once = owners * plan.tiles, items_at_once(2 * pairs_of(request, plan) * (b * h // owners))
        for first in range(0, items, at_once):
            done(core.sum_bias(PART.pack(first, min(first + at_once, items), 0, 0) + call))
    return slopes.gradients(request)


def prepare(request: Request, call: bytes, turned: Tensor | None = None) -> None:
    """What is made of keys, or of values, before anything else: by additive scores, and by tiles of bfloat16."""
    if request.weight is not None or turned is not None:
        done(library().prepare(PART.pack(0, 0, 0, 0) + call))


def pairs_of(request: Request, plan: Plan) -> int:
    """Multiplications and additions of one tile of queries with all keys, in one product with both sizes."""
    return plan.tile * max(request.sizes[3], 1) * max(request.query.shape[-1] + request.value.shape[-1], 1)
