"""Which combinations have a meaning: one table, which the door, the laws and the documentation read."""

from collections.abc import Callable
from typing import NamedTuple

from regard.mechanisms.masks import Edges, Mask, inside
from regard.mechanisms.normalizers import Normalized, Normalizer, Plain, ReLU, SquaredReLU
from regard.mechanisms.positions import Alibi, EdgeBias, Position, RelativeBias, RelativeKeys, Rotary
from regard.mechanisms.scores import Additive, Bilinear, Distance, Dot, Features, Score

Positions = tuple[Position, ...]


class Choice(NamedTuple):
    """One of each independent choice."""

    score: Score
    normalizer: Normalizer
    mask: Mask | None
    positions: Positions


class Rule(NamedTuple):
    """A combination that is refused: when, why, and what to do instead."""

    applies: Callable[[Choice], bool]
    reason: str
    hint: str


def _edges(choice: Choice) -> int:
    return sum(isinstance(leaf, Edges) for leaf in inside(choice.mask))


def _any(choice: Choice, *kinds: type) -> bool:
    return any(isinstance(position, kinds) for position in choice.positions)


RULES: dict[str, Rule] = {
    "Distance with ReLU": Rule(
        lambda c: isinstance(c.score, Distance) and isinstance(c.normalizer, ReLU | SquaredReLU),
        "a Distance score is never positive, so that ReLU would give weights of zero, always",
        "Distance with Softmax or Sigmoid",
    ),
    "signed scores with Normalized": Rule(
        lambda c: not isinstance(c.score, Features) and isinstance(c.normalizer, Normalized),
        "Normalized divides by the sum of the scores, which signed scores bring to zero: it explodes",
        "Features(EluPlusOne()), or Softmax",
    ),
    "Features with another normalizer": Rule(
        lambda c: isinstance(c.score, Features) and not isinstance(c.normalizer, Normalized | Plain),
        "Features stand for an exponential already; only Normalized and Plain keep their sum linear",
        "Normalized(), or Dot with this normalizer",
    ),
    "Features with positions": Rule(
        lambda c: isinstance(c.score, Features) and bool(c.positions),
        "what is added to the score of Features, or turns it, would make it negative or quadratic",
        "positions that are added to the vectors (layers/encodings)",
    ),
    "Rotary with Additive": Rule(
        lambda c: isinstance(c.score, Additive) and _any(c, Rotary),
        "Rotary makes dot products relative; a sum of tanh would feel absolute positions",
        "RelativeBias or Alibi with Additive",
    ),
    "RelativeKeys without a dot product": Rule(
        lambda c: not isinstance(c.score, Dot | Bilinear) and _any(c, RelativeKeys),
        "RelativeKeys add a dot product of the query to a dot product",
        "RelativeBias, or Dot with RelativeKeys",
    ),
    "Edges with offsets": Rule(
        lambda c: _edges(c) > 0 and _any(c, Rotary, Alibi, RelativeBias, RelativeKeys),
        "nodes of a graph have no positions, so that an offset between them means nothing",
        "EdgeBias, or encodings added to the vectors",
    ),
    "Edges with a decay": Rule(
        lambda c: _edges(c) > 0 and isinstance(c.score, Features) and c.score.decay is not None,
        "nodes of a graph have no positions, so that nothing decays between them",
        "Features without a decay",
    ),
    "EdgeBias without Edges": Rule(
        lambda c: _any(c, EdgeBias) and _edges(c) != 1,
        "EdgeBias gives one number to each edge of one Edges in the mask",
        "mask=Edges(source, target)",
    ),
}


def refused(choice: Choice) -> Rule | None:
    """The first rule that the combination breaks, or None if it is legal."""
    return next((rule for rule in RULES.values() if rule.applies(choice)), None)
