"""The native core for one query or a few: keys lie in lanes instead of queries (src/native/narrow.h)."""

import torch
from torch import Tensor

from regard.kernels import native_call
from regard.kernels.native_call import PIECES, Held, Made, Plan, dense_rows, done, items_at_once, like_rows, up, what
from regard.kernels.native_masks import Masked
from regard.kernels.native_slopes import Slopes
from regard.kernels.request import Request
from regard.mechanisms.normalizers import Entmax, Sparsemax
from regard.native import FORWARD, PART, library

FEW = 8
"""Up to so many queries, keys in lanes are faster than queries in lanes (docs/benchmarks.md)."""
PARTED = 512
"""No part has fewer keys."""
LANES, SPANS = 16, 32
"""What strips of scores and sums of parts are padded to: `padded` and `spread_size` of the core."""


def takes(request: Request, masked: Masked) -> bool:
    """Whether queries are few enough, each reads one interval of keys, and no term differs from pair to pair."""
    terms = request.offsets or request.query_term is not None or request.bias is not None
    return 0 < request.query.shape[2] <= FEW and masked.grid is None and not terms


def forward(request: Request, masked: Masked, keep: bool = False) -> Made:
    """Output (b, h, q, e) and, if they are to be kept, statistics (b, h, q, 2) and scores (b, h, q, k padded)."""
    b, h, q, k = request.sizes
    g, e = request.value.shape[1], request.value.shape[-1]
    parts, held = parts_of(request), Held.of(request, wide=False)
    statistics, scores = (torch.empty(b, h, q, 2), torch.empty(b, h, q, up(k, LANES))) if keep else (None, None)
    made = Made(like_rows(request.query, b, h, q, e), statistics, scores)
    partial = torch.empty(parts, b, h, q, up(e, SPANS) + LANES) if parts > 1 else None
    call = held.packed(made, (masked.interval, None, None), partial) + FORWARD + what(request, plan_of(parts))
    items, at_once = b * g * parts, items_at_once(2 * pairs_of(request) // parts)
    for first in range(0, items, at_once):
        done(library().narrow_forward(PART.pack(first, min(first + at_once, items), 0, 0) + call))
    if parts > 1:
        done(library().narrow_join(PART.pack(0, 0, 0, 0) + call))
    return made


def backward(request: Request, made: Made, gradient: Tensor, masked: Masked) -> list[Tensor | None]:
    """The gradients of all tensors of the request, in their order, from that to the output."""
    plan, held, upstream = plan_of(1), Held.of(request, wide=False), dense_rows(gradient)
    slopes = Slopes.of(request, plan, summed=False)
    call = held.packed(made, (masked.interval, None, None)) + slopes.packed(upstream) + what(request, plan)
    items, at_once = request.key.shape[0] * request.key.shape[1], items_at_once(5 * pairs_of(request))
    for first in range(0, items, at_once):
        done(library().narrow_backward(PART.pack(first, min(first + at_once, items), 0, 0) + call))
    return slopes.gradients(request)


def parts_of(request: Request) -> int:
    """How many parts the keys fall into, by sizes alone: enough for threads; one where a threshold is searched."""
    if isinstance(request.normalizer, Sparsemax | Entmax):
        return 1
    b, g, k, _ = request.key.shape
    return max(1, min(PIECES // max(b * g, 1), k // PARTED))


def most_keys(request: Request) -> int:
    """Up to how many keys a forward call is not cut into parts, nor handed over in several."""
    b, g, k, _ = request.key.shape
    together = int(native_call.AT_ONCE * max(k, 1) / (2 * pairs_of(request) * max(b * g, 1)))
    return together if b * g > PIECES // 2 else min(together, 2 * PARTED - 1)


def plan_of(parts: int) -> Plan:
    """Keys in so many parts."""
    return Plan(tile=LANES, tiles=1, chunks=parts, steps=1)


def pairs_of(request: Request) -> int:
    """Multiplications and additions of an item, in one product with both sizes."""
    _, _, q, k = request.sizes
    return request.group * max(q, 1) * max(k, 1) * max(request.query.shape[-1] + request.value.shape[-1], 1)
