"""Items as they are read for answers: lines of texts or paths, or files of any form that training reads."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from regard.data.choices import ReadingChoices
from regard.data.door import read_examples
from regard.data.examples import Examples
from regard.data.items import Story
from regard.data.labelled.door import SUFFIXES
from regard.data.lines import read_sources
from regard.data.readers import kind_of
from regard.errors import OptionError


class Asked(NamedTuple):
    """Items that are asked about, and the line that each answer belongs to, of so many; blank lines have none."""

    examples: Examples
    places: Sequence[int]
    lines: int


def read_asked(kind: str, data: Sequence[str], choices: ReadingChoices, *, words: bool, command: str) -> Asked:
    """The items to answer, whether there are answers beside them or not.

    Standard input and plain files give a text, or the path of a sound or an image, a line; where each of its `words` is
    answered, these are parted by spaces. Everything else is read as for training. `command` is what errors advise.
    """
    if choices.input not in ("auto", kind):
        raise OptionError("--input: the model reads another", got=choices.input, hint=f"--input {kind}")
    plain = choices.format == "auto" and len(data) == 1 and kind_of(Path(data[0])) not in SUFFIXES
    if data in ([], ["-"]) or (kind == "text" and plain):
        return _from_lines(kind, data, choices, words, command)
    answer = "label" if kind == "text" and words else None
    read = read_examples(data, answer=answer, choices=replace(choices, input=kind), needed=False)
    found = read.test or read.train
    return Asked(found, range(len(found)), len(found))


def name_of(item: Any, where: str) -> Any:
    """What an item is called when it is written: a text, words, or a file by themselves, a story by its question,
    others by where they stand."""
    if isinstance(item, Story):
        return item.question
    if isinstance(item, str) or (isinstance(item, list) and all(isinstance(word, str) for word in item)):
        return item
    return str(item) if isinstance(item, Path) else where


def _from_lines(kind: str, data: Sequence[str], choices: ReadingChoices, words: bool, command: str) -> Asked:
    name = data[0] if data else "-"
    if kind not in ("text", "sound", "image"):
        raise OptionError(f"data: {kind} come in a file or a folder", got="standard input", hint=f"{command} FILE")
    if name == "-" and sys.stdin is not None and sys.stdin.isatty():
        print("Type a line and Enter; Ctrl-D ends.", file=sys.stderr)
    lines = [line.strip() for line in read_sources(name, encoding=choices.encoding)]
    places = [place for place, line in enumerate(lines) if line]
    items = [lines[p].split() if words else lines[p] if kind == "text" else Path(lines[p]) for p in places]
    origin = "standard input" if name == "-" else name
    return Asked(Examples(kind, items, origin=origin, lines=[place + 1 for place in places]), places, len(lines))
