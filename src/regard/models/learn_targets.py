"""Which answers a model is to give, from those that it is trained on."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from regard.data.spans import scheme_of
from regard.errors import DataError
from regard.models.targets import Class, Targets, as_numbers, listed, plain


def learn_targets(kind: str, answers: Sequence[Any], where: str = "answers") -> Targets:
    """The targets that these training answers ask for.

    `label` with numbers becomes a number a vector; `classify` with lists becomes several classes an item. Classes are
    in the order of their values where all are of one type, else in the order of their names.
    Raises DataError for no answers at all, a single class, or numbers that are not finite.
    """
    if not len(answers):
        raise DataError(f"{where}: there must be answers to learn from", got="none", hint="name their column: --y")
    if kind == "regress" or (kind == "label" and _numeric(answers)):
        return _of_numbers(kind, answers, where)
    several = kind == "classify" and isinstance(answers[0], list | tuple | set | frozenset)
    found = {
        plain(name)
        for answer in answers
        for name in (listed(answer, where) if kind == "label" or several else [answer])
        if name is not None
    }
    wrong = next((name for name in found if not isinstance(name, Class)), None)
    if wrong is not None or (len(found) < 2 and not several) or not found:
        got = (
            f"{wrong!r}, a {type(wrong).__name__}" if wrong is not None else f"{len(found)} class" + "es" * (not found)
        )
        rule = "every class must be a text, a number or a boolean" if wrong is not None else "needs two classes or more"
        raise DataError(f"{where}: {rule}", got=got[:80], hint="check which column holds the answers")
    return Targets(kind, ordered(found), several, _scheme(answers) if kind == "label" else None)


def ordered(names: set[Any]) -> tuple[Class, ...]:
    """The classes by value where all are of one type, else by name."""
    return tuple(sorted(names) if len({type(name) for name in names}) == 1 else sorted(names, key=repr))


def _scheme(answers: Sequence[Any]) -> str | None:
    return scheme_of([str(name) for name in labels if name is not None] for labels in answers)


def _numeric(answers: Sequence[Any]) -> bool:
    """Whether the answers of each vector are numbers with a fraction, and no classes."""
    first = answers[0]
    kinds = np.asarray(first).dtype.kind if not isinstance(first, str) and np.size(first) and np.ndim(first) else "U"
    return kinds == "f"


def _of_numbers(kind: str, answers: Sequence[Any], where: str) -> Targets:
    numbers = [as_numbers(answer, f"{where}, item {index + 1}") for index, answer in enumerate(answers)]
    shapes = {each.shape[1:] if kind == "label" else each.shape for each in numbers}
    if len(shapes) > 1 or any(len(shape) > 1 for shape in shapes):
        got = f"shapes {', '.join(map(str, sorted(shapes)[:3]))}"
        raise DataError(f"{where}: all answers must have the same form", got=got, hint="one number, or a list of them")
    width = next(iter(shapes))[0] if next(iter(shapes)) else 1
    flat = np.concatenate([each.reshape(-1, width) for each in numbers])
    spread = flat.std(0)
    return Targets(kind, mean=tuple(flat.mean(0).tolist()), spread=tuple(np.where(spread > 0, spread, 1.0).tolist()))
