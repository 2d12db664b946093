"""Scores of one query with the keys that it may read, into weights."""

import torch
from torch import Tensor

from regard.kernels.reference.scores import of_head
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


def weights_of(normalizer: Normalizer, scores: Tensor, head: int) -> Tensor:
    """The weights of one row, which reads at least one key."""
    match normalizer:
        case Softmax():
            powers = (scores - scores.max().detach()).exp()
            return powers / powers.sum()
        case SoftmaxWithSink(sink):
            with_sink = torch.cat((scores, of_head(sink, head)[None]))
            return weights_of(Softmax(), with_sink, head)[:-1]
        case Normalized(eps):
            total = scores.sum() + eps
            return scores / total if total != 0 else torch.zeros_like(scores)
        case Sparsemax():
            return entmax(scores, of_head(2.0, head))
        case Entmax(alpha):
            return entmax(scores, of_head(alpha, head))
        case TopK(count):
            last = scores.sort(descending=True).values[min(count, len(scores)) - 1]
            read = scores >= last.detach()
            return torch.zeros_like(scores).masked_scatter(read, weights_of(Softmax(), scores[read], head))
        case ReLU(per_key) | SquaredReLU(per_key) | Sigmoid(_, per_key) | Plain(per_key):
            return each_alone(normalizer, scores, head) / (len(scores) if per_key else 1)


def each_alone(normalizer: ReLU | SquaredReLU | Sigmoid | Plain, scores: Tensor, head: int) -> Tensor:
    """Weights that do not depend on the other scores."""
    match normalizer:
        case ReLU():
            return torch.relu(scores)
        case SquaredReLU():
            return torch.relu(scores) ** 2
        case Sigmoid(bias):
            return torch.sigmoid(scores + of_head(bias, head))
        case Plain():
            return scores


def entmax(scores: Tensor, alpha: Tensor) -> Tensor:
    """max((α − 1)·s − τ, 0)^(1/(α − 1)), with the τ for which it sums to one.

    τ is halved in upon, without gradient; one step of Newton's from there changes nothing but brings its gradient.
    """
    power = 1 / (alpha - 1)
    scaled = scores * (alpha - 1)
    tau = threshold(scaled.detach(), float(power.detach()))
    read = scaled - tau > 1e-14
    above = scaled[read] - tau
    slope = (power * above ** (power - 1)).sum().detach()
    shift = ((above**power).sum() - 1) / slope
    return torch.zeros_like(scores).masked_scatter(read, (above - shift).clamp(min=0) ** power)


def threshold(scaled: Tensor, power: float) -> float:
    """τ, between the greatest number less one, where the sum is at least one, and the greatest, where it is zero."""
    high = float(scaled.max())
    low = high - 1
    for _ in range(100):
        middle = (low + high) / 2
        if float(((scaled - middle).clamp(min=0) ** power).sum()) >= 1:
            low = middle
        else:
            high = middle
    return low
