"""The cases that the attention laws run over: drawn by chance from names, or fixed."""

import os
import random
import zlib
from collections.abc import Callable

from attention_case import Case
from attention_choices import AXES, Combination
from attention_drawing import Chance, Fullest, Sizes
from torch import Tensor

from regard.mechanisms.legality import Choice
from regard.mechanisms.masks import Mask, Padding, inside
from regard.mechanisms.positions import Alibi, RelativeBias


def drawn(combination: Combination, chance: Chance) -> Case:
    """A small case of the combination: any sizes, forms, parameters and starts; now and then a zero vector."""
    form = chance.choice([4, 4, 5, 3, 2])
    b = chance.randint(1, 3) if form > 3 else 1
    g, group = (chance.randint(1, 2) if form > 2 else 1 for _ in range(2))
    q, k = (0 if chance.random() < 1 / 16 else chance.randint(1, most) for most in (4, 6))
    d = chance.randint(1, 5)
    other = chance.randint(1, 4) if combination.score == "bilinear" else d
    sizes = Sizes(b, g * group, g, q, k, d, other, e=chance.randint(1, 3))
    query, key, value = vectors(chance, sizes)
    if chance.random() < 1 / 4 and q and k:
        query[0, 0, 0], key[-1, -1, -1] = 0.0, 0.0
    choice = combination.choice(chance, sizes)
    return Case(
        query,
        key,
        value,
        *choice,
        query_start=drawn_start(choice, chance, sizes),
        dropout=combination.dropout,
        seed=chance.randint(-(2**63), 2**63 - 1) if combination.dropout else None,
        form=form,
    )


def vectors(chance: Chance, sizes: Sizes) -> tuple[Tensor, Tensor, Tensor]:
    """Query, key and value."""
    b, h, g, q, k, d, other, e = sizes
    return chance.numbers(b, h, q, d), chance.numbers(b, g, k, other), chance.numbers(b, g, k, e)


def drawn_start(choice: Choice, chance: Chance, sizes: Sizes) -> int | Tensor | None:
    """A query_start that the choice can do with: some positions on a grid want one for all rows, padding wants any."""
    number = chance.randint(-3, sizes.k + 1)
    among: list[int | Tensor | None] = [number, number]
    if not any(isinstance(each, Alibi | RelativeBias) and each.grid is not None for each in choice.positions):
        among.append(chance.whole(-3, sizes.k + 1, sizes.b))
    if sizes.q == sizes.k or not any(isinstance(each, Padding) for each in inside(choice.mask)):
        among += [None, None]
    return chance.choice(among)


def fixed(
    score: str = "dot",
    normalizer: str = "",
    position: str = "none",
    *,
    mask: Mask | str | None = None,
    kernel: str = "auto",
    dropout: float = 0.0,
) -> Case:
    """A case without chance, a parameter for each head: b = 2, h = 4, g = 2, q = 3, k = 5, e = 3."""
    chance, other = Fullest(20), 2 if score == "bilinear" else 4
    sizes = Sizes(b=2, h=4, g=2, q=3, k=5, d=4, other=other, e=3)
    normalizer = normalizer or ("normalized" if score.startswith("features") else "softmax")
    named = mask if isinstance(mask, str) else "none"
    choice = Combination(score, normalizer, named, position).choice(chance, sizes)
    seed = 11 if dropout else None
    if isinstance(mask, str):
        start = 1
    else:
        start, choice = None, choice._replace(mask=mask)
    return Case(*vectors(chance, sizes), *choice, query_start=start, dropout=dropout, seed=seed, kernel=kernel)


def hold(law: Callable[[Case], None], combination: Combination, most: int) -> None:
    """The law holds for that many cases. LAWS_EXAMPLES=200 asks for so many, by chance; else they repeat."""
    wanted = os.environ.get("LAWS_EXAMPLES")
    for number in range(int(wanted) if wanted else most):
        seed = random.getrandbits(32) if wanted else zlib.crc32(f"{combination} {number}".encode())
        case = drawn(combination, Chance(seed))
        try:
            law(case)
        except Exception as error:
            error.add_note(f"drawn({combination!r}, Chance({seed}))")
            raise


KERNELS_OF = [(score, kernel) for score in AXES["score"] for kernel in fixed(score).kernels()]
"""Every score with each kernel that takes it, with the plainest of everything else."""

PLACELESS = [score for score in AXES["score"] if "fading" not in score]
"""Scores that may be told without where queries stand: a decay counts the positions between a query and a key."""
PLACELESS_KERNELS_OF = [(score, kernel) for score, kernel in KERNELS_OF if score in PLACELESS]
