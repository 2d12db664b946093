"""Word vectors in a text file, as word2vec, fastText and GloVe write them: a word and its numbers a line."""

from collections.abc import Container, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from regard.data.files import open_bytes, quoted, shown
from regard.data.items import Floats
from regard.errors import DataError

FIRST = 100_000
"""Words that are taken from the top of a file, where the frequent ones are, beside those that are wanted."""
MOST_NUMBERS = 4_096
LONGEST = 40 * MOST_NUMBERS
"""Bytes that are read as one line; what goes on after that is no line of numbers."""


class WordVectors(NamedTuple):
    """Different words and their vectors (words, d), float32, whose mean length is one."""

    words: list[str]
    rows: Floats


class _Line(NamedTuple):
    """A line's words and where it stands."""

    fields: list[str]
    where: str


def read_word_vectors(path: str | Path, wanted: Container[str], first: int = FIRST) -> WordVectors:
    """The file's first words and all that are wanted, in the file's order; of a word that comes twice the first.

    A line is a word, a space and d numbers; the first may be a header, `words d`, which is held against the file.
    Raises DataError with file and line where a line is otherwise.
    """
    lines = _lines(Path(path))
    start = next(lines, None)
    if start is None:
        raise DataError(f"{shown(path)}: must hold word vectors", got="nothing", hint="word, space, numbers, each line")
    header = [int(each) for each in start.fields] if _is_header(start.fields) else None
    size = header[1] if header else len(start.fields) - 1
    if not 1 <= size <= MOST_NUMBERS:
        got, hint = f"{size:,} numbers a word", "word, space, numbers separated by spaces, each line"
        raise DataError(f"{start.where}: a vector must have 1 to {MOST_NUMBERS:,} numbers", got=got, hint=hint)
    found: dict[str, Floats] = {}
    count = 0
    if not header:
        lines = _again(start, lines)
    for count, line in enumerate(lines, 1):
        word = " ".join(line.fields[:-size])
        if (count <= first or word in wanted) and word not in found:
            found[word] = _numbers(word, line, size)
    if header and count != header[0]:
        got = f"{count:,} words, where the header says {header[0]:,}"
        raise DataError(f"{shown(path)}: the file must be whole", got=got, hint="copy or download it again")
    rows = np.stack([*found.values()])
    with np.errstate(over="ignore"):
        length = float(np.linalg.norm(rows, axis=1).mean())
    if not length or not np.isfinite(length):
        got = f"{len(found):,} zeros" if not length else f"numbers up to {np.abs(rows).max():g}"
        raise DataError(
            f"{shown(path)}: vectors must have lengths above zero, and finite", got=got, hint="another file"
        )
    return WordVectors([*found], rows / length)


def _lines(path: Path) -> Iterator[_Line]:
    with open_bytes(path) as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST), b""), 1):
            where = f"{shown(path)}:{number}"
            try:
                text = line.decode("utf-8").rstrip("\r\n ")
            except UnicodeDecodeError as error:
                got = f"byte 0x{line[error.start]:02x} at column {error.start + 1}"
                hint = "the text form (.vec, .txt) in UTF-8, not the binary one"
                raise DataError(f"{where}: word vectors must be text in UTF-8", got=got, hint=hint) from error
            yield _Line(text.split(" "), where)


def _again(first: _Line, rest: Iterator[_Line]) -> Iterator[_Line]:
    yield first
    yield from rest


def _is_header(fields: list[str]) -> bool:
    return len(fields) == 2 and all(each.isascii() and each.isdigit() and len(each) < 19 for each in fields)


def _numbers(word: str, line: _Line, size: int) -> Floats:
    """The last `size` fields as numbers. Raises DataError where they are none, or where no word is before them."""
    try:
        if not word:
            raise ValueError(f"{len(line.fields) - 1} numbers after {quoted(line.fields[0])}")
        with np.errstate(over="ignore"):
            numbers = np.array(line.fields[-size:], np.float32)
        if not np.isfinite(numbers).all():
            raise ValueError(f"a number of {quoted(word)} that is not finite")
    except ValueError as error:
        rule = f"{line.where}: must be a word and {size} numbers, separated by single spaces"
        raise DataError(rule, got=str(error)[:120], hint="the text form of word2vec, fastText or GloVe") from error
    return numbers
