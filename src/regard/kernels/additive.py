"""All additive scores at once, with a backward that makes as few passes over q·k·d numbers as it can.

    hidden = tanh(query[q] + key[k]);  score = ⟨weight, hidden⟩

With g the gradient to the scores and t = g · (1 − hidden²):

    to query[q] = weight · Σ_k t;  to key[k] = weight · Σ_q t;  to weight = Σ_qk g · hidden

The q·k·d numbers are written once forward and once backward. The backward is differentiable: asked for a second
derivative, it computes `hidden` anew, connected to query and key.
"""

from typing import Any

import torch
from torch import Tensor

from regard.shapes import Key, Query, Weights


def additive_scores(query: Query, key: Key, weight: Tensor) -> Weights:
    """Scores (b, h, q, k) from query (b, h, q, d), key (b, h, k, d) and weight (1 or h, d)."""
    scores: Weights = _Additive.apply(query, key, weight)  # type: ignore[no-untyped-call]
    return scores


class _Additive(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, weight: Tensor) -> Tensor:
        hidden = _hidden(query, key)
        ctx.save_for_backward(query, key, weight, hidden)
        if weight.shape[0] == 1:
            return torch.mv(hidden.flatten(0, -2), weight[0]).view(hidden.shape[:-1])
        return (hidden @ weight[:, None, :, None]).squeeze(-1)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        query, key, weight, hidden = ctx.saved_tensors
        if torch.is_grad_enabled():
            hidden = _hidden(query, key)
        slope = torch.ops.aten.tanh_backward(gradient[..., None].expand_as(hidden), hidden)
        heads = weight[:, None]
        to_query, to_key = slope.sum(3) * heads, (slope[:, :, 0] if slope.shape[2] == 1 else slope.sum(2)) * heads
        if weight.shape[0] == 1:
            to_weight = torch.mv(hidden.flatten(0, -2).T, gradient.flatten())[None]
        else:
            to_weight = torch.einsum("bhqk,bhqkd->hd", gradient, hidden)
        return to_query, to_key, to_weight


def _hidden(query: Tensor, key: Tensor) -> Tensor:
    total = query[..., :, None, :] + key[..., None, :, :]
    return total.tanh() if torch.is_grad_enabled() else total.tanh_()
