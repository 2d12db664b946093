"""Tokens one a line become sentences: what CoNLL columns and CoNLL-U share."""

from collections.abc import Iterable, Iterator
from sys import intern
from typing import NamedTuple

from regard.data.labelled.gather import Row


class Token(NamedTuple):
    """A token, its label if there is one, and its line; an empty text ends a sentence."""

    line: int
    text: str = ""
    label: str | None = None


def sentences(tokens: Iterable[Token]) -> Iterator[Row]:
    """A row a sentence, its line being that of its first token; ends that follow one another are one."""
    words: list[str] = []
    labels: list[str] = []
    first = 0
    for line, text, label in tokens:
        if not text:
            if words:
                yield Row(first, words, labels or None)
                words, labels = [], []
            continue
        first = first if words else line
        words.append(intern(text))
        if label is not None:
            labels.append(intern(label))
    if words:
        yield Row(first, words, labels or None)
