"""What a `.ts` file says of itself, before its data."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from regard.data.files import brief, quoted, shown
from regard.errors import DataError, nearest

SWITCHES = ("timestamps", "missing", "univariate", "equallength", "classlabel", "targetlabel")
COUNTS = ("dimensions", "dimension", "serieslength")
KEYS = ("problemname", *SWITCHES, *COUNTS)


@dataclass
class Header:
    """The lines that begin with @; what the file does not say is None.

    Attributes:
        channels: how many a series has.
        steps: how many every series has.
        missing: whether values may be missing.
        labels: the classes, if they are listed.
        answer: `class`, `number` or none.
    """

    channels: int | None = None
    steps: int | None = None
    missing: bool = True
    labels: frozenset[str] | None = None
    answer: str | None = None


def read_header(lines: Iterator[tuple[int, str]], path: str | Path) -> Header:
    """What stands before @data, which is read too.

    Raises DataError with path and line for a key that does not exist, comes twice or has no sound value, for time
    stamps, and for a file without @data.
    """
    header, seen = Header(), set()
    for number, line in lines:
        if not (text := line.strip()) or text.startswith("#"):
            continue
        at = f"{shown(path)}:{number}"
        key, *values = text.split()
        key = key.lower()
        if key == "@data" and not values:
            return header
        if not key.startswith("@") or key[1:] not in KEYS:
            hint = f"@data stands alone before the data; keys are {nearest(brief(key[1:]), KEYS)}"
            raise DataError(f"{at}: before @data there must be only keys and # comments", got=quoted(text), hint=hint)
        if key in seen:
            raise DataError(f"{at}: a key may come once", got=f"{key} again", hint="remove one of the two lines")
        seen.add(key)
        _take(header, key[1:], values, at)
    hint = "check that the file is whole and in sktime's .ts format"
    raise DataError(f"{shown(path)}: must have a line @data", got="none", hint=hint)


def _take(header: Header, key: str, values: list[str], at: str) -> None:
    """Writes what one line says into the header."""
    if key in COUNTS:
        count = _count(key, values, at)
        header.channels, header.steps = (header.channels, count) if key == "serieslength" else (count, header.steps)
    elif key in SWITCHES:
        on = _switch(key, values, at)
        if key == "timestamps" and on:
            hint = "export it with evenly spaced values and @timestamps false, or as a long table with a time column"
            raise DataError(f"{at}: time stamps cannot be read", got="@timestamps true", hint=hint)
        if key == "missing":
            header.missing = on
        if key == "univariate" and on:
            header.channels = 1
        if key in ("classlabel", "targetlabel") and on:
            header.answer = "class" if key == "classlabel" else "number"
            header.labels = frozenset(values[1:]) if key == "classlabel" and len(values) > 1 else None


def _switch(key: str, values: list[str], at: str) -> bool:
    """Whether a line says true."""
    more = key == "classlabel"
    if not values or values[0].lower() not in ("true", "false") or (len(values) > 1 and not more):
        got = f"@{key} {brief(' '.join(values))}"
        raise DataError(f"{at}: must be true or false", got=got, hint=f"@{key} true, or @{key} false")
    return values[0].lower() == "true"


def _count(key: str, values: list[str], at: str) -> int:
    """The number on a line."""
    if len(values) != 1 or not values[0].isdecimal() or len(values[0]) > 9 or int(values[0]) < 1:
        got = f"@{key} {brief(' '.join(values))}"
        raise DataError(f"{at}: must be a number from 1", got=got, hint=f"@{key} 12, or leave the line out")
    return int(values[0])
