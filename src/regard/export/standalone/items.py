"""Items as they are read for prediction: lines of texts or paths, or files of any form that regard reads."""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from regard.data.choices import ReadingChoices
from regard.data.door import read_examples
from regard.data.examples import Examples
from regard.data.labelled.door import SUFFIXES
from regard.data.lines import read_sources
from regard.data.readers import kind_of
from regard.errors import OptionError
from regard.export.standalone.program import Flags


class Asked(NamedTuple):
    """Items that are asked about, and the line that each answer belongs to, of so many; blank lines have none."""

    examples: Examples
    places: Sequence[int]
    lines: int


def add_flags(flags: Flags) -> None:
    """The items, and how their files are read."""
    flags.add_argument("data", nargs="*", help="a file, a folder, or two files; standard input if left out or -")
    for field in fields(ReadingChoices):
        if isinstance(field.default, str | None) and "bool" not in str(field.type) and "int" not in str(field.type):
            flags.add_argument(
                f"--{field.name.replace('_', '-')}", default=field.default, help="as regard predict has it"
            )


def asked_of(kind: str, asked: Namespace, *, words: bool) -> Asked:
    """The items to answer. Raises OptionError where they cannot come from standard input."""
    known = {field.name: getattr(asked, field.name) for field in fields(ReadingChoices) if hasattr(asked, field.name)}
    plain = len(asked.data) == 1 and asked.format == "auto" and kind_of(Path(asked.data[0])) not in SUFFIXES
    if asked.data in ([], ["-"]) or (kind == "text" and plain):
        return _from_lines(kind, asked, words)
    choices = ReadingChoices(**{**known, "input": kind})
    read = read_examples(
        asked.data, answer="label" if kind == "text" and words else None, choices=choices, needed=False
    )
    found = read.test or read.train
    return Asked(found, range(len(found)), len(found))


def name_of(item: Any, where: str) -> Any:
    """What an item is called when it is written."""
    if isinstance(item, str) or (isinstance(item, list) and all(isinstance(word, str) for word in item)):
        return item
    return str(item) if isinstance(item, Path) else where


def _from_lines(kind: str, asked: Namespace, words: bool) -> Asked:
    name = asked.data[0] if asked.data else "-"
    if kind not in ("text", "sound"):
        raise OptionError(f"data: {kind} come in a file or a folder", got="standard input", hint="run.py FILE")
    lines = [line.strip() for line in read_sources(name, encoding=asked.encoding)]
    places = [place for place, line in enumerate(lines) if line]
    items = [lines[p].split() if words else lines[p] if kind == "text" else Path(lines[p]) for p in places]
    origin = "standard input" if name == "-" else name
    return Asked(Examples(kind, items, origin=origin, lines=[place + 1 for place in places]), places, len(lines))
