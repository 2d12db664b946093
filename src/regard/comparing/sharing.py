"""A part of what there is to learn from: some percent of it, or the beginning of every item."""

from dataclasses import replace
from typing import Any, TypeVar

from regard.data.examples import Examples
from regard.data.item_pairs import AnyPairs, ItemPairs, item_split
from regard.data.share import share
from regard.data.split import split
from regard.errors import DataError, OptionError
from regard.inputs.words.words import cut

Few = TypeVar("Few", Examples, AnyPairs)
BY_STEPS = ("series", "vectors")


def some_examples(examples: Examples, percent: int, seed: int) -> Examples:
    """So many percent of the examples, in proportion to the classes; rounding aside, each share holds the smaller."""
    if percent == 100:
        return examples
    return share(examples, seed, _count(percent, len(examples)))[1]


def some_pairs(pairs: AnyPairs, percent: int, seed: int) -> AnyPairs:
    """So many percent of the pairs, chosen by the seed."""
    if percent == 100:
        return pairs
    count = _count(percent, len(pairs))
    return (item_split(pairs, seed, count) if isinstance(pairs, ItemPairs) else split(pairs, count, seed))[1]


def some_lines(lines: list[str], percent: int, seed: int, each_line: bool) -> list[str]:
    """So many percent of the lines that are texts, or the beginning of one continuous text."""
    if percent == 100:
        return lines
    count = _count(percent, len(lines))
    return [*share(Examples("text", lines), seed, count)[1].items] if each_line else lines[:count]


def beginnings(examples: Examples, length: int) -> Examples:
    """Each item cut to its first so many words, steps or vectors, and its labels with it, if it has such."""
    if examples.kind != "text" and examples.kind not in BY_STEPS:
        rule = "--length-curve: texts, series and vectors can be cut to their beginning"
        hint = "files of each length, with {length} in their names"
        raise OptionError(rule, got=examples.kind, hint=hint)
    text = examples.kind == "text"
    items = [(cut(each, examples.where(i)) if text else each)[:length] for i, each in enumerate(examples.items)]
    return replace(examples, items=items, answers=_with(examples.answers, items))


def _with(answers: Any, items: list[Any]) -> Any:
    """Labels of as many vectors as there are; answers to the whole as they are."""
    if answers is None or not isinstance(answers[0], list):
        return answers
    return [each[: len(item)] for each, item in zip(answers, items, strict=True)]


def _count(percent: int, there: int) -> int:
    count = round(there * percent / 100)
    if count < 1:
        hint = "a greater share, or more data"
        raise DataError(f"--data-curve: {percent} % must leave something", got=f"{there:,} in all", hint=hint)
    return count
