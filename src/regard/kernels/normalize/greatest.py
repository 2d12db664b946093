"""Top-k: softmax over the greatest scores of a row, weights[k] = exp(s[k]) / Σ exp(s) where s[k] ≥ τ, else 0.

Statistics of a row: the largest score, the sum of exponentials after it has been taken off, and τ, halfway between the
last score that is read and the first that is not, so that a score computed a second time falls on the same side. Scores
that are equal are read all or not at all: the order of keys means nothing. The gradient is that of softmax over what is
read; that τ moves with scores changes no weight but where two are equal.
"""

import math
from typing import ClassVar

import torch
from torch import Tensor

from regard.kernels.normalize.exponential import Exponential, exp_
from regard.kernels.normalize.masking import filled, keep_, largest, widened
from regard.kernels.normalize.rule import Parameter, Weighed


class Greatest(Exponential):
    """Softmax over so many greatest scores."""

    width: ClassVar[int] = 3

    def __init__(self, count: int) -> None:
        self.count = count

    def statistics(self, scores: Tensor, allowed: Tensor | None, parameter: Parameter) -> Tensor:
        with torch.no_grad():
            return self.normalize(scores, allowed, parameter).statistics

    def weigh(self, scores: Tensor, allowed: Tensor | None, statistics: Tensor, parameter: Parameter) -> Tensor:
        top, total, least = (statistics[..., i : i + 1] for i in range(3))
        scores = filled(widened(scores), allowed)
        return keep_(keep_(exp_(scores - top).mul_(total.reciprocal()), scores >= least), allowed)

    def normalize(self, scores: Tensor, allowed: Tensor | None, parameter: Parameter) -> Weighed:
        scores = filled(widened(scores), allowed)
        top, empty = largest(scores)
        least = self._least(scores)
        exponentials = keep_(keep_(exp_(scores - top), scores >= least), allowed)
        total = exponentials.sum(-1, keepdim=True).masked_fill(empty, math.inf)
        return Weighed(exponentials.mul_(total.reciprocal()), torch.cat((top, total, least), -1))

    def _least(self, scores: Tensor) -> Tensor:
        """τ of each row of `filled` scores; the lowest finite number where all are read."""
        if scores.shape[-1] <= self.count:
            return scores.new_full((*scores.shape[:-1], 1), torch.finfo(scores.dtype).min)
        greatest = scores.topk(self.count + 1, -1).values
        return (greatest[..., -2:] / 2).sum(-1, keepdim=True)
