"""Sentences of a CoNLL-U file, the form of Universal Dependencies: ten columns, comments, words split off."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from regard.data.cells import column_number
from regard.data.examples import Examples
from regard.data.files import quoted, shown
from regard.data.labelled.gather import gather
from regard.data.labelled.sentences import Token, sentences
from regard.data.lines import read_lines
from regard.data.tables import Column
from regard.errors import DataError, OptionError, nearest

COLUMNS = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
NO_WORD = re.compile(r"[0-9]+-[0-9]+|[0-9]+\.[0-9]+")
NOTHING = "_"


def read_conllu(
    path: str | Path, *, x: Column = "form", y: Column = "upos", encoding: str = "utf-8", blank: str = "error"
) -> Examples:
    """Sentences as lists of words and their labels, from columns by name (COLUMNS) or number from 1.

    Multiword tokens (1-2) and empty nodes (1.1) are left out: their words stand on lines of their own. A column y
    that holds `_` alone gives no answers; elsewhere `_` is a label as any other.
    Raises DataError with path and line for a line without ten columns, or with an ID that does not count on from
    1 (so that a missing blank line cannot join two sentences), OptionError for a column that CoNLL-U does not have.
    """
    first, second = (_index(column) for column in (x, y))
    if first == second:
        raise OptionError("x, y: must be two different columns", got=f"both {x}", hint="x is form, y upos, xpos, …")
    found = gather(sentences(_tokens(path, first, second, encoding)), path, blank=blank)
    bare = all(label == NOTHING for labels in found.answers or () for label in labels)
    return replace(found, answers=None) if bare else found


def _index(column: Column) -> int:
    """The index of a column by name or number."""
    name = str(column)
    number = column_number(name)
    if number is not None and 1 <= number <= len(COLUMNS):
        return number - 1
    if name.casefold() in COLUMNS:
        return COLUMNS.index(name.casefold())
    hint = f"{nearest(name, COLUMNS)}; or a number from 1 to 10"
    raise OptionError("x, y: must be columns of CoNLL-U", got=repr(column), hint=hint)


def _tokens(path: str | Path, x: int, y: int, encoding: str) -> Iterator[Token]:
    """The words of a file and the ends of its sentences."""
    count = 0
    for number, line in read_lines(path, encoding):
        if not line.strip():
            count = 0
            yield Token(number)
        elif not line.startswith("#"):
            row = line.split("\t")
            at = f"{shown(path)}:{number}"
            _check(row, at, line)
            if NO_WORD.fullmatch(row[0]):
                continue
            count += 1
            if row[0] != str(count):
                hint = "number words from 1 in every sentence, and end each sentence with a blank line"
                raise DataError(f"{at}: the next ID must be {count}", got=quoted(row[0]), hint=hint)
            yield Token(number, row[x], row[y])


def _check(row: list[str], at: str, line: str) -> None:
    """Raises DataError unless a line has ten columns, none of them empty."""
    if len(row) != len(COLUMNS):
        tell = f"{len(row)} column{'s' * (len(row) != 1)}: {quoted(line, 60)}"
        hint = "part ten columns by tabs; or --format columns, if this is CoNLL of another kind"
        raise DataError(f"{at}: must have the 10 columns of CoNLL-U", got=tell, hint=hint)
    if "" in row:
        got = f"nothing in {COLUMNS[row.index('')]}"
        raise DataError(f"{at}: a column must not be empty", got=got, hint="write _ for nothing")
