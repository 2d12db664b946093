"""How a score comes about, in the parts that a reader can follow."""

from typing import NamedTuple

import torch
from torch import Tensor

from regard.inspect.explain.head import Call, Names, number
from regard.inspect.explain.steps import Step, Table, table
from regard.inspect.explain.worked import product, shown, sums
from regard.kernels.reference.masks import Pair
from regard.kernels.reference.positions import added, turned
from regard.kernels.reference.scores import features
from regard.mechanisms.positions import Rotary
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Distance, Dot, Features


class Scored(NamedTuple):
    """Scores (q, k) with everything added, and the steps that led there."""

    scores: Tensor
    steps: list[Step]


def scored(call: Call, head: int, names: Names) -> Scored:
    """score, scale and, where there are positions, what they turn and add."""
    query, key, _ = call.of_head(head)
    query, key, first = _prepared(call, head, query, key, names)
    facing, own_key, turning = _turned(call, query, key, names)
    products, tables, worked = _products(call, head, facing, own_key, names)
    kind = type(call.score).__name__.lower()
    match = Step(f"score.{kind}", (*first, *tables, *_square("S", products, names)), worked)
    if isinstance(call.score, Features) and call.score.decay is not None:
        scores, faded = _faded(call, head, products, names)
        steps = [*turning, match, faded]
    else:
        scores, facts, scaled = _scaled(call, head, products, (facing, own_key))
        steps = [*turning, match, Step(f"scale.{kind}", _square("S′", scores, names), scaled, facts=facts)]
    others = [each for each in call.positions if not isinstance(each, Rotary)]
    if others:
        more = _added(call, head, query)
        scores = scores + more
        tables = (*_square("P", more, names), *_square("S′ + P", scores, names))
        steps.append(Step("place", tables, sums(float(scores[0, 0] - more[0, 0]), float(more[0, 0]))))
    return Scored(scores, steps)


def _square(name: str, values: Tensor, names: Names) -> tuple[Table]:
    return (table(name, values, names.rows, names.columns),)


def _prepared(call: Call, head: int, query: Tensor, key: Tensor, names: Names) -> tuple[Tensor, Tensor, list[Table]]:
    """The vectors as they enter the match: the query times a matrix, or both through a feature map."""
    match call.score:
        case Bilinear(matrix):
            own = (matrix if matrix.dim() == 2 else matrix[head]).detach().double().cpu()
            new = query @ own
            return new, key, [table("W", own, [str(i + 1) for i in range(len(own))]), table("Q·W", new, names.rows)]
        case Features(chosen):
            query, key = (torch.stack([features(chosen, each, head) for each in side]) for side in (query, key))
            return query, key, [table("φ(Q)", query, names.rows), table("φ(K)", key, names.columns)]
        case _:
            return query, key, []


def _turned(call: Call, query: Tensor, key: Tensor, names: Names) -> tuple[Tensor, Tensor, list[Step]]:
    """Rotary turns pairs of numbers by an angle that grows with the position."""
    if not any(isinstance(each, Rotary) for each in call.positions):
        return query, key, []
    facing = torch.stack([turned(each, call.positions, call.standing + i) for i, each in enumerate(query)])
    own_key = torch.stack([turned(each, call.positions, k) for k, each in enumerate(key)])
    return facing, own_key, [Step("turn", (table("Q↻", facing, names.rows), table("K↻", own_key, names.columns)))]


def _products(call: Call, head: int, query: Tensor, key: Tensor, names: Names) -> tuple[Tensor, tuple[Table, ...], str]:
    """What the match begins with: dot products, sums of tanh, or squared distances."""
    first = query[0], key[0]
    match call.score:
        case Additive(weight):
            own = (weight if weight.dim() == 1 else weight[head]).detach().double().cpu()
            hidden = torch.tanh(query[:, None] + key[None])
            shown = table(f"tanh(q + k), q = {names.rows[0]}", hidden[0], names.columns)
            return (hidden * own).sum(-1), (table("w", own[None], [""]), shown), product(own, hidden[0, 0])
        case Distance():
            away = (query[:, None] - key[None]).square().sum(-1)
            return away, (), product(first[0] - first[1], first[0] - first[1])
        case _:
            return query @ key.T, (), product(*first)


def _scaled(
    call: Call, head: int, products: Tensor, vectors: tuple[Tensor, Tensor]
) -> tuple[Tensor, dict[str, object], str]:
    """The scores, what the words need to know, and the first of them worked out."""
    query, key = vectors
    start = float(products[0, 0])
    match call.score:
        case Dot(scale):
            factor = query.shape[1] ** -0.5 if scale is None else scale
            facts = {
                "d": query.shape[1],
                "root": shown(query.shape[1] ** 0.5),
                "factor": shown(factor),
                "exact": factor,
            }
            return products * factor, facts, f"{shown(start)} × {shown(factor)} = {shown(start * factor)}"
        case Cosine(temperature):
            heat = number(temperature, head)
            long = query.norm(dim=1)[:, None] * key.norm(dim=1)[None]
            scores = torch.where(long > 0, products / long.clamp_min(1e-300), 0.0) / heat
            worked = f"{shown(start)} / {shown(float(long[0, 0]))} / {shown(heat)} = {shown(float(scores[0, 0]))}"
            return scores, {"temperature": shown(heat), "exact": heat}, worked
        case Distance(width):
            wide = number(width, head)
            scores = -products / (2 * wide**2)
            worked = f"−{shown(start)} / (2 × {shown(wide)}²) = {shown(float(scores[0, 0]))}"
            return scores, {"width": shown(wide), "exact": wide}, worked
        case _:
            return products, {}, ""


def _faded(call: Call, head: int, products: Tensor, names: Names) -> tuple[Tensor, Step]:
    """What distance leaves of the scores, of the decay of the head's own keys."""
    assert isinstance(call.score, Features) and call.score.decay is not None
    decay = number(call.score.decay, head * call.key.shape[0] // call.heads)
    rows, columns = (torch.arange(size, dtype=torch.float64) for size in products.shape)
    apart = (call.standing + rows[:, None] - columns).abs()
    scores = products * decay**apart
    start, far = float(products[0, 0]), int(apart[0, 0])
    worked = f"{shown(start)} × {shown(decay)}^{far} = {shown(float(scores[0, 0]))}"
    tables = (*_square("|i − j|", apart, names), *_square("S′", scores, names))
    return scores, Step("scale.fading", tables, worked, facts={"decay": shown(decay), "exact": decay})


def _added(call: Call, head: int, query: Tensor) -> Tensor:
    """What positions add to each pair's score; `query` is prepared, not turned."""
    rows = []
    for q in range(call.query.shape[1]):
        for k in range(call.key.shape[1]):
            pair = Pair(0, head, q, k, call.standing)
            terms = [added(each, pair, call.heads, call.score, query[q], call.mask) for each in call.positions]
            rows.append(float(sum(terms)))
    return torch.tensor(rows, dtype=torch.float64).reshape(call.query.shape[1], call.key.shape[1])
