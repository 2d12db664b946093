"""The native core for short sequences, as words of a sentence: all scores of a head at once (src/native/short.h)."""

from collections.abc import Callable

import torch
from torch import Tensor

from regard.kernels import native_narrow
from regard.kernels.native_call import Held, Made, Plan, dense_rows, done, items_at_once, like_rows, up, what
from regard.kernels.native_masks import Masked
from regard.kernels.native_slopes import Slopes
from regard.kernels.request import Request
from regard.mechanisms.normalizers import Softmax
from regard.native import FORWARD, PART, library

SHORT = 64
"""Queries and keys at most: `SHORT` of the core."""
LANES = 16
"""What rows of weights are padded to."""
PLAN = Plan(tile=LANES, tiles=1, chunks=1, steps=1)


def takes(request: Request, masked: Masked) -> bool:
    """Whether queries and keys are few, each query reads one interval, and weights are softmax of bare products."""
    _, _, q, k = request.sizes
    plain = request.kind == "dot" and type(request.normalizer) is Softmax and request.plain_scores
    short = native_narrow.FEW < q <= SHORT and 0 < k <= SHORT
    return plain and short and masked.grid is None


def at_once(request: Request) -> int:
    """How many rows times key heads one part of a call has."""
    return items_at_once(5 * native_narrow.pairs_of(request))


def forward(request: Request, masked: Masked, keep: bool = False) -> Made:
    """Output (b, h, q, e) and, where they are kept, weights (b, h, q, k padded), negative where dropout takes them."""
    b, h, q, k = request.sizes
    held, weights = Held.of(request, wide=False), torch.empty(b, h, q, up(k, LANES)) if keep else None
    made = Made(like_rows(request.query, b, h, q, request.value.shape[-1]), None, weights)
    _run(library().short_forward, request, held.packed(made, (masked.interval, None, None)) + FORWARD)
    return made


def backward(request: Request, made: Made, gradient: Tensor, masked: Masked) -> list[Tensor | None]:
    """The gradients of all tensors of the request, in their order, from that to the output."""
    held, upstream = Held.of(request, wide=False), dense_rows(gradient)
    slopes = Slopes.of(request, PLAN, summed=False)
    where = held.packed(made, (masked.interval, None, None)) + slopes.packed(upstream)
    _run(library().short_backward, request, where)
    return slopes.gradients(request)


def _run(function: Callable[[bytes], int], request: Request, where: bytes) -> None:
    """All rows and key heads, some at a time."""
    call, items = where + what(request, PLAN), request.key.shape[0] * request.key.shape[1]
    step = at_once(request)
    for first in range(0, items, step):
        done(function(PART.pack(first, min(first + step, items), 0, 0) + call))
