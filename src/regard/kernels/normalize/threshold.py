"""Sparsemax and entmax: weights[k] = max((α − 1)·s[k] − τ, 0)^(1/(α − 1)), with the τ that makes a row sum to one.

Statistics of a row: its largest score, and τ after (α − 1) times that score has been taken off. With r = w^(2 − α)
where w > 0, else 0, the gradient to scores is r · (g − Σ r·g / Σ r): Peters et al. 2019, arXiv 1905.05702. With
c = g − Σ r·g / Σ r, the gradient to α is Σ c·w·(1/(α − 1)² − ln w / (α − 1)): Correia et al. 2019, arXiv 1909.00015,
proposition 1, put together.
"""

import math
from typing import ClassVar

import torch
from torch import Tensor

from regard.kernels.normalize.masking import filled, keep_, kept, largest, widened
from regard.kernels.normalize.rule import Parameter, Rule, Slope, Weighed, summed
from regard.kernels.normalize.search import Alpha, found, is_, raised_


class Threshold(Rule):
    """Entmax, with α as the parameter; sparsemax without one."""

    width: ClassVar[int] = 2

    def statistics(self, scores: Tensor, allowed: Tensor | None, parameter: Parameter) -> Tensor:
        with torch.no_grad():
            return _searched(scores, allowed, _alpha(parameter)).statistics

    def weigh(self, scores: Tensor, allowed: Tensor | None, statistics: Tensor, parameter: Parameter) -> Tensor:
        top, threshold = statistics[..., :1], statistics[..., 1:]
        alpha = _alpha(parameter)
        above = _scaled_(widened(scores) - top, alpha).sub_(threshold).relu_()
        return keep_(raised_(above, alpha), allowed)

    def normalize(self, scores: Tensor, allowed: Tensor | None, parameter: Parameter) -> Weighed:
        alpha = _alpha(parameter)
        below, statistics = _searched(scores, allowed, alpha)
        return Weighed(raised_(below.sub_(statistics[..., 1:]).relu_(), alpha), statistics)

    def slope(
        self,
        gradient: Tensor,
        weights: Tensor,
        scores: Tensor,
        allowed: Tensor | None,
        statistics: Tensor,
        parameter: Parameter,
    ) -> Slope:
        alpha = _alpha(parameter)
        rate = _rate(weights, alpha)
        gradient = _referred(kept(widened(gradient), weights), rate, alpha)
        pull = gradient if is_(alpha, 2) else gradient * rate
        total = rate.sum(-1, keepdim=True)
        mean = pull.sum(-1, keepdim=True) / total.masked_fill(total == 0, 1.0)
        if not isinstance(parameter, Tensor):
            return Slope(pull.addcmul_(rate, mean, value=-1), None)
        bend = (1 / (alpha - 1) - _positive(weights).log()) / (alpha - 1)
        to_parameter = summed((gradient - mean) * weights * bend, parameter)
        return Slope(pull.addcmul_(rate, mean, value=-1), to_parameter)


def _alpha(parameter: Parameter) -> Alpha:
    if isinstance(parameter, Tensor):
        return widened(parameter)
    return 2.0 if parameter is None else float(parameter)


def _searched(scores: Tensor, allowed: Tensor | None, alpha: Alpha) -> Weighed:
    """Scores below the largest one times (α − 1), as a new tensor, and the statistics."""
    scores = filled(widened(scores), allowed)
    top, empty = largest(scores)
    below = _scaled_(scores - top, alpha)
    threshold = found(below, alpha).masked_fill_(empty, math.inf)
    return Weighed(below, torch.cat((top, threshold), -1))


def _scaled_(x: Tensor, alpha: Alpha) -> Tensor:
    return x if is_(alpha, 2) else x.mul_(alpha - 1)


def _rate(weights: Tensor, alpha: Alpha) -> Tensor:
    """w^(2 − α) where w > 0, else 0: differentiable, with a derivative of 0 at 0."""
    if is_(alpha, 2):
        return weights.sign()
    if is_(alpha, 1.5):
        return weights.clamp_min(1e-24).rsqrt() * weights
    return _positive(weights).pow(2 - alpha) * weights.sign()


def _positive(weights: Tensor) -> Tensor:
    """Weights, with 1 for 0."""
    return weights + (1 - weights.sign())


def _referred(gradient: Tensor, rate: Tensor, alpha: Alpha) -> Tensor:
    """The gradient, less what it is at the largest rate, which changes nothing in exact numbers.

    Above α = 2 the rate of a tiny weight is huge, and the difference between its gradient and a mean that consists
    of little else would be rounding.
    """
    if (isinstance(alpha, float) and alpha <= 2) or not rate.shape[-1]:
        return gradient
    return gradient - gradient.gather(-1, rate.argmax(-1, keepdim=True))
