"""Texts and answers from one JSON document: a list of them, or an object of such lists by name."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from regard.data.examples import Examples
from regard.data.files import brief, quoted, shown
from regard.data.labelled.gather import gather
from regard.data.labelled.values import Wanted, agree, rows_of
from regard.data.lines import read_lines
from regard.data.strict_json import DECODER, broken
from regard.data.tables import Column
from regard.errors import DataError, nearest

MOST_CHARACTERS = 100_000_000
SPACE = re.compile(r"[ \t\r\n]*")
HINT = 'write a list, [["a text", "its label"], …], or an object of such lists by name'


def read_labelled_json(
    path: str | Path,
    *,
    part: str | None = None,
    x: Column = None,
    y: Column = None,
    groups: Column = None,
    tokens: bool = False,
    encoding: str = "utf-8",
    blank: str = "error",
) -> Examples:
    """Texts and answers from a list in JSON of [text, answer] or of objects, which are read as JSON lines are.

    In a document that is an object of such lists, `part` names the one to read, or several: `train+oos_train`.
    An item's line is the one where it begins. Raises DataError with path and line for what is no such JSON, a part
    that is not there, or a document of more than 100 million characters, of which memory holds a few copies.
    """
    text = _document(path, encoding)
    parts = None if part is None else part.split("+")
    wanted = Wanted(x, y, groups, tokens, answered=True)
    objects = ((line, _object(entry, path, line)) for line, entry in _entries(_Cursor(text, path), parts))
    found = gather(rows_of(objects, path, wanted), path, blank=blank)
    return found if tokens else agree(found)


def _document(path: str | Path, encoding: str) -> str:
    """The text of a file, if it is of a size to be held."""
    lines: list[str] = []
    size = 0
    for number, line in read_lines(path, encoding, longest=MOST_CHARACTERS):
        size += len(line) + 1
        if size > MOST_CHARACTERS:
            rule = f"{shown(path)}:{number}: a JSON document may have at most {MOST_CHARACTERS:,} characters"
            raise DataError(rule, got="more", hint="write it as JSON lines, one object a line, in a .jsonl file")
        lines.append(line)
    return "\n".join(lines)


def _object(entry: object, path: str | Path, line: int) -> dict[str, Any]:
    """An entry of a list as an object with keys."""
    if isinstance(entry, dict):
        return entry
    if isinstance(entry, list) and len(entry) == 2:
        return {"text": entry[0], "label": entry[1]}
    got = f"a list of {len(entry)}" if isinstance(entry, list) else brief(repr(entry))
    raise DataError(f"{shown(path)}:{line}: an entry must be [text, answer] or an object", got=got, hint=HINT)


def _entries(cursor: "_Cursor", parts: list[str] | None) -> Iterator[tuple[int, object]]:
    """Line and value of every entry of the list, or of the parts in the order of the document."""
    if not cursor.take("{"):
        if parts is not None:
            hint = "leave --part out"
            raise DataError(f"{cursor.at}: a part is of an object of lists", got="no object", hint=hint)
        yield from _listed(cursor)
    else:
        yield from _chosen(cursor, parts)
    cursor.end()


def _chosen(cursor: "_Cursor", parts: list[str] | None) -> Iterator[tuple[int, object]]:
    """Entries of these parts of an object; of an object without parts to choose, the error that lists them."""
    names: list[str] = []
    while not cursor.take("}"):
        if names:
            cursor.expect(",")
        _, name = cursor.value()
        if not isinstance(name, str) or name in names:
            got = f"{quoted(name)} twice" if isinstance(name, str) else brief(repr(name))
            raise DataError(f"{cursor.at}: an object must have strings as keys, each once", got=got, hint=HINT)
        names.append(name)
        cursor.expect(":")
        if parts is not None and name in parts:
            yield from _listed(cursor)
        else:
            cursor.value()
    here = ", ".join(map(brief, names[:20])) or "none"
    if parts is None:
        hint = f"choose: --part {brief(names[0]) if names else 'NAME'}, or several joined by +"
        raise DataError(f"{shown(cursor.path)}: a part must be chosen", got=f"parts {here}", hint=hint)
    for part in parts:
        if part not in names:
            hint = nearest(part, map(brief, names[:20]))
            raise DataError(f"{shown(cursor.path)}: there is no such part", got=quoted(part), hint=hint)


def _listed(cursor: "_Cursor") -> Iterator[tuple[int, object]]:
    """Line and value of every entry of the list that comes next."""
    cursor.expect("[")
    if cursor.take("]"):
        return
    yield cursor.value()
    while not cursor.take("]"):
        cursor.expect(",")
        yield cursor.value()


class _Cursor:
    """A place in a JSON document, which moves forward and knows its line."""

    def __init__(self, text: str, path: str | Path) -> None:
        self.text, self.path, self.position, self.line = text, path, 0, 1

    @property
    def at(self) -> str:
        return f"{shown(self.path)}:{self.line}"

    def take(self, mark: str) -> bool:
        """Whether this mark comes next, and if so, the place is behind it."""
        self._move(SPACE.match(self.text, self.position).end())  # type: ignore[union-attr]  # matches anything
        found = self.text.startswith(mark, self.position)
        self.position += len(mark) if found else 0
        return found

    def expect(self, mark: str) -> None:
        """Raises DataError unless this mark comes next."""
        if not self.take(mark):
            got = quoted(self.text[self.position : self.position + 40]) if self.rest else "the end of the file"
            raise DataError(f"{self.at}: {quoted(mark)} must come next", got=got, hint=HINT)

    def value(self) -> tuple[int, object]:
        """The value that comes next, and the line where it begins."""
        self.take("")
        line = self.line
        try:
            value, end = DECODER.raw_decode(self.text, self.position)
        except (ValueError, RecursionError) as error:
            start = self.text[self.position : self.position + 60]
            raise broken(error, self.path, line, start, HINT, first=1) from error
        self._move(end)
        return line, value

    def end(self) -> None:
        """Raises DataError if anything comes after the document's value."""
        self.take("")
        if self.rest:
            got = quoted(self.text[self.position : self.position + 40])
            raise DataError(f"{self.at}: a JSON document is one value", got=f"{got} behind it", hint=HINT)

    @property
    def rest(self) -> bool:
        return self.position < len(self.text)

    def _move(self, position: int) -> None:
        self.line += self.text.count("\n", self.position, position)
        self.position = position
