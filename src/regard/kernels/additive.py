"""All additive scores at once, with a backward that makes as few passes over q·k·d numbers as it can.

With r = 1 / (1 + e^2(query[q] + key[k])), of which the tanh of the sum is 1 − 2·r and which costs a sixth of it,

    score = Σ_d weight_d − 2 · ⟨weight, r⟩

With g the gradient to the scores and t = 4 · g · r · (1 − r):

    to query[q] = weight · Σ_k t;  to key[k] = weight · Σ_q t;  to weight = Σ_qk g · (1 − 2·r)

The q·k·d numbers are written once forward and once backward. The backward is differentiable: asked for a second
derivative, it computes r anew, connected to query and key.
"""

from typing import Any

import torch
from torch import Tensor

from regard.shapes import Key, Query, Weights


def additive_scores(query: Query, key: Key, weight: Tensor) -> Weights:
    """Scores (b, h, q, k) from query (b, h, q, d), key (b, h, k, d) and weight (1 or h, d), in float32 at least."""
    wide = torch.promote_types(query.dtype, torch.float32)
    scores: Weights = _Additive.apply(query.to(wide), key.to(wide), weight.to(wide))  # type: ignore[no-untyped-call]
    return scores


class _Additive(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, weight: Tensor) -> Tensor:
        share = _share(query, key)
        ctx.save_for_backward(query, key, weight, share)
        if weight.shape[0] == 1:
            worth = torch.mv(share.flatten(0, -2), weight[0]).view(share.shape[:-1])
        else:
            worth = (share @ weight[:, None, :, None]).squeeze(-1)
        return torch.add(weight.sum(-1)[:, None, None], worth, alpha=-2)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        query, key, weight, share = ctx.saved_tensors
        if torch.is_grad_enabled():
            share = _share(query, key)
        slope = torch.ops.aten.sigmoid_backward(gradient[..., None].expand_as(share), share)
        worth = 4 * weight[:, None]
        to_query, to_key = slope.sum(3) * worth, (slope[:, :, 0] if slope.shape[2] == 1 else slope.sum(2)) * worth
        if weight.shape[0] == 1:
            to_weight = (gradient.sum() - 2 * torch.mv(share.flatten(0, -2).T, gradient.flatten()))[None]
        else:
            of_heads = torch.einsum("bhqk,bhqkd->hd", gradient, share)
            to_weight = gradient.sum((0, 2, 3))[:, None] - 2 * of_heads
        return to_query, to_key, to_weight


def _share(query: Tensor, key: Tensor) -> Tensor:
    """1 / (1 + e^2(query + key)): (b, h, q, k, d)."""
    total = torch.add(-2 * query[..., :, None, :], key[..., None, :, :], alpha=-2)
    return total.sigmoid() if torch.is_grad_enabled() else total.sigmoid_()
