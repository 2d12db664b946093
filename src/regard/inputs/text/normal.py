"""One form for every line: Unicode NFC, each run of whitespace one space, none at the ends."""

import unicodedata
from collections.abc import Iterator

from regard.errors import DataError

Span = tuple[int, int]


def checked(line: str) -> str:
    """The line itself, if it can be written as UTF-8; a lone surrogate raises DataError."""
    try:
        line.encode()
    except UnicodeEncodeError as error:
        raise DataError(
            "text: every character must be one that UTF-8 can write",
            got=f"a lone surrogate, {line[error.start]!r}, at character {error.start} of {line[:40]!r}",
            hint="read the file again with the encoding it was written in",
        ) from error
    return line


def normalized(line: str) -> str:
    """
    >>> normalized("  caf\\u0065\\u0301 \\t au   lait\\n")
    'café au lait'
    """
    return " ".join(unicodedata.normalize("NFC", checked(line)).split())


def aligned(line: str) -> tuple[str, list[Span]]:
    """`normalized(line)`, and for each of its characters the span of `line` that it came from.

    >>> aligned(" a  e\\u0301")
    ('a é', [(1, 2), (2, 4), (4, 6)])
    """
    characters: list[str] = []
    origins: list[Span] = []
    for start, end in _runs(checked(line)):
        part = line[start:end]
        text = " " if part.isspace() else unicodedata.normalize("NFC", part)
        characters += text
        if text == part:
            origins += [(place, place + 1) for place in range(start, end)]
        else:
            origins += [(start, end)] * len(text)
    first = 1 if characters[:1] == [" "] else 0
    last = len(characters) - (1 if characters[first:][-1:] == [" "] else 0)
    return "".join(characters[first:last]), origins[first:last]


def _runs(line: str) -> Iterator[Span]:
    """Spans that normalise independently: a run of whitespace, or a letter and all that composes with it."""
    start = 0
    for place in range(1, len(line) + 1):
        if place == len(line) or not _joined(line, start, place):
            yield start, place
            start = place


def _joined(line: str, start: int, place: int) -> bool:
    """Whether the character at `place` is normalised together with the run that began at `start`."""
    character = line[place]
    if line[start].isspace() or character.isspace():
        return line[start].isspace() and character.isspace()
    if character < "\u0300":
        return False
    if unicodedata.combining(unicodedata.normalize("NFD", character)[0]):
        return True
    run = line[start:place]
    apart = unicodedata.normalize("NFC", run) + unicodedata.normalize("NFC", character)
    return unicodedata.normalize("NFC", run + character) != apart
