"""How scores become weights, with the numbers in between."""

import torch
from torch import Tensor

from regard.inspect.explain.head import Call, Names, number
from regard.inspect.explain.steps import Step, Table, table
from regard.inspect.explain.worked import factor, over, shown
from regard.kernels.reference.normalizers import each_alone, threshold
from regard.mechanisms.catalogue import NORMALIZERS
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

FAR = 50.0
"""Exponentials of greater scores are taken less the row's greatest: the weights are the same, and nothing overflows."""
KEYS = {kind: name for name, kind in NORMALIZERS.items()}


def weighed(call: Call, head: int, scores: Tensor, readable: Tensor, names: Names) -> tuple[Tensor, Step]:
    """The weights (q, k) of a head, and the step that tells how they came about."""
    weights, before, facts, worked = _weights(call.normalizer, head, scores, readable, names)
    weights = torch.where(readable, weights, 0.0)
    total = table("Σ", weights.sum(1, keepdim=True), names.rows, ["Σ"])
    tables = (*before, hidden(table("A", weights, names.rows, names.columns), readable), total)
    return weights, Step(f"weights.{KEYS[type(call.normalizer)]}", tables, worked, facts=facts)


def hidden(whole: Table, readable: Tensor) -> Table:
    """The table with the pairs that may not be read marked."""
    return Table(whole.name, whole.rows, whole.columns, whole.values, ~readable.numpy())


Found = tuple[Tensor, list[Table], dict[str, object], str]


def _weights(normalizer: Normalizer, head: int, scores: Tensor, readable: Tensor, names: Names) -> Found:
    match normalizer:
        case Softmax():
            return _softmax(scores, readable, names, None)
        case SoftmaxWithSink(sink):
            return _softmax(scores, readable, names, number(sink, head))
        case TopK(most):
            return _greatest(most, scores, readable, names)
        case Sparsemax():
            return _threshold(2.0, scores, readable, names)
        case Entmax(alpha):
            return _threshold(number(alpha, head), scores, readable, names)
        case Normalized(eps):
            kept = torch.where(readable, scores, 0.0)
            total = kept.sum(1, keepdim=True) + eps
            worked = over(float(kept[0, 0]), [*kept[0][readable[0]].tolist(), eps])
            share = torch.where(total != 0, kept / torch.where(total != 0, total, 1.0), 0.0)
            return share, [table("Σ S′", total, names.rows, ["Σ"])], {"eps": eps}, worked
        case ReLU(per_key) | SquaredReLU(per_key) | Sigmoid(_, per_key) | Plain(per_key):
            alone = each_alone(normalizer, torch.where(readable, scores, 0.0), head)
            facts: dict[str, object] = {}
            if isinstance(normalizer, Sigmoid):
                own = number(normalizer.bias, head)
                facts = {"bias": shown(own), "exact": own}
            count = readable.sum(1, keepdim=True).clamp_min(1) if per_key else torch.ones(len(scores), 1)
            return alone / count, [table("n", count, names.rows, ["n"])] if per_key else [], facts, ""


def _softmax(scores: Tensor, readable: Tensor, names: Names, sink: float | None) -> Found:
    seen = scores[readable]
    far = bool(seen.numel()) and float(seen.abs().max()) > FAR
    most = torch.where(readable, scores, -torch.inf).amax(1, keepdim=True).nan_to_num(0.0, 0.0, 0.0)
    less = most if far else torch.zeros_like(most)
    powers = torch.where(readable, (scores - less).exp(), 0.0)
    total = powers.sum(1, keepdim=True)
    beside: list[float] = []
    facts: dict[str, object] = {"far": far}
    if sink is not None:
        own = (sink - less).exp()
        total = total + own
        facts |= {"sink": shown(sink), "exact": sink}
        beside = [float(own[0])]
    share = torch.where(total > 0, powers / torch.where(total > 0, total, 1.0), 0.0)
    tables = [
        hidden(table("exp S′" if not far else "exp(S′ − max)", powers, names.rows, names.columns), readable),
        table("Σ exp", total, names.rows, ["Σ"]),
    ]
    return share, tables, facts, over(float(powers[0, 0]), [*powers[0][readable[0]].tolist(), *beside])


def _greatest(count: int, scores: Tensor, readable: Tensor, names: Names) -> Found:
    """Softmax over the greatest scores of each row."""
    seen = torch.where(readable, scores, -torch.inf)
    last = seen.topk(min(count, seen.shape[1]), 1).values[:, -1:]
    share, tables, facts, worked = _softmax(scores, readable & (scores >= last), names, None)
    return share, [table("τ", last, names.rows, ["τ"]), *tables], {**facts, "count": count}, worked


def _threshold(alpha: float, scores: Tensor, readable: Tensor, names: Names) -> Found:
    power, rows, found = 1 / (alpha - 1), [], []
    for row, own in zip(scores * (alpha - 1), readable, strict=True):
        tau = threshold(row[own], power) if own.any() else 0.0
        above = torch.where(own, (row - tau).clamp_min(0) ** power, 0.0)
        rows.append(above / above.sum() if own.any() else above)
        found.append(tau)
    weights = torch.stack(rows)
    taus = torch.tensor(found, dtype=torch.float64)[:, None]
    worked = f"max({shown(float(scores[0, 0]) * (alpha - 1))} − {factor(found[0])}, 0)"
    worked += f"{'' if alpha == 2 else f'^{shown(power)}'} = {shown(float(weights[0, 0]))}"
    facts: dict[str, object] = {"alpha": shown(alpha), "power": shown(power), "exact": alpha}
    return weights, [table("τ", taus, names.rows, ["τ"])], facts, worked if bool(readable[0, 0]) else ""
