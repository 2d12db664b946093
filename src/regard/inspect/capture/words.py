"""What a call computes, in words."""

from dataclasses import fields
from typing import Any

from torch import Tensor

from regard.kernels.request import Request
from regard.mechanisms.legality import Choice
from regard.mechanisms.masks import Both, Either, Mask, Not, PerHead
from regard.mechanisms.scores import Dot


def score_in_words(choice: Choice, request: Request) -> str:
    """`Dot, scale 0.125`, `Cosine, temperature 0.5`, `Features, map EluPlusOne`."""
    if isinstance(choice.score, Dot):
        return f"Dot, scale {request.scale:.4g}"
    return named(choice.score)


def mask_in_words(mask: Mask | None) -> str:
    """`everybody`, `Causal & Padding`, `Window(before 3, after 3) | Global(count 1)`.

    >>> from regard.mechanisms.masks import Causal, Global, Window
    >>> mask_in_words(Causal() & (Window(3, 3) | ~Global(1)))
    'Causal & (Window, before 3, after 3 | not Global, count 1)'
    """
    match mask:
        case None:
            return "everybody"
        case Both(left, right):
            return f"{_inner(left)} & {_inner(right)}"
        case Either(left, right):
            return f"{mask_in_words(left)} | {mask_in_words(right)}"
        case Not(inner):
            return f"not {_inner(inner)}"
        case PerHead(masks):
            return "; ".join(f"head {number}: {mask_in_words(each)}" for number, each in enumerate(masks, 1))
        case _:
            return named(mask)


def positions_in_words(choice: Choice) -> str:
    """`Rotary`, `Alibi and Bias`; `none` where the score feels no places."""
    return " and ".join(named(position) for position in choice.positions) or "none"


def named(thing: Any) -> str:
    """Its name, and those of its choices that are plain numbers or names, unless they are the usual ones.

    >>> from regard.mechanisms.normalizers import Entmax, Softmax
    >>> named(Entmax(1.2)), named(Softmax())
    ('Entmax, alpha 1.2', 'Softmax')
    """
    told = []
    for each in fields(thing):
        value = getattr(thing, each.name)
        if each.name == "finite" or isinstance(value, Tensor | list | tuple) or value in (None, each.default):
            continue
        told.append(f"{each.name} {value:g}" if isinstance(value, float) else f"{each.name} {_plain(value)}")
    return ", ".join([type(thing).__name__, *told])


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, int | str) else type(value).__name__


def _inner(mask: Mask) -> str:
    return f"({mask_in_words(mask)})" if isinstance(mask, Either) else mask_in_words(mask)
