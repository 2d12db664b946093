"""What the laws range over: every name of the catalogues, alone and joined, as far as the legality table allows."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations, product
from typing import NamedTuple

from attention_drawing import Chance, Sizes, drawn_mask, drawn_normalizer, drawn_positions, drawn_score

from regard.mechanisms.catalogue import FEATURE_MAPS, MASKS, NORMALIZERS, POSITIONS, SCORES
from regard.mechanisms.legality import Choice, Rule, refused

AXES: dict[str, list[str]] = {
    "score": [name for name in SCORES if name != "features"]
    + [f"features {name}" for name in FEATURE_MAPS]
    + ["features elu fading"],
    "normalizer": list(NORMALIZERS),
    "mask": [
        "none",
        *MASKS,
        "causal & padding",
        "one & other",
        "one | other",
        "~one",
        "per head",
        "edges & other",
        "edges | other",
    ],
    "position": [
        "none",
        *POSITIONS,
        "rotary on a grid",
        "alibi on a grid",
        "relative-bias on a grid",
        "alibi + relative-bias + bias",
        "rotary + relative-keys + bias",
        "relative-keys + relative-bias on a grid",
        "edge-bias + bias",
    ],
}


class Combination(NamedTuple):
    """One name for each independent choice."""

    score: str = "dot"
    normalizer: str = "softmax"
    mask: str = "none"
    position: str = "none"
    dropout: float = 0.0

    def __str__(self) -> str:
        return ", ".join(map(str, self))

    def choice(self, chance: Chance, sizes: Sizes) -> Choice:
        """The mechanisms of these names, with parameters by chance."""
        score = drawn_score(self.score, chance, sizes)
        mask = drawn_mask(self.mask, chance, sizes)
        positions = drawn_positions(self.position, chance, sizes, mask)
        return Choice(score, drawn_normalizer(self.normalizer, chance, sizes), mask, positions)


def broken_rule(combination: Combination) -> Rule | None:
    """Why the combination is illegal, or None."""
    return refused(sampled(combination))


@cache
def _sample(axis: str, name: str) -> object:
    edges = "edges" if name.startswith("edge-bias") else "none"
    alone = Combination(**{"mask": edges, axis: name})
    return alone.choice(Chance(1), Sizes(b=1, h=2, g=1, q=2, k=2, d=4, other=4, e=1))[list(AXES).index(axis)]


def needs_another(combination: Combination) -> bool:
    """Whether one of its names is illegal with the plainest of the others."""
    return combination.score.startswith("features") or combination.position.startswith("edge-bias")


def sampled(combination: Combination) -> Choice:
    """Some mechanisms of these names, for h = 2, g = 1, q = 2, k = 2, d = 4; those of one name are the same object."""
    return Choice(*(_sample(axis, name) for axis, name in zip(AXES, combination, strict=False)))


def everything() -> Iterator[Combination]:
    """Every choice of names, legal or not, undropped."""
    return (Combination(*names) for names in product(*AXES.values()))


def pairwise(legal: list[Combination]) -> list[Combination]:
    """Few of the legal combinations, in which every pair of names that is legal at all stands together.

    Greedy: of those that hold the first pair not yet seen, the one with most pairs not yet seen, among fifty.
    """
    holding: dict[object, list[Combination]] = {}
    for one in legal:
        for pair in pairs(one):
            holding.setdefault(pair, []).append(one)
    unseen, chosen, chance = dict.fromkeys(holding), [], Chance(1)
    while unseen:
        among = holding[next(iter(unseen))]
        few = chance.sample(among, min(50, len(among)))
        best = max(few, key=lambda one: sum(pair in unseen for pair in pairs(one)))
        chosen.append(best)
        for pair in pairs(best):
            unseen.pop(pair, None)
    return sorted(chosen)


def pairs(combination: Combination) -> Iterator[tuple[tuple[int, object], tuple[int, object]]]:
    """Every two of its names, each with the number of its axis."""
    return combinations(enumerate(combination), 2)


LEGAL, ILLEGAL = [], []
for _one in everything():
    (LEGAL if broken_rule(_one) is None else ILLEGAL).append(_one)
PRODUCT = [one._replace(dropout=dropout) for one in LEGAL for dropout in (0.0, 0.4)]
"""All that is legal, dropped or not: what full_product.py runs."""
SINGLES = [one for one in LEGAL if len({*one} - {*Combination()}) <= (2 if needs_another(one) else 1)]
"""Each name with the plainest of everything else."""
COMBINATIONS = sorted({*pairwise(PRODUCT), *SINGLES})
"""What the suite runs."""
UNDROPPED = [one for one in COMBINATIONS if not one.dropout]
