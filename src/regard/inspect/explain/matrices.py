"""The steps for matrices that are given: vectors x, and what makes queries, keys, values and the output of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from regard.errors import ShapeError, shapes
from regard.inspect.explain.calculate import joined, projected, reading
from regard.inspect.explain.head import Call, Names
from regard.inspect.explain.steps import Explained, Step, table
from regard.mechanisms.masks import Mask
from regard.mechanisms.normalizers import Normalizer, Softmax
from regard.mechanisms.scores import Additive, Bilinear, Dot, Score

Note = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Matrices:
    """Vectors x (n, m), matrices (m, d) or (h, m, d), one a head, and the output's (h · e, m′); None is left out."""

    x: Tensor
    wq: Tensor | None = None
    wk: Tensor | None = None
    wv: Tensor | None = None
    wo: Tensor | None = None


@dataclass(frozen=True)
class Choices:
    """What is not a matrix: score, normalizer, mask, which head is shown, and what the vectors are called."""

    score: Score | str = Dot()  # noqa: RUF009  (frozen)
    normalizer: Normalizer = Softmax()  # noqa: RUF009
    mask: Mask | None = None
    head: int = 0
    names: Sequence[str] = ()
    title: str = "title.matrices"


def tensor(given: Any, name: str, most: int = 3) -> Tensor:
    """Numbers in any form as float64, with two axes, or three where there are heads. ShapeError for others."""
    try:
        made = torch.as_tensor(given, dtype=torch.float64).detach().cpu()
    except (TypeError, ValueError) as error:
        got = " ".join(str(error).split())[:80]
        raise ShapeError(f"explain: {name} must be a matrix of numbers", got=got, hint="[[1, 0], [0, 1]]") from error
    if made.dim() not in range(2, most + 1) or 0 in made.shape:
        rule = f"explain: {name} must be a matrix of numbers" + " or one for each head" * (most == 3)
        raise ShapeError(rule, got=f"shape {tuple(made.shape)}", hint="a row for each vector: [[1, 0], [0, 1]]")
    return made


def explained(given: Matrices, choices: Choices) -> Explained:
    """Every step for these matrices, in float64."""
    full, notes = _filled(given)
    _check(full)
    call, score_notes = _call(full, choices)
    names = list(choices.names) or [str(i + 1) for i in range(len(given.x))]
    named = Names(names, names)
    truth = call.truth()
    outputs, steps = [], []
    for head in range(call.heads):
        mixed, own = reading(call, head, named, truth)
        outputs.append(mixed)
        steps.append(own)
    first = [Step("vectors", (table("X", given.x, names),), facts={"n": len(names), "m": given.x.shape[1]})]
    for key, name, weight in (("query", "Q", full.wq), ("key", "K", full.wk), ("value", "V", full.wv)):
        one = None if weight is None else weight[choices.head // (call.heads // len(weight))]
        first.append(projected(key, name, given.x, one, names))
    last = joined(outputs, given.wo, None, names)
    facts = {"heads": call.heads, "head": choices.head + 1}
    shown = (*first, *steps[choices.head], last)
    return Explained(choices.title, shown, (*notes, *score_notes), facts)


def _filled(given: Matrices) -> tuple[Matrices, list[Note]]:
    """What was left out, taken from what was given: the query's matrix, else the first there is, else none."""
    there = {name: getattr(given, name) for name in ("wq", "wk", "wv")}
    missing = [name for name, each in there.items() if each is None]
    if not missing:
        return _headed(given.x, there, given.wo), []
    source = next((name for name, each in there.items() if each is not None), None)
    if source is None:
        return Matrices(given.x, wo=given.wo), [("note.no-matrices", {})]
    filled = {name: there[source] if each is None else each for name, each in there.items()}
    return _headed(given.x, filled, given.wo), [("note.left-out", {"missing": ", ".join(missing), "source": source})]


def _headed(x: Tensor, there: dict[str, Any], wo: Tensor | None) -> Matrices:
    """Every matrix with an axis of heads."""
    three = {name: each if each.dim() == 3 else each[None] for name, each in there.items()}
    return Matrices(x, three["wq"], three["wk"], three["wv"], wo)


def _check(full: Matrices) -> None:
    for name in ("wq", "wk", "wv"):
        each = getattr(full, name)
        if each is not None and each.shape[1] != full.x.shape[1]:
            got = f"x {tuple(full.x.shape)}, {name} {tuple(each.shape[1:])}"
            hint = f"give {name} {full.x.shape[1]} rows"
            raise ShapeError(f"explain: {name} must have a row for each number of a vector", got=got, hint=hint)
    counts = [1 if each is None else len(each) for each in (full.wq, full.wk, full.wv)]
    if counts[1] != counts[2] or counts[0] % counts[1]:
        got = f"{counts[0]} of queries, {counts[1]} of keys, {counts[2]} of values"
        raise ShapeError("explain: heads must agree", got=got, hint="as many of each, or fewer of keys and values")
    size = full.x.shape[1] if full.wv is None else full.wv.shape[2]
    if full.wo is not None and len(full.wo) != counts[0] * size:
        got = shapes(wo=full.wo) + f", {counts[0]} heads of values of {size}"
        hint = f"give wo {counts[0] * size} rows"
        raise ShapeError("explain: wo must have a row for each number of all heads", got=got, hint=hint)


def _call(full: Matrices, choices: Choices) -> tuple[Call, list[Note]]:
    query, key, value = (full.x[None] if each is None else full.x @ each for each in (full.wq, full.wk, full.wv))
    score, notes = choices.score, list[Note]()
    if isinstance(score, str):
        size, other = query.shape[2], key.shape[2]
        if score == "bilinear":
            score, notes = Bilinear(torch.eye(size, other, dtype=torch.float64)), [("note.bilinear", {})]
        else:
            score, notes = Additive(torch.ones(size, dtype=torch.float64)), [("note.additive", {})]
    return Call(query, key, value, score, choices.normalizer, choices.mask), notes
