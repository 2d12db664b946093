"""Plain torch, as a textbook writes it: every score, or every state, held at once."""

import torch
import torch.nn.functional as F
from benchmarks.attention.cases import Case
from benchmarks.attention.inputs import DROPPED, Inputs, Skipped, fits, mask_of
from benchmarks.attention.ours import Call
from torch import Tensor


def sparsemax(scores: Tensor) -> Tensor:
    """Euclid's projection of each row onto the simplex, by a full sort."""
    ordered = scores.sort(-1, descending=True).values
    count = torch.arange(1, scores.shape[-1] + 1)
    sums = ordered.cumsum(-1) - 1
    support = (count * ordered > sums).sum(-1, keepdim=True)
    return (scores - sums.gather(-1, support - 1) / support).clamp(min=0)


def entmax(scores: Tensor) -> Tensor:
    """1.5-entmax of each row, by a full sort."""
    half = (scores - scores.amax(-1, keepdim=True)) / 2
    ordered = half.sort(-1, descending=True).values
    count = torch.arange(1, scores.shape[-1] + 1)
    mean, square = ordered.cumsum(-1) / count, ordered.square().cumsum(-1) / count
    threshold = mean - ((1 - count * (square - mean.square())) / count).clamp(min=0).sqrt()
    support = (threshold <= ordered).sum(-1, keepdim=True)
    return (half - threshold.gather(-1, support - 1)).clamp(min=0).square()


NORMALIZERS = {"relu": torch.relu, "sigmoid": torch.sigmoid, "sparsemax": sparsemax, "entmax": entmax}
SOFTMAX = ("dense", "causal", "window", "documents", "blocks", "lengths", "dropout", "decoding", "top")


def eager(case: Case, inputs: Inputs) -> Call:
    """The textbook's way."""
    pairs = case.batch * case.heads * case.queries * case.n * inputs.leaves[0].element_size()
    match case.kind:
        case "additive":
            fits(pairs * case.size * (2 if case.train else 1))
            return _additive
        case "graph":
            return _graph(case, inputs)
        case "linear":
            fits(4 * case.batch * case.heads * case.n * case.size**2 * (4 if case.train else 2))
            return _linear
        case kind if kind in SOFTMAX or kind in NORMALIZERS:
            fits(pairs * (8 if kind in ("sparsemax", "entmax") else 3))
            return _pairs(case, mask_of(case, inputs))
    raise Skipped(f"{case.kind} is not written here")


def _pairs(case: Case, mask: Tensor | None) -> Call:
    def call(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        scores = query * case.scale @ key.mT
        if mask is not None:
            scores = scores.masked_fill(~mask, -torch.inf)
        if case.kind == "top":
            return scores.softmax(-1).topk(case.top).values
        weights = scores.softmax(-1) if case.kind in SOFTMAX else NORMALIZERS[case.kind](scores)
        if case.kind == "dropout":
            weights = F.dropout(weights, DROPPED)
        return weights @ value

    return call


def _additive(query: Tensor, key: Tensor, value: Tensor, weight: Tensor) -> Tensor:
    scores = torch.tanh(query[..., :, None, :] + key[..., None, :, :]) @ weight
    return scores.softmax(-1) @ value


def _linear(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    query, key = F.elu(query) + 1, F.elu(key) + 1
    states = (key[..., :, None] * value[..., None, :]).cumsum(2)
    sums = (query * key.cumsum(2)).sum(-1, keepdim=True)
    return (query[..., None, :] @ states)[..., 0, :] / (sums + 1e-6)


def eager_pairs(case: Case, inputs: Inputs) -> Call:
    """Linear attention the quadratic way: all pairs of features, the future cut off."""
    fits(12 * case.batch * case.heads * case.n**2)

    def call(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        scores = ((F.elu(query) + 1) @ (F.elu(key) + 1).mT).tril()
        return (scores / (scores.sum(-1, keepdim=True) + 1e-6)) @ value

    return call


def _graph(case: Case, inputs: Inputs) -> Call:
    source, target = inputs.source, inputs.target

    def call(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        scores = (query[target] * key[source]).sum(-1) * case.scale
        rows = target[:, None].expand_as(scores)
        empty = scores.new_full((case.n, case.heads), -torch.inf)
        greatest = empty.scatter_reduce(0, rows, scores.detach(), "amax")
        raised = (scores - greatest[target]).exp()
        sums = torch.zeros_like(empty).index_add(0, target, raised)
        weights = raised / sums[target]
        return torch.zeros_like(query).index_add(0, target, weights[..., None] * value[source])

    return call
