"""Texts led by their class: `LABEL the text`, a line an item."""

from collections.abc import Iterator
from pathlib import Path

from regard.data.examples import Examples
from regard.data.files import quoted, shown
from regard.data.labelled.gather import Row, gather
from regard.data.lines import read_lines
from regard.errors import DataError, OptionError


def read_label_first(
    path: str | Path, *, label_separator: str | None = None, encoding: str = "utf-8", blank: str = "error"
) -> Examples:
    """Texts and the class before the first space of each line.

    With `label_separator` a class ends where this first stands in it: of `NUM:date`, ":" leaves `NUM`; a class
    without it stays whole. Raises DataError with path and line where no class leads a line.
    """
    if label_separator is not None and (not label_separator or " " in label_separator):
        hint = "name what parts coarse from fine, ':' in NUM:date"
        raise OptionError("label_separator: must stand in labels", got=repr(label_separator), hint=hint)
    return gather(_rows(path, label_separator, encoding), path, blank=blank)


def _rows(path: str | Path, separator: str | None, encoding: str) -> Iterator[Row]:
    """A row a line."""
    for number, line in read_lines(path, encoding):
        label, _, text = line.partition(" ")
        if separator is not None:
            label = label.partition(separator)[0]
        if line.strip() and not label.strip():
            hint = "write LABEL, one space, the text; or is this another --format?"
            raise DataError(f"{shown(path)}:{number}: a line must begin with its label", got=quoted(line), hint=hint)
        yield Row(number, text, label)
