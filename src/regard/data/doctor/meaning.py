"""What answers are good for, told by how they look."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np

from regard.data.examples import Examples
from regard.data.spans import marked

LOOKED_AT = 1_000


def meant(examples: Examples) -> str | None:
    """label, classify, regress or translate, by the first thousand answers; None without answers.

    Lists as long as their items are labels; so are texts with as many words as theirs, if these mark spans or are few.
    Numbers one of which has a fraction are for regress. Other texts, more than half of them of several words and
    unlike each other, are translations, of texts as of other items. Everything else is a class.

    >>> meant(Examples("text", ["to Rome", "play jazz"], ["O B-city", "O B-music"]))
    'label'
    >>> meant(Examples("text", ["ein Hund", "zwei große Katzen"], ["a dog", "two cats"]))
    'translate'
    >>> meant(Examples("vectors", [[[1.0]], [[2.0]]], ["seven three", "two two one"]))
    'translate'
    """
    if examples.answers is None:
        return None
    items, answers = (list(islice(each, LOOKED_AT)) for each in (examples.items, examples.answers))
    if (listed := for_each_vector(items, answers)) is not None:
        return "label" if listed else "classify"
    if all(_fraction(answer) is not None for answer in answers) and any(map(_fraction, answers)):
        return "regress"
    if not all(isinstance(each, str) for each in answers):
        return "classify"
    if all(isinstance(each, str) for each in items):
        return _of_texts(items, answers)
    return "translate" if _many(answers) else "classify"


def for_each_vector(items: Sequence[Any], answers: Sequence[Any]) -> bool | None:
    """Whether nine in ten lists of answers are as long as their items; None where answers are no lists."""
    if not all(isinstance(answer, list | tuple | np.ndarray) for answer in answers):
        return None
    both = zip(items, answers, strict=True)
    fitting = sum(hasattr(item, "__len__") and len(item) == len(answer) for item, answer in both)
    return 10 * fitting >= 9 * len(items)


def _of_texts(items: Sequence[str], answers: Sequence[str]) -> str:
    sizes = [(len(item.split()), len(answer.split())) for item, answer in zip(items, answers, strict=True)]
    if _several(answers) and all(one == other for one, other in sizes) and _tags(items, answers):
        return "label"
    return "translate" if _many(answers) else "classify"


def _several(answers: Sequence[str]) -> bool:
    """Whether more than half of the answers have several words."""
    return 2 * sum(len(answer.split()) > 1 for answer in answers) > len(answers)


def _many(answers: Sequence[str]) -> bool:
    """Whether most have several words and are unlike each other: texts, no names of classes."""
    return _several(answers) and 2 * len(set(answers)) > len(answers)


def _tags(items: Sequence[str], answers: Sequence[str]) -> bool:
    """Whether the words of answers mark spans, or are at most a quarter as many as those of the items."""
    words, tags = ({word for text in texts for word in text.split()} for texts in (items, answers))
    return all(map(marked, tags)) or 4 * len(tags) <= len(words)


def _fraction(answer: Any) -> bool | None:
    """Whether a number is not whole; None for what is no number."""
    try:
        return None if isinstance(answer, bool) else not float(answer).is_integer()
    except (TypeError, ValueError):
        return None
