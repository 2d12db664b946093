"""Series in sktime's and aeon's `.ts` format: a header, then one series a line, its channels parted by colons."""

from array import array
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from regard.data.examples import Examples
from regard.data.files import brief, quoted, shown
from regard.data.lines import read_lines
from regard.data.measured.numbers import always, as_numbers
from regard.data.measured.ts_header import Header, read_header
from regard.errors import DataError, nearest

LONGEST = 1 << 25
"""Characters that a line, which is a whole series, may have."""


def read_ts(path: str | Path, *, encoding: str = "utf-8") -> Examples:
    """Series (steps, channels) of float64 and their answers from a `.ts` file, plain or .gz.

    `?` or NaN is a missing value, NaN in the arrays; series may differ in length. With @classlabel true the answers
    are the labels as text, with @targetlabel true numbers, else there are none.
    Raises DataError with path and line for whatever contradicts the header: numbers of channels and steps, missing
    values, labels; for time stamps (@timestamps true); for channels of different lengths. About 0.3 s a million values.
    """
    lines = read_lines(path, encoding, longest=LONGEST)
    header = read_header(lines, path)
    items, answers, numbers = [], [], array("Q")
    for number, line in lines:
        if line.strip():
            channels, answer = _parted(line, header, f"{shown(path)}:{number}")
            header.channels = header.channels or len(channels)
            items.append(_series(channels, header, f"{shown(path)}:{number}"))
            answers.append(answer)
            numbers.append(number)
    if not items:
        hint = "check that the file is whole"
        raise DataError(f"{shown(path)}: must hold series", got="nothing after @data", hint=hint)
    return Examples("series", items, answers if header.answer else None, origin=str(path), lines=numbers)


def _parted(line: str, header: Header, at: str) -> tuple[list[str], str | float | None]:
    """The texts of the channels, and the answer after them."""
    channels = line.split(":")
    answer: str | float | None = None
    if header.answer:
        label = channels.pop().strip()
        answer = _number(label, at) if header.answer == "number" else _label(label, header, at)
    wanted = header.channels
    if not channels or (wanted is not None and len(channels) != wanted):
        tell = " and an answer" if header.answer else ""
        hint = "channels are parted by colons; the header's @dimensions tells how many there are"
        rule = f"{at}: must have {wanted or 'at least 1'} channels{tell}, as in the header or the first series"
        raise DataError(rule, got=f"{len(channels)}", hint=hint)
    return channels, answer


def _label(label: str, header: Header, at: str) -> str:
    """A class that the header lists, if it lists any."""
    if not label or "," in label or (header.labels is not None and label not in header.labels):
        names = sorted(map(brief, header.labels or ()))[:20]
        hint = nearest(brief(label), names) if names else "the class stands after the last colon"
        raise DataError(f"{at}: must end in a class, one of those in the header", got=quoted(label), hint=hint)
    return label


def _number(text: str, at: str) -> float:
    """The number that is the answer."""
    found = float(as_numbers([text], "the answer", always(at))[0])
    if np.isnan(found):
        hint = "the number stands after the last colon"
        raise DataError(f"{at}: must end in a number, the answer", got=quoted(text), hint=hint)
    return found


def _series(channels: list[str], header: Header, at: str) -> np.ndarray:
    """(steps, channels) from their texts."""
    columns = list(_columns(channels, at))
    steps = len(columns[0])
    for index, column in enumerate(columns):
        wanted = header.steps or steps
        if len(column) != wanted:
            got = f"{len(column)} in channel {index + 1}"
            hint = "write ? for values that are missing"
            raise DataError(f"{at}: every channel must have {wanted} values", got=got, hint=hint)
    found = np.column_stack(columns)
    if not header.missing and np.isnan(found).any():
        step, channel = np.argwhere(np.isnan(found))[0] + 1
        got = f"none in channel {channel}, value {step}"
        raise DataError(f"{at}: no value may be missing (@missing false)", got=got, hint="@missing true in the header")
    return found


def _columns(channels: list[str], at: str) -> Iterator[np.ndarray]:
    """The values of each channel."""
    for number, text in enumerate(channels, 1):
        if text.lstrip().startswith("("):
            hint = "export it with evenly spaced values, or as a long table with a time column"
            raise DataError(f"{at}: time stamps cannot be read", got=quoted(text), hint=hint)
        if not text.strip():
            hint = "write ? for a value that is missing"
            raise DataError(f"{at}: channel {number} must have values", got="nothing between two colons", hint=hint)
        yield as_numbers(text.split(","), "a value", partial(_place, f"{at}, channel {number}"))


def _place(channel: str, index: int) -> str:
    """What errors call a value."""
    return f"{channel}, value {index + 1}"
