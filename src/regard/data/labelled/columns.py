"""Sentences in CoNLL's columns: a token a line, columns between spaces or tabs, a blank line after each sentence."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from regard.data.cells import column_number
from regard.data.examples import Examples
from regard.data.files import quoted, shown
from regard.data.labelled.gather import gather
from regard.data.labelled.sentences import Token, sentences
from regard.data.lines import read_lines
from regard.data.tables import Column
from regard.errors import DataError, OptionError

DOCUMENT = "-DOCSTART-"
HINT = (
    "a token a line, its label in the last column, a blank line after each sentence; --format lines: a sentence a line"
)


def read_columns(
    path: str | Path, *, x: Column = None, y: Column = None, encoding: str = "utf-8", blank: str = "error"
) -> Examples:
    """Sentences as lists of tokens (column x, else the first) and their labels (column y, else the last).

    The first line of a token decides whether tabs or spaces part columns and how many there are; of one column
    there are no labels. Lines that begin with -DOCSTART- end a sentence and are left out. A line that begins with
    `# ` where a sentence may begin is a comment, unless it has as many columns as tokens have: the token # lives.
    Raises DataError with path and line for a line with other columns than the first or an empty one.
    """
    first, second = (_number(column) for column in (x, y))
    return gather(sentences(_tokens(path, first or 1, second, encoding)), path, blank=blank)


def _number(column: Column) -> int | None:
    """A column's number, if it is one."""
    number = None if column is None else column_number(str(column))
    if column is not None and not number:
        hint = "count columns from 1; in a .conllu file they have names"
        raise OptionError("x, y: columns of a CoNLL file have numbers", got=repr(column), hint=hint)
    return number


def _tokens(path: str | Path, x: int, y: int | None, encoding: str) -> Iterator[Token]:
    """The tokens of a file and the ends of its sentences."""
    lines = read_lines(path, encoding)
    head: list[tuple[int, str]] = []
    sample = ""
    for number, line in lines:
        head.append((number, line))
        if line.strip() and not line.startswith(("# ", DOCUMENT)):
            sample = line
            break
    tabs = "\t" in sample
    width = len(_split(sample, tabs))
    label = y or (width if width > 1 else None)
    if label == x:
        rule = f"{shown(path)}: tokens and labels must be two columns"
        raise DataError(rule, got=f"column {x} of {width} for both", hint="choose with --x and --y")
    begun = False
    for number, line in chain(head, lines):
        row = _split(line, tabs)
        if not line.strip() or row[0] == DOCUMENT:
            begun = False
            yield Token(number)
        elif begun or not line.startswith("# ") or len(row) == width:
            begun = True
            _check(row, width, max(x, label or 0), f"{shown(path)}:{number}", line)
            yield Token(number, row[x - 1], None if label is None else row[label - 1])


def _split(line: str, tabs: bool) -> list[str]:
    """The columns of a line."""
    return line.split("\t") if tabs else [column for column in line.split(" ") if column]


def _check(row: list[str], width: int, needed: int, at: str, line: str) -> None:
    """Raises DataError unless a line has the columns that it must have, none of them empty."""
    if len(row) != width:
        tell = f"{len(row)} column{'s' * (len(row) != 1)}: {quoted(line, 60)}"
        raise DataError(f"{at}: must have {width} columns as the first token", got=tell, hint=HINT)
    if width < needed:
        got = f"{width}: {quoted(line, 60)}"
        raise DataError(f"{at}: must have at least {needed} columns", got=got, hint="choose others with --x and --y")
    if "" in row:
        raise DataError(f"{at}: a column must not be empty", got=quoted(line, 60), hint="write _ for nothing")
