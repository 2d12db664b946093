"""Softmax, with a sink or without: weights[k] = exp(s[k]) / (exp(sink) + Σ exp(s)).

Statistics of a row: the largest of its scores and the sink, and the sum of exponentials after that has been taken
off. Two numbers, because their logarithm in one would cost scores near 10⁴ three digits. With w the weights and g
the gradient to them, the gradient to scores is w · (g − Σ g·w), to the sink −w_sink · Σ g·w, its weight being
w_sink = exp(sink) / (exp(sink) + Σ exp(s)).
"""

import math
from typing import ClassVar

import torch
from torch import Tensor

from regard.kernels.normalize.masking import filled, keep_, kept, largest, widened
from regard.kernels.normalize.rule import Parameter, Rule, Slope, Weighed, summed


class Exponential(Rule):
    """Softmax; with a sink if the parameter is one."""

    width: ClassVar[int] = 2

    def statistics(self, scores: Tensor, allowed: Tensor | None, parameter: Parameter) -> Tensor:
        return _exponentials(scores, allowed, parameter).statistics

    def weigh(self, scores: Tensor, allowed: Tensor | None, statistics: Tensor, parameter: Parameter) -> Tensor:
        top, total = statistics[..., :1], statistics[..., 1:]
        return keep_(exp_(widened(scores) - top).mul_(total.reciprocal()), allowed)

    def normalize(self, scores: Tensor, allowed: Tensor | None, parameter: Parameter) -> Weighed:
        exponentials, statistics = _exponentials(scores, allowed, parameter)
        return Weighed(exponentials.mul_(statistics[..., 1:].reciprocal()), statistics)

    def slope(
        self,
        gradient: Tensor,
        weights: Tensor,
        scores: Tensor,
        allowed: Tensor | None,
        statistics: Tensor,
        parameter: Parameter,
    ) -> Slope:
        pull = widened(gradient)
        pull = pull * weights if allowed is None else kept(pull, weights).mul_(weights)
        mean = pull.sum(-1, keepdim=True)
        to_scores = pull.addcmul_(weights, mean, value=-1)
        if not isinstance(parameter, Tensor):
            return Slope(to_scores, None)
        top, total = statistics[..., :1], statistics[..., 1:]
        return Slope(to_scores, summed(-mean * torch.exp(widened(parameter) - top) / total, parameter))


def _exponentials(scores: Tensor, allowed: Tensor | None, sink: Parameter) -> Weighed:
    """Exponentials of what may be read, with the row's largest exponent taken off, and the statistics."""
    scores = filled(widened(scores), allowed)
    top, empty = largest(scores)
    if isinstance(sink, Tensor):
        sink = widened(sink)
        top = torch.maximum(top, sink.detach())
    elif sink is not None:
        top = top.clamp_min(sink)
    exponentials = exp_(scores - top)
    total = exponentials.sum(-1, keepdim=True)
    if sink is not None:
        total = total + torch.exp(sink - top)
    total = total.masked_fill(empty, math.inf)
    return Weighed(exponentials, torch.cat((top, total), -1))


def exp_(x: Tensor) -> Tensor:
    """exp(x), written to x: on a CPU by powers of two, for which torch has a three times faster loop."""
    return x.mul_(1 / math.log(2)).exp2_() if x.device.type == "cpu" else x.exp_()
