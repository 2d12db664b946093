"""torch's fused kernel, where it is exact for the request: dot scores, softmax, no dropout."""

import torch.nn.functional as F

from regard.kernels.request import Request
from regard.shapes import Mixed


def refuses(request: Request) -> str | None:
    """Why this request cannot go this way, or None."""
    if request.kind != "dot":
        return "additive scores are no matrix product"
    if request.dropout:
        return "its dropout is not the documented one, so it could not be repeated elsewhere"
    if request.sizes[3] == 0:
        return "there are no keys"
    return None


def run(request: Request) -> Mixed:
    """Output (b, h, q, e): the weighted sums of the values."""
    readable, (_, _, q, k) = request.readable, request.sizes
    flag = readable.causal and readable.never_empty and isinstance(readable.start, int) and readable.start == 0
    allowed = None if flag else readable.dense(q, k, request.query.device)
    mixed = F.scaled_dot_product_attention(
        request.query,
        request.key,
        request.value,
        attn_mask=allowed,
        is_causal=flag,
        scale=request.scale,
        enable_gqa=request.group > 1,
    )
    alive = readable.alive(q, mixed.device)
    return mixed if alive is None else mixed.masked_fill(~alive, 0.0)
