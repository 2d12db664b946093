"""The steps of one call of attention, from its scores to its weighted sums, and the heads joined."""

from dataclasses import replace

import torch
from torch import Tensor

from regard.inspect.explain.head import Call, Names, Truth
from regard.inspect.explain.scoring import scored
from regard.inspect.explain.steps import Step, apart, table
from regard.inspect.explain.weighing import hidden, weighed
from regard.inspect.explain.worked import product


@torch.no_grad()
def reading(call: Call, head: int, names: Names, truth: Truth) -> tuple[Tensor, list[Step]]:
    """The output (q, e) of a head, and its steps: score, scale, mask, weights, weighted sum."""
    scores, steps = scored(call, head, names)
    readable = call.readable(head)
    gap = apart(torch.where(readable, scores, 0.0), truth.scores[head])
    steps[-1] = replace(steps[-1], difference=gap, against="regard.weights(…, normalizer=Plain())")
    weights, weighing = weighed(call, head, scores, readable, names)
    value = call.of_head(head)[2]
    mixed = weights @ value
    summed = Step(
        "sum",
        (table("O", mixed, names.rows),),
        product(weights[0], value[:, 0]),
        "regard.attend(…)",
        apart(mixed, truth.output[head]),
    )
    gap = apart(weights, truth.weights[head])
    return mixed, [
        *steps,
        _masked(call, scores, readable, names),
        replace(weighing, difference=gap, against="regard.weights(…)"),
        summed,
    ]


def _masked(call: Call, scores: Tensor, readable: Tensor, names: Names) -> Step:
    kept = torch.where(readable, scores, 0.0)
    marked = hidden(table("S′ masked", kept, names.rows, names.columns), readable)
    if call.mask is None or bool(readable.all()):
        return Step("mask.none", ())
    pairs = readable.numel()
    return Step("mask", (marked,), facts={"hidden": pairs - int(readable.sum()), "pairs": pairs})


def joined(
    outputs: list[Tensor], weight: Tensor | None, bias: Tensor | None, rows: list[str], truth: Tensor | None = None
) -> Step:
    """The outputs of all heads side by side and, where there is one, times the output's matrix."""
    side = torch.cat(outputs, 1)
    tables = [table("[O₁ O₂ …]", side, rows)] if len(outputs) > 1 or weight is not None else []
    if weight is None:
        key = "heads.side" if len(outputs) > 1 else "heads.one"
        return Step(key, tuple(tables), facts={"heads": len(outputs)})
    new = side @ weight + (0 if bias is None else bias)
    plus = 0.0 if bias is None else float(bias[0])
    facts = {"heads": len(outputs), "plus": " + b" if plus else ""}
    whole = (*tables, table("W_O", weight, numbered(weight)), table("Y", new, rows))
    step = Step("heads.joined", whole, product(side[0], weight[:, 0], plus), facts=facts)
    return step if truth is None else replace(step, difference=apart(new, truth), against="layer(x)")


def projected(key: str, name: str, states: Tensor, weight: Tensor | None, rows: list[str]) -> Step:
    """A step that multiplies the vectors by a matrix (m, d): queries, keys or values; None leaves them as they are."""
    if weight is None:
        return Step(f"{key}.same", (table(name, states, rows),))
    new = states @ weight
    tables = (table(f"W_{name}", weight, numbered(weight)), table(name, new, rows))
    return Step(key, tables, product(states[0], weight[:, 0]))


def numbered(matrix: Tensor) -> list[str]:
    """Names for the rows of a matrix: 1, 2, …"""
    return [str(i + 1) for i in range(len(matrix))]
