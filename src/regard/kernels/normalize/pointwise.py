"""Weights that follow from each score alone, divided by the number of readable keys if `per_key`.

The statistic of a row is what it is divided by: the number of keys that it may read (1 if none), or 1.
"""

from abc import abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from regard.kernels.normalize.masking import keep_, kept, numbers, widened
from regard.kernels.normalize.rule import Parameter, Rule, Slope, summed


@dataclass(frozen=True)
class Pointwise(Rule):
    """What the four have in common."""

    per_key: bool

    @property
    def whole(self) -> bool:
        return self.per_key

    def statistics(self, scores: Tensor, allowed: Tensor | None, parameter: Parameter) -> Tensor:
        scores = widened(scores)
        ones, keys = scores.new_ones(*scores.shape[:-1], 1), max(scores.shape[-1], 1)
        if not self.per_key or allowed is None:
            return ones.mul_(keys) if self.per_key else ones
        return numbers(allowed, scores).sum(-1, keepdim=True).clamp_min_(1).expand_as(ones)

    def weigh(self, scores: Tensor, allowed: Tensor | None, statistics: Tensor, parameter: Parameter) -> Tensor:
        weights = self.curve(widened(scores), parameter)
        return keep_(weights.div_(statistics) if self.per_key else weights, allowed)

    @abstractmethod
    def curve(self, scores: Tensor, parameter: Parameter) -> Tensor:
        """Weights before any division, as a new tensor."""


class ReLURule(Pointwise):
    def curve(self, scores: Tensor, parameter: Parameter) -> Tensor:
        return scores.relu()

    def slope(
        self,
        gradient: Tensor,
        weights: Tensor,
        scores: Tensor,
        allowed: Tensor | None,
        statistics: Tensor,
        parameter: Parameter,
    ) -> Slope:
        to_scores = kept(widened(gradient), weights)
        return Slope(to_scores.div_(statistics) if self.per_key else to_scores, None)


class SquaredReLURule(Pointwise):
    def curve(self, scores: Tensor, parameter: Parameter) -> Tensor:
        return scores.relu().square_()

    def slope(
        self,
        gradient: Tensor,
        weights: Tensor,
        scores: Tensor,
        allowed: Tensor | None,
        statistics: Tensor,
        parameter: Parameter,
    ) -> Slope:
        return Slope(kept(widened(gradient) * widened(scores), weights).mul_(2 / statistics), None)


class SigmoidRule(Pointwise):
    """σ(s + bias), the bias being the parameter; with σ′ = σ·(1 − σ)."""

    def curve(self, scores: Tensor, parameter: Parameter) -> Tensor:
        if isinstance(parameter, Tensor):
            return (scores + widened(parameter)).sigmoid_()
        return (scores + parameter).sigmoid_() if parameter else scores.sigmoid()

    def slope(
        self,
        gradient: Tensor,
        weights: Tensor,
        scores: Tensor,
        allowed: Tensor | None,
        statistics: Tensor,
        parameter: Parameter,
    ) -> Slope:
        gradient = widened(gradient)
        gradient = gradient if allowed is None else kept(gradient, weights)
        curve = weights * statistics if self.per_key else weights
        to_scores = torch.ops.aten.sigmoid_backward(gradient, curve)
        to_scores = to_scores.div_(statistics) if self.per_key else to_scores
        return Slope(to_scores, summed(to_scores, parameter) if isinstance(parameter, Tensor) else None)


class PlainRule(Pointwise):
    def curve(self, scores: Tensor, parameter: Parameter) -> Tensor:
        return scores.clone()

    def slope(
        self,
        gradient: Tensor,
        weights: Tensor,
        scores: Tensor,
        allowed: Tensor | None,
        statistics: Tensor,
        parameter: Parameter,
    ) -> Slope:
        gradient = widened(gradient)
        to_scores = gradient.clone() if allowed is None else kept(gradient, numbers(allowed, gradient))
        return Slope(to_scores.div_(statistics) if self.per_key else to_scores, None)
