"""Normalizers as their definitions read, one row of readable scores at a time in float64; and cases to try."""

from typing import NamedTuple

import torch
from torch import Tensor

from regard.kernels.normalize import Parameter
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


class Given(NamedTuple):
    normalizer: Normalizer
    parameter: Parameter = None


def heads(*numbers: float) -> Tensor:
    """A parameter (h, 1, 1)."""
    return torch.tensor(numbers, dtype=torch.float64)[:, None, None]


CASES = {
    "softmax": Given(Softmax()),
    "sink": Given(SoftmaxWithSink(), 0.5),
    "sink per head": Given(SoftmaxWithSink(), heads(-1.0, 2.0)),
    "relu": Given(ReLU()),
    "relu per key": Given(ReLU(per_key=True)),
    "squared relu": Given(SquaredReLU()),
    "squared relu per key": Given(SquaredReLU(per_key=True)),
    "sigmoid": Given(Sigmoid(), 0.0),
    "sigmoid, shared bias": Given(Sigmoid(), heads(-0.7)),
    "sigmoid per key and head": Given(Sigmoid(per_key=True), heads(0.3, -2.0)),
    "plain": Given(Plain()),
    "plain per key": Given(Plain(per_key=True)),
    "normalized": Given(Normalized(eps=1e-3)),
    "sparsemax": Given(Sparsemax()),
    "top-k": Given(TopK(3)),
    "top-k of one": Given(TopK(1)),
    "entmax 1.5": Given(Entmax(), 1.5),
    "entmax 1.05": Given(Entmax(), 1.05),
    "entmax 1.3": Given(Entmax(), 1.3),
    "entmax 4": Given(Entmax(), 4.0),
    "entmax, shared alpha": Given(Entmax(), heads(1.5)),
    "entmax per head": Given(Entmax(), heads(1.2, 2.7)),
}
SUM_TO_ONE = [name for name in CASES if name == "softmax" or name.startswith(("sparsemax", "entmax", "top-k"))]


def in_float32(given: Given) -> Given:
    return given._replace(parameter=given.parameter.float()) if isinstance(given.parameter, Tensor) else given


def by_definition(scores: Tensor, allowed: Tensor | None, given: Given) -> Tensor:
    """Weights (b, h, q, k), in float64."""
    scores = scores.double()
    allowed = torch.ones_like(scores, dtype=torch.bool) if allowed is None else allowed.expand_as(scores)
    weights = torch.zeros_like(scores)
    for b, h, q in torch.cartesian_prod(*(torch.arange(size) for size in scores.shape[:3])).reshape(-1, 3).tolist():
        readable = allowed[b, h, q]
        if readable.any():
            number = given.parameter
            number = float(number.expand(scores.shape[1], 1, 1)[h]) if isinstance(number, Tensor) else number
            weights[b, h, q, readable] = of_row(scores[b, h, q, readable], given.normalizer, number)
    return weights


def of_row(s: Tensor, normalizer: Normalizer, number: float | None) -> Tensor:
    match normalizer:
        case Softmax():
            return s.softmax(0)
        case SoftmaxWithSink():
            return torch.cat((s, s.new_tensor([number]))).softmax(0)[:-1]
        case ReLU(per_key):
            return s.clamp(min=0) / (len(s) if per_key else 1)
        case SquaredReLU(per_key):
            return s.clamp(min=0) ** 2 / (len(s) if per_key else 1)
        case Sigmoid(_, per_key):
            assert number is not None
            return 1 / (1 + torch.exp(-s - number)) / (len(s) if per_key else 1)
        case Plain(per_key):
            return s / (len(s) if per_key else 1)
        case Normalized(eps):
            total = s.sum() + eps
            return s / total if total else torch.zeros_like(s)
        case TopK(count):
            read = s >= s.sort(descending=True).values[:count][-1]
            return s.masked_fill(~read, -torch.inf).softmax(0)
        case Sparsemax():
            return halved(s - s.max(), 1.0)
        case Entmax():
            assert number is not None
            return halved((number - 1) * (s - s.max()), 1 / (number - 1))


def halved(x: Tensor, power: float) -> Tensor:
    """max(x − τ, 0)^power that sum to one, x being at most 0: log₂ −τ is halved in upon 200 times."""
    low, high = -200.0, 0.0
    for _ in range(200):
        middle = (low + high) / 2
        total = float(((x + 2.0**middle).clamp(min=0) ** power).sum())
        low, high = (middle, high) if total < 1 else (low, middle)
    return (x + 2.0**high).clamp(min=0) ** power


def scores_of(*shape: int, given: Given = CASES["softmax"], seed: int = 0, scale: float = 1.5) -> Tensor:
    """Scores that the normalizer may get, in float64."""
    scores = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * scale
    return scores.abs() if isinstance(given.normalizer, Normalized) else scores


def mask_of(*shape: int, seed: int = 0) -> Tensor:
    """Which may be read: about half, in the last row of queries nothing."""
    allowed = torch.rand(shape, generator=torch.Generator().manual_seed(seed)) < 0.6
    allowed[..., -1, :] = False
    return allowed
