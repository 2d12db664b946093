"""Texts with labelled spans of characters, in JSON lines, become words with BIO labels."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from regard.data.examples import Examples
from regard.data.files import quoted, shown
from regard.data.labelled.gather import Row, gather
from regard.data.labelled.usual import TEXTS, unclear
from regard.data.labelled.words import Word, split_words
from regard.data.strict_json import json_objects, text_of, told, value_of
from regard.data.tables import Column, both_or_neither
from regard.errors import DataError

SPANS = ("spans", "entities")
HINT = 'write one object a line: {"text": "…", "spans": [{"start": 0, "end": 5, "label": "…"}, …]}'


class Span(NamedTuple):
    """Characters from `start` to before `end`, and what they are."""

    start: int
    end: int
    label: str


def read_spans(
    path: str | Path, *, x: Column = None, y: Column = None, encoding: str = "utf-8", blank: str = "error"
) -> Examples:
    """Words and punctuation of each text (see words.py) with BIO labels: B-NAME where a span begins, I-NAME, else O.

    Without x and y the keys are the usual one of a text and `spans` or `entities`, whichever the first object has.
    A span is {"start", "end", "label"} or [start, end, label]; offsets count characters from 0, the end is the
    first behind it. Raises DataError with path, line and the span's text for spans that are out of range, overlap,
    or begin or end within a word; what is no such JSON is refused as in other JSON lines.
    """
    return gather(_rows(path, x, y, encoding), path, blank=blank)


def _rows(path: str | Path, x: Column, y: Column, encoding: str) -> Iterator[Row]:
    """A row a line."""
    if x is not None or y is not None:
        both_or_neither(x, y)
    keys = None if x is None else (str(x), str(y))
    for line, item in json_objects(path, encoding, HINT):
        if item is None:
            yield Row(line, "")
            continue
        at = f"{shown(path)}:{line}"
        keys = keys or _keys(item, at)
        text = text_of(value_of(item, keys[0], at), keys[0], at)
        spans = _spans(value_of(item, keys[1], at), keys[1], text, at)
        words = split_words(text)
        yield Row(line, [word.text for word in words], bio(words, spans, text, at))


def has_spans(item: dict[str, Any]) -> bool:
    """Whether an object has spans under a usual key."""
    return any(isinstance(item.get(key), list) for key in SPANS)


def bio(words: list[Word], spans: list[Span], text: str, at: str) -> list[str]:
    """The label of each word. Raises DataError unless each span begins and ends with a word, and none overlap.

    >>> bio(split_words("to New York"), [Span(3, 11, "CITY")], "to New York", "data.jsonl:1")
    ['O', 'B-CITY', 'I-CITY']
    """
    starts = {word.start: index for index, word in enumerate(words)}
    stops = {word.stop: index for index, word in enumerate(words)}
    labels = ["O"] * len(words)
    for span in spans:
        if span.start not in starts or span.end not in stops:
            hint = "move its ends to the ends of words; punctuation marks are words of one character"
            raise DataError(f"{at}: a span must begin and end with a word", got=_told(span, text), hint=hint)
        inside = range(starts[span.start], stops[span.end] + 1)
        if any(labels[index] != "O" for index in inside):
            hint = "keep one of the two: a word has one label"
            raise DataError(f"{at}: spans must not overlap", got=_told(span, text), hint=hint)
        for index in inside:
            labels[index] = f"I-{span.label}" if index > inside.start else f"B-{span.label}"
    return labels


def _keys(item: dict[str, Any], at: str) -> tuple[str, str]:
    """The usual keys of text and spans that an object has."""
    texts = [name for name in item if name.casefold() in TEXTS]
    spans = [name for name in SPANS if name in item]
    if len(texts) != 1 or len(spans) != 1:
        raise unclear(list(item), at)
    return texts[0], spans[0]


def _spans(value: Any, key: str, text: str, at: str) -> list[Span]:
    """The spans under a key, in range of the text."""
    if not isinstance(value, list):
        raise DataError(f"{at}: spans must be a list", got=told(value, key), hint=HINT)
    found = []
    for each in value:
        fields = [each.get(name) for name in Span._fields] if isinstance(each, dict) else each
        match fields:
            case [int(start), int(end), str(label)] if bool not in (type(start), type(end)) and label.strip():
                span = Span(start, end, text_of(label, "label", at))
            case _:
                got = quoted(str(each), 80)
                raise DataError(f"{at}: a span must have start, end and label", got=got, hint=HINT)
        if not 0 <= start < end <= len(text):
            got = f"{start} to {end} ({span.label}) in a text of {len(text)} characters"
            hint = "offsets count characters (not bytes) from 0, and the end is the first behind the span"
            raise DataError(f"{at}: a span must lie in its text", got=got, hint=hint)
        found.append(span)
    return found


def _told(span: Span, text: str) -> str:
    """`'New Yor' (3 to 10, CITY)`, how errors tell of a span."""
    return f"{quoted(text[span.start : span.end])} ({span.start} to {span.end}, {span.label})"
