"""Texts, tokens, answers and groups as JSON objects hold them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from regard.data.examples import Examples
from regard.data.files import quoted, shown
from regard.data.labelled.gather import Row, in_step, spaced
from regard.data.labelled.usual import unclear, usual_columns
from regard.data.strict_json import text_of, told, value_of
from regard.data.tables import Column, both_or_neither
from regard.errors import DataError


class Wanted(NamedTuple):
    """What to take from objects: keys (without x the usual ones), by token or by text, answers or perhaps none."""

    x: Column
    y: Column
    groups: Column
    tokens: bool
    answered: bool


class Keys(NamedTuple):
    """The keys of text, answer and group; `guessed` where they are the usual ones of the first object."""

    x: str
    y: str | None
    groups: str | None
    guessed: bool


def rows_of(objects: Iterable[tuple[int, dict[str, Any] | None]], path: str | Path, wanted: Wanted) -> Iterator[Row]:
    """A row for every object, a blank one for None. Raises DataError for what is missing or of a wrong kind."""
    keys = None
    for line, item in objects:
        if item is None:
            yield Row(line, "")
            continue
        at = f"{shown(path)}:{line}"
        keys = keys or _keys(item, at, wanted)
        if keys.guessed and keys.y is None:
            _still_without(item, keys, at)
        text = _text_or_tokens(value_of(item, keys.x, at), keys.x, at)
        answer = None if keys.y is None else _answer(value_of(item, keys.y, at), keys.y, at)
        group = None if keys.groups is None else _scalar(value_of(item, keys.groups, at), keys.groups, at)
        yield Row(line, *(_by_token(text, answer, at) if wanted.tokens else (text, answer)), group)


def agree(examples: Examples) -> Examples:
    """The examples, unless some answers are lists of classes and some are not, which is a DataError."""
    lists = [isinstance(answer, list) for answer in examples.answers or ()]
    if any(lists) == all(lists) or not lists:
        return examples
    odd = lists.index(not lists[0])
    got = f"{'a list' if lists[odd] else 'no list'}, and {'a list' if lists[0] else 'none'} at {examples.where(0)}"
    hint = 'write one class as a list too: ["a"]'
    raise DataError(f"{examples.where(odd)}: answers must all be lists of classes, or none", got=got, hint=hint)


def _keys(item: dict[str, Any], at: str, wanted: Wanted) -> Keys:
    """The keys that were asked for, else the usual ones that an object has."""
    x, y, groups = (None if key is None else str(key) for key in wanted[:3])
    if y is not None:
        both_or_neither(x, y)
    if x is not None:
        return Keys(x, y, groups, guessed=False)
    found = usual_columns([name for name in item if name != groups], at, answered=wanted.answered)
    if found is None:
        raise unclear(list(item), at)
    return Keys(*found, groups, guessed=True)


def _still_without(item: dict[str, Any], keys: Keys, at: str) -> None:
    """Raises DataError if an object has an answer under a usual name and the first one had none."""
    found = usual_columns([name for name in item if name != keys.groups], at, answered=False)
    if found and found[1] is not None:
        hint = f"give every object an answer, or --x {keys.x} alone to read texts without answers"
        got = f"a key {quoted(found[1])}, which the first lacks"
        raise DataError(f"{at}: objects must all have an answer, or none", got=got, hint=hint)


def _by_token(text: str | list[str], answer: Any, at: str) -> tuple[list[str], Any]:
    """Tokens and an answer for each; strings are parted at spaces."""
    tokens = spaced(text) if isinstance(text, str) else text
    if answer is None:
        return tokens, None
    if isinstance(answer, str):
        answer = spaced(answer) or answer
    elif not isinstance(answer, list):
        answer = [answer]
    if isinstance(answer, list):
        in_step(tokens, answer, at)
    return tokens, answer


def _text_or_tokens(value: Any, key: str, at: str) -> str | list[str]:
    """A text, or the list of its tokens, none of them blank."""
    if not isinstance(value, list):
        return text_of(value, key, at)
    found = [text_of(token, key, at) for token in value]
    if not all(map(str.strip, found)):
        hint = "take it out, with its label"
        raise DataError(f"{at}: a token must not be blank", got=f"{quoted(key)} holds a blank one", hint=hint)
    return found


def _answer(value: Any, key: str, at: str) -> Any:
    """A class or number, or a list of them."""
    return [_scalar(each, key, at) for each in value] if isinstance(value, list) else _scalar(value, key, at)


def _scalar(value: Any, key: str, at: str) -> str | int | float | bool:
    """A string, number or boolean."""
    if isinstance(value, str):
        return text_of(value, key, at)
    if isinstance(value, bool | int | float):
        return value
    hint = "write a class or a number; several classes are a flat list of them"
    rule = f"{at}: an answer or group must be a string, a number, true or false"
    raise DataError(rule, got=told(value, key), hint=hint)
