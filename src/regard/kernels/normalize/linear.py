"""weights[k] = s[k] / (Σ s + eps). The statistic of a row is Σ s + eps, infinite where that is 0, so that 0/0 is 0."""

import math
from dataclasses import dataclass

from torch import Tensor

from regard.kernels.normalize.masking import keep_, kept, numbers, widened
from regard.kernels.normalize.rule import Parameter, Rule, Slope


@dataclass(frozen=True)
class Linear(Rule):
    """With w the weights and g the gradient to them, the gradient to scores is (g − Σ g·w) / (Σ s + eps)."""

    eps: float

    def statistics(self, scores: Tensor, allowed: Tensor | None, parameter: Parameter) -> Tensor:
        scores = widened(scores)
        readable = scores if allowed is None else kept(scores, numbers(allowed, scores))
        total = readable.sum(-1, keepdim=True) + self.eps
        return total.masked_fill(total == 0, math.inf)

    def weigh(self, scores: Tensor, allowed: Tensor | None, statistics: Tensor, parameter: Parameter) -> Tensor:
        return keep_(widened(scores) / statistics, allowed)

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
        readable = None if allowed is None else numbers(allowed, gradient)
        gradient = gradient if readable is None else kept(gradient, readable)
        mean = (gradient * weights).sum(-1, keepdim=True)
        if readable is None:
            return Slope((gradient - mean).div_(statistics), None)
        return Slope((gradient / statistics).addcmul_(readable, mean / statistics, value=-1), None)
