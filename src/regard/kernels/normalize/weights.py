"""Which rule belongs to which normalizer, and weights as one differentiable step."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from regard.kernels.normalize.exponential import Exponential
from regard.kernels.normalize.greatest import Greatest
from regard.kernels.normalize.linear import Linear
from regard.kernels.normalize.masking import widened
from regard.kernels.normalize.pointwise import PlainRule, ReLURule, SigmoidRule, SquaredReLURule
from regard.kernels.normalize.rule import Parameter, Rule
from regard.kernels.normalize.threshold import Threshold
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
from regard.shapes import Weights

RULES: dict[type[Normalizer], Callable[[Any], Rule]] = {
    Softmax: lambda _: Exponential(),
    SoftmaxWithSink: lambda _: Exponential(),
    ReLU: lambda given: ReLURule(given.per_key),
    SquaredReLU: lambda given: SquaredReLURule(given.per_key),
    Sigmoid: lambda given: SigmoidRule(given.per_key),
    Plain: lambda given: PlainRule(given.per_key),
    Normalized: lambda given: Linear(given.eps),
    Sparsemax: lambda _: Threshold(),
    Entmax: lambda _: Threshold(),
    TopK: lambda given: Greatest(given.count),
}


def rule_of(normalizer: Normalizer) -> Rule:
    """How a normalizer is computed. Its parameter, where it has one, is not in the rule but given with each call."""
    return RULES[type(normalizer)](normalizer)


def weights_of(scores: Tensor, allowed: Tensor | None, normalizer: Normalizer, parameter: Parameter = None) -> Weights:
    """Weights (b, h, q, k) of scores, in their precision, differentiable twice in scores and parameter.

    Keeps scores and weights for the backward pass. Half precision is computed in float32.

    >>> scores = torch.tensor([1.0, 3.0]).log().reshape(1, 1, 1, 2)
    >>> weights_of(scores, None, Softmax()).flatten().tolist()
    [0.25, 0.75]
    """
    weights: Tensor = _Weights.apply(widened(scores), parameter, allowed, rule_of(normalizer))  # type: ignore[no-untyped-call]
    return weights.to(scores.dtype)


class _Weights(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, scores: Tensor, parameter: Parameter, allowed: Tensor | None, rule: Rule) -> Tensor:
        weights, statistics = rule.normalize(scores, allowed, parameter)
        given = parameter if isinstance(parameter, Tensor) else None
        ctx.save_for_backward(scores, given, allowed, weights, statistics)
        ctx.rule, ctx.number = rule, None if given is not None else parameter
        return weights

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        scores, given, allowed, weights, statistics = ctx.saved_tensors
        parameter = ctx.number if given is None else given
        if torch.is_grad_enabled():
            weights = _Weights.apply(scores, parameter, allowed, ctx.rule)  # type: ignore[no-untyped-call]
            statistics = ctx.rule.statistics(scores, allowed, parameter)
        slope = ctx.rule.slope(gradient, weights, scores, allowed, statistics, parameter)
        return *slope, None, None
