"""The last layer: a score for every word of the vocabulary, and the loss without ever holding them all."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from regard.kernels.likeliest import likeliest

CHUNK = 512
"""Tokens whose v probabilities are held at once."""


class Output(nn.Module):
    """scores = states · Wᵀ over the vocabulary; W (v, m) is the target embedding's table, shared.

    Paper: Press and Wolf 2017, arXiv 1608.05859.
    """

    def __init__(self, table: nn.Embedding) -> None:
        super().__init__()
        self.weight = table.weight

    def forward(self, states: Tensor) -> Tensor:
        """Log-probabilities (..., v) in float32, of states (..., m)."""
        return self.scores(states).float().log_softmax(-1)

    def scores(self, states: Tensor) -> Tensor:
        """What the logarithms are of, but for a number that all words of a state share."""
        return nn.functional.linear(states, self.weight)

    def likeliest(self, states: Tensor, count: int, lowest: int = 0) -> tuple[Tensor, Tensor]:
        """What `kernels.likeliest` finds among the scores of states (r, m)."""
        return likeliest(self.scores(states), count, lowest)

    def loss(self, states: Tensor, labels: Tensor, smoothing: float = 0.0) -> Tensor:
        """The summed cross-entropy of states (t, m) against labels (t,), with label smoothing ε.

            loss = Σ_t lse_t − (1 − ε)·score_t[label_t] − ε·mean over v of score_t

        Memory: CHUNK × v numbers. The gradient is computed on the way forward, so it can be taken once, not twice
        differentiated. The parts of the gradient that ε and the labels bring have rank one or touch one row a token,
        so that the only passes over t × v numbers are the products and one softmax.
        Paper: Szegedy et al. 2016, arXiv 1512.00567, section 7.
        """
        kind = states.device.type
        dtype = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else states.dtype
        loss: Tensor = _CrossEntropy.apply(states.to(dtype), self.weight, labels, smoothing)  # type: ignore[no-untyped-call]
        return loss


class _CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: Tensor, weight: Tensor, labels: Tensor, smoothing: float) -> Tensor:
        table, to_states = weight.to(states.dtype), torch.empty_like(states)
        to_weight = torch.zeros_like(weight)
        total = torch.zeros((), dtype=torch.promote_types(weight.dtype, torch.float32), device=states.device)
        mean = weight.mean(0).to(states.dtype)
        parts = zip(*(torch.split(each, CHUNK) for each in (states, labels, to_states)), strict=True)
        with torch.autocast(states.device.type, enabled=False):
            for part, label, slope in parts:
                scores = part @ table.T
                wanted = scores.gather(1, label[:, None])
                p = torch.softmax(scores, -1)
                surprise = -_log(p.gather(1, label[:, None]))
                total += surprise.sum() + smoothing * (wanted - (part @ mean)[:, None]).to(total.dtype).sum()
                torch.mm(p, table, out=slope)
                slope -= (1 - smoothing) * table[label] + smoothing * mean
                to_weight += p.T @ part
        flat = states.to(weight.dtype)
        to_weight.index_add_(0, labels, flat, alpha=-(1 - smoothing))
        to_weight -= flat.sum(0) * (smoothing / weight.shape[0])
        ctx.save_for_backward(to_states, to_weight)
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        to_states, to_weight = ctx.saved_tensors
        return to_states * upstream.to(to_states.dtype), to_weight * upstream.to(to_weight.dtype), None, None


def _log(p: Tensor) -> Tensor:
    """The logarithm in float32 at least; a probability that vanished counts as the smallest number."""
    p = p.to(torch.promote_types(p.dtype, torch.float32))
    return p.clamp_min(torch.finfo(p.dtype).tiny).log()
