"""torch's fused kernel, where it is exact for the request: dot scores, softmax, causal from the first key, lengths.

On a CPU its two halves are called by themselves, so that a second derivative can be taken: by the dense kernel.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from regard.kernels import dense
from regard.kernels.request import Request
from regard.mechanisms.normalizers import Softmax
from regard.shapes import Mixed

PAIRS = 1 << 20
"""Up to so many pairs of a row, a mask of q·k booleans is small; beyond, the tiled kernel needs none."""


def refuses(request: Request) -> str | None:
    """Why this request cannot go this way, or None."""
    readable, (_, _, q, k) = request.readable, request.sizes
    if request.kind != "dot":
        return "additive scores are no matrix product"
    if not isinstance(request.normalizer, Softmax):
        return f"it knows softmax only, not {type(request.normalizer).__name__}"
    if not request.plain_scores:
        return "terms added to the scores would fill q × k numbers"
    if not readable.simple:
        return "this mask would fill q × k booleans"
    if request.dropout:
        return "its dropout is not the documented one, so it could not be repeated elsewhere"
    if k == 0:
        return "there are no keys"
    if readable.causal and not _flagged(request) and q * k > PAIRS:
        return "causal in another place than from the first key on, it needs a mask of q × k booleans"
    return None


def run(request: Request) -> Mixed:
    """Output (b, h, q, e): the weighted sums of the values."""
    readable, (_, _, q, k) = request.readable, request.sizes
    key, value = request.key, request.value
    if request.group > 1:
        key, value = (each.repeat_interleave(request.group, 1) for each in (key, value))
    allowed = None if readable.everybody or _flagged(request) else readable.dense(q, k, key.device)
    if _opaque(request):
        mixed: Mixed = _Fused.apply(request, request.query, key, value, allowed)  # type: ignore[no-untyped-call]
    else:
        causal = readable.causal and allowed is None
        mixed = F.scaled_dot_product_attention(
            request.query, key, value, attn_mask=allowed, is_causal=causal, scale=request.scale
        )
    alive = readable.alive(q, k, mixed.device)
    return mixed if alive is None else mixed.masked_fill(~alive, 0.0)


def _flagged(request: Request) -> bool:
    """Whether the mask is causal from the first key on and no more, which needs a flag only."""
    readable = request.readable
    return readable.causal and readable.never_empty and isinstance(readable.start, int) and readable.start == 0


def _opaque(request: Request) -> bool:
    """Whether torch's kernel for CPUs takes it: a gradient is wanted, and query and value have one size."""
    vectors = (request.query, request.key, request.value)
    wanted = torch.is_grad_enabled() and any(each.requires_grad for each in vectors)
    return wanted and request.query.device.type == "cpu" and request.query.shape[-1] == request.value.shape[-1]


class _Fused(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, request: Request, query: Tensor, key: Tensor, value: Tensor, allowed: Tensor | None
    ) -> Tensor:
        query, key, value = (each if each.stride(-1) == 1 else each.contiguous() for each in (query, key, value))
        ctx.causal = request.readable.causal and allowed is None
        ctx.scale, ctx.readable = request.scale, request.readable
        mask = (
            None if allowed is None else torch.zeros_like(allowed, dtype=query.dtype).masked_fill_(~allowed, -torch.inf)
        )
        mixed, sums = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
            query, key, value, 0.0, ctx.causal, attn_mask=mask, scale=ctx.scale
        )
        ctx.save_for_backward(query, key, value, mixed, sums, mask)
        return mixed  # type: ignore[no-any-return]

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        query, key, value, mixed, sums, mask = ctx.saved_tensors
        if torch.is_grad_enabled():
            form = Request("dot", query, key, value, scale=ctx.scale, readable=ctx.readable)
            return None, *dense.gradients(form, [query, key, value], gradient), None
        slopes = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu_backward(
            gradient, query, key, value, mixed, sums, 0.0, ctx.causal, attn_mask=mask, scale=ctx.scale
        )
        return None, *slopes, None
