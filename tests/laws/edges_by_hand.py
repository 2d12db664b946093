"""Requests over a small irregular graph, and what they should give: loops over every pair, in float64."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from regard.kernels.hashing import kept
from regard.kernels.readable import Graph, Readable
from regard.kernels.request import Request
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

NORMALIZERS: dict[str, tuple[Normalizer, float | list[float] | None]] = {
    "softmax": (Softmax(), None),
    "sink": (SoftmaxWithSink(), 0.7),
    "sink of each head": (SoftmaxWithSink(), [0.7, -1.0, 3.0, 0.0]),
    "relu": (ReLU(), None),
    "relu per key": (ReLU(per_key=True), None),
    "squared relu": (SquaredReLU(), None),
    "squared relu per key": (SquaredReLU(per_key=True), None),
    "sigmoid": (Sigmoid(), -0.5),
    "sigmoid per key, bias of each head": (Sigmoid(per_key=True), [-0.5, 0.1, 1.0, 0.0]),
    "plain": (Plain(), None),
    "plain per key": (Plain(per_key=True), None),
    "normalized": (Normalized(eps=1e-3), None),
    "sparsemax": (Sparsemax(), None),
    "top-k": (TopK(2), None),
    "entmax": (Entmax(), 1.5),
    "entmax beyond sparsemax": (Entmax(), 3.5),
    "entmax of each head": (Entmax(), [1.5, 1.1, 2.5, 2.0]),
}

# Queries 0 to 5, keys 0 to 6: a self-loop, duplicates (one far from its twin), unsorted; 3 reads nothing, nobody
# reads 5; the edge (6, 0) is filtered out, with its twin.
GIVEN = [(4, 5), (0, 0), (1, 0), (6, 0), (2, 1), (4, 5), (0, 5), (6, 2), (3, 0), (0, 4), (1, 0), (6, 0), (2, 4), (1, 2)]
FILTERED = {(6, 0)}


def graph_of(given: list[tuple[int, int]], filtered: set[tuple[int, int]] = frozenset()) -> Graph:  # type: ignore[assignment]
    """Pairs (source, target) as the lowering gives them to a kernel."""
    unique = sorted({(t, s) for s, t in given if (s, t) not in filtered})
    places = {edge: place for place, edge in enumerate(unique)}
    order = [places.get((t, s), -1) for s, t in given]
    target, source = zip(*unique, strict=True) if unique else ((), ())
    return Graph(*(torch.tensor(each, dtype=torch.int64) for each in (source, target, order)))


def request_of(
    kind: Any = "dot",
    normalizer: str = "softmax",
    given: list[tuple[int, int]] = GIVEN,
    nodes: tuple[int, int] = (6, 7),
    heads: tuple[int, int] = (4, 2),
    **more: Any,
) -> Request:
    """Two rows of the batch, d = 3, e = 2, float64."""
    torch.manual_seed(5)
    (q, k), (h, g) = nodes, heads
    (rule, number), real = NORMALIZERS[normalizer], torch.float64
    shape = {"query": (2, h, q, 3), "key": (2, g, k, 3), "value": (2, g, k, 2)}
    tensors = {name: torch.randn(sizes, dtype=real) for name, sizes in shape.items()}
    parameter = torch.tensor(number[:h], dtype=real)[:, None, None] if isinstance(number, list) else number
    request = Request(
        kind,
        **tensors,
        scale=1.5 if kind == "dot" else 1.0,
        weight=torch.randn(h, 3, dtype=real) * 2 if kind == "additive" else None,
        readable=Readable(graph=graph_of(given, FILTERED)),
        normalizer=rule,
        parameter=parameter,
        column=torch.full((2, h, k), 8.0, dtype=real) if isinstance(rule, Normalized) else None,
    )
    return replace(request, **more)


def with_terms(request: Request) -> Request:
    """The same with everything that may be added to scores."""
    (b, h, q, k), order = request.sizes, request.readable.graph.order  # type: ignore[union-attr]
    tensors = {"row": (b, h, q), "column": (b, h, k), "bias": (1, h, q, k), "edge_bias": (h, len(order))}
    drawn = {name: torch.randn(sizes, dtype=torch.float64) * 0.5 for name, sizes in tensors.items()}
    if request.column is not None:
        drawn["column"] += request.column
    return replace(request, **drawn)


def loops(request: Request, given: list[tuple[int, int]] = GIVEN) -> Tensor:
    """The definition, pair by pair."""
    b, h, q, k = request.sizes
    output = torch.zeros(b, h, q, request.value.shape[-1], dtype=torch.float64)
    stays = kept(request.seed, request.dropout, request.sizes, output.device).double() / (1 - request.dropout)
    readable = [(s, t) for s, t in given if (s, t) not in FILTERED]
    for row in range(b):
        for head in range(h):
            for target in range(q):
                sources = [source for source in range(k) if (source, target) in readable]
                scores = [score(request, row, head, target, source, given) for source in sources]
                number = request.parameter
                number = float(number.flatten()[head]) if isinstance(number, Tensor) else number
                for source, weight in zip(sources, by_hand(request.normalizer, scores, number), strict=True):
                    kept_weight = weight * float(stays[row, head, target, source])
                    output[row, head, target] += kept_weight * request.value[row, head // request.group, source]
    return output


def score(request: Request, row: int, head: int, target: int, source: int, given: list[tuple[int, int]]) -> float:
    query, key = request.query[row, head, target].double(), request.key[row, head // request.group, source].double()
    if request.kind == "dot":
        total = request.scale * float(query @ key)
    else:
        total = float(request.weight[head].double() @ (query + key).tanh())  # type: ignore[index]
    if request.row is not None:
        total += float(request.row[row, head, target])
    if request.column is not None:
        total += float(request.column[row, head, source])
    if request.bias is not None:
        total += float(request.bias.expand(request.sizes)[row, head, target, source])
    if request.edge_bias is not None:
        biases = request.edge_bias[head if len(request.edge_bias) > 1 else 0]
        total += sum(float(bias) for bias, edge in zip(biases, given, strict=True) if edge == (source, target))
    return total


def by_hand(normalizer: Normalizer, scores: list[float], number: float | None) -> list[float]:
    """Weights of one query's readable keys."""
    shared = len(scores) if getattr(normalizer, "per_key", False) else 1
    rules: dict[type, Callable[[float], float]] = {
        ReLU: lambda s: max(s, 0.0),
        SquaredReLU: lambda s: max(s, 0.0) ** 2,
        Sigmoid: lambda s: 1 / (1 + math.exp(-s - number)),  # type: ignore[operator]
        Plain: lambda s: s,
    }
    if type(normalizer) in rules:
        return [rules[type(normalizer)](s) / shared for s in scores]
    match normalizer:
        case Normalized(eps):
            total = sum(scores) + eps
            return [s / total for s in scores]
        case Softmax() | SoftmaxWithSink():
            total = sum(map(math.exp, scores)) + (math.exp(number) if number is not None else 0.0)
            return [math.exp(s) / total for s in scores]
        case TopK(count):
            least = sorted(scores, reverse=True)[:count][-1:]
            powers = [math.exp(s) * (s >= least[0]) for s in scores]
            return [each / sum(powers) for each in powers]
        case _:
            return by_halving([s * ((number or 2.0) - 1) for s in scores], 1 / ((number or 2.0) - 1))


def by_halving(scores: list[float], power: float) -> list[float]:
    """max(s − τ, 0)^p that sum to one."""
    low, high = max(scores, default=0.0) - 1, max(scores, default=0.0)
    for _ in range(80):
        middle = (low + high) / 2
        total = sum(max(s - middle, 0.0) ** power for s in scores)
        low, high = (middle, high) if total >= 1 else (low, middle)
    return [max(s - low, 0.0) ** power for s in scores]
