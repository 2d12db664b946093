"""Normalizers over the edges of each target: scores (b, h, edges) into weights, differentiable as often as one likes.

A threshold τ is found by search, and its derivatives from Σ max(s − τ, 0)^p = 1, which defines it.
"""

from typing import Any

import torch
from torch import Tensor

from regard.kernels.links import Links
from regard.mechanisms.normalizers import (
    Entmax,
    Normalized,
    Normalizer,
    Plain,
    ReLU,
    Sigmoid,
    Softmax,
    SoftmaxWithSink,
    Sparsemax,
    SquaredReLU,
    TopK,
)

ROUNDS = 100
"""Steps of a search at most; a handful is usual, and halving alone needs 60 in double precision."""


def weights_of(scores: Tensor, links: Links, normalizer: Normalizer, parameter: float | Tensor | None) -> Tensor:
    """Weights (b, h, edges); `parameter` is a sink, a bias or an alpha: a number or a tensor (h or 1, 1, 1)."""
    number = parameter.view(-1, 1) if isinstance(parameter, Tensor) else parameter
    match normalizer:
        case Softmax():
            return _softmax(scores, links, None)
        case SoftmaxWithSink():
            return _softmax(scores, links, torch.as_tensor(number, dtype=scores.dtype, device=scores.device))
        case ReLU(per_key):
            return _per_key(scores.relu(), links, per_key)
        case SquaredReLU(per_key):
            return _per_key(scores.relu().square(), links, per_key)
        case Sigmoid(_, per_key):
            assert number is not None
            return _per_key((scores + number).sigmoid(), links, per_key)
        case Plain(per_key):
            return _per_key(scores, links, per_key)
        case Normalized(eps):
            return links.shares(scores, links.total(scores) + eps)
        case TopK(count):
            return _softmax(scores.masked_fill(~_greatest(scores.detach(), links, count), -torch.inf), links, None)
        case Sparsemax():
            return _beyond_threshold(scores - links.spread(links.peak(scores)), links, 1.0)
        case Entmax():
            assert number is not None
            stretched = (scores - links.spread(links.peak(scores))) * (number - 1)
            return _beyond_threshold(stretched, links, 1 / (number - 1))


def _softmax(scores: Tensor, links: Links, sink: Tensor | None) -> Tensor:
    peak = links.peak(scores)
    if sink is not None:
        peak = torch.maximum(peak, sink.detach())
    exponentials = (scores - links.spread(peak)).exp()
    total = links.total(exponentials)
    return links.shares(exponentials, total if sink is None else total + (sink - peak).exp())


def _greatest(scores: Tensor, links: Links, count: int) -> Tensor:
    """Whether each edge's score is at least the last that is read of its target, as normalize/greatest.py has it."""
    order = scores.argsort(-1, descending=True)
    order = order.gather(-1, links.target[order].argsort(dim=-1, stable=True))
    ranked = scores.gather(-1, order)
    first = links.start[:-1] + count - 1
    many = links.count > count
    least = scores.new_full((*scores.shape[:-1], links.targets), -torch.inf)
    least[..., many] = (ranked[..., first[many]] + ranked[..., first[many] + 1]) / 2
    return scores >= links.spread(least)


def _per_key(weights: Tensor, links: Links, per_key: bool) -> Tensor:
    return links.shares(weights, links.count.to(weights.dtype)[None]) if per_key else weights


def _beyond_threshold(stretched: Tensor, links: Links, power: float | Tensor) -> Tensor:
    """max(s − τ, 0)^p where each target's weights sum to one; its greatest s is 0."""
    threshold: Tensor = _Threshold.apply(links, stretched, power)  # type: ignore[no-untyped-call]
    return _raised(stretched - links.spread(threshold), power)


def _raised(excess: Tensor, power: float | Tensor) -> Tensor:
    """max(x, 0)^p, zero with a derivative of zero where x ≤ 0, for negative p too."""
    outside = excess <= 0
    return excess.masked_fill(outside, 1.0).pow(power).masked_fill(outside, 0.0)


class _Threshold(torch.autograd.Function):
    """τ (b, h, targets) of each target. With r = max(s − τ, 0) and S = Σ r^(p−1):

    dτ/ds = r^(p−1) / S,  dτ/dp = Σ r^p ln r / (p·S)
    """

    @staticmethod
    def forward(ctx: Any, links: Links, stretched: Tensor, power: float | Tensor) -> Tensor:
        threshold = _searched(stretched, links, power)
        ctx.links = links
        ctx.power = None if isinstance(power, Tensor) else power
        ctx.save_for_backward(stretched, threshold, *([power] if isinstance(power, Tensor) else []))
        return threshold

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, Tensor, Tensor | None]:
        stretched, threshold, *learned = ctx.saved_tensors
        links: Links = ctx.links
        power = learned[0] if learned else ctx.power
        excess = stretched - links.spread(threshold)
        slope = _raised(excess, power - 1)
        each = gradient / links.total(slope).masked_fill(links.count == 0, 1.0)
        to_power = None
        if learned:
            logarithm = excess.masked_fill(excess <= 0, 1.0).log()
            lifted = links.total(_raised(excess, power) * logarithm)
            to_power = (each * lifted / power).sum_to_size(power.shape)
        return None, slope * links.spread(each), to_power


def _searched(stretched: Tensor, links: Links, power: float | Tensor) -> Tensor:
    """The root of ‖max(s − τ, 0)‖_p = 1, which is nearly a line in τ, by Newton's steps, halved where they leave.

    With the greatest s at 0 the root lies in [−1, 0).
    """
    low = stretched.new_full((*stretched.shape[:-1], links.targets), -1.0)
    high, threshold = torch.zeros_like(low), low
    for _ in range(ROUNDS):
        excess = (stretched - links.spread(threshold)).clamp_(min=0)
        raised = excess.pow(power)
        total = links.total(raised)
        slope = links.total(raised.div_(excess).masked_fill_(excess == 0, 0.0))
        low = torch.where(total >= 1, threshold, low)
        high = torch.where(total < 1, threshold, high)
        step = threshold + (total - total.pow(1 - 1 / power)) / slope
        inside = (step > low) & (step < high) | (step == threshold)
        step = torch.where(inside, step, (low + high) / 2)
        still = (step - threshold).abs() <= 2 * torch.finfo(low.dtype).eps
        threshold = step
        if bool((still | (links.count == 0)).all()):
            break
    return threshold
