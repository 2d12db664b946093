"""Texts and classes in fastText's form: `__label__one __label__two the text`, a line an item."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from regard.data.examples import Examples
from regard.data.files import quoted, shown
from regard.data.labelled.gather import Row, gather
from regard.data.lines import read_lines
from regard.errors import DataError

PREFIX = "__label__"
HINT = f"begin the line with its labels, each once: {PREFIX}NAME {PREFIX}OTHER the text"


def read_fasttext(path: str | Path, *, encoding: str = "utf-8", blank: str = "error") -> Examples:
    """Texts with the classes that lead their lines: a str each, or lists for all where a line has several.

    Raises DataError with path and line for a line without label, a label without name or twice, and a label
    within the text, which fastText would take out of it.
    """
    found = gather(_rows(path, encoding), path, blank=blank)
    classes = found.answers or ()
    return replace(found, answers=[each for [each] in classes]) if all(len(each) == 1 for each in classes) else found


def _rows(path: str | Path, encoding: str) -> Iterator[Row]:
    """A row a line, its answer the list of its labels."""
    for number, line in read_lines(path, encoding):
        labels: list[str] = []
        rest = line.strip()
        while rest.startswith(PREFIX):
            label, *more = rest.split(None, 1)
            labels.append(label.removeprefix(PREFIX))
            rest = more[0] if more else ""
        if line.strip():
            _check(labels, rest, f"{shown(path)}:{number}")
        yield Row(number, rest, labels)


def _check(labels: list[str], text: str, at: str) -> None:
    """Raises DataError unless there are labels, with names, each once and none in the text."""
    if not labels:
        raise DataError(f"{at}: a line must begin with a label", got=quoted(text), hint=HINT)
    if "" in labels:
        raise DataError(f"{at}: a label must have a name", got=f"{PREFIX} alone", hint=HINT)
    if len(set(labels)) < len(labels):
        raise DataError(f"{at}: a line must have each label once", got=quoted(" ".join(labels), 80), hint=HINT)
    late = next((word for word in text.split() if word.startswith(PREFIX)), "") if PREFIX in text else ""
    if late:
        raise DataError(f"{at}: labels must come before the text", got=f"{quoted(late)} within it", hint=HINT)
