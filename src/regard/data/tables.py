"""Pairs from two columns of a table: tab-separated (quotes are literal) or comma-separated (quotes quote)."""

import csv
from collections.abc import Iterator
from pathlib import Path

from regard.data.files import brief, quoted, shown
from regard.data.lines import read_lines
from regard.data.pairs import Pairs, collect
from regard.errors import DataError, OptionError, nearest

Column = str | int | None
Rows = Iterator[tuple[int, list[str]]]


def read_tsv(
    path: str | Path, *, x: Column = None, y: Column = None, encoding: str = "utf-8", blank: str = "error"
) -> Pairs:
    """Pairs from two columns of a tab-separated file: the first two, or x for sources and y for targets.

    A column is a number from 1 or a name. If one is a name, the first line is the header, else it is a pair
    like every other. Every line must have as many columns as the first: a stray tab cannot shift a text.
    Raises DataError with path and line, OptionError for columns that contradict. About 1 s a million lines.
    """
    rows = ((number, line.split("\t")) for number, line in read_lines(path, encoding))
    return collect(_cells(rows, path, *_columns(x, y)), str(path), str(path), blank=blank)


def read_csv(
    path: str | Path, *, x: Column = None, y: Column = None, encoding: str = "utf-8", blank: str = "error"
) -> Pairs:
    """Pairs from two columns of a comma-separated file; a quoted cell may hold commas and line breaks.

    Otherwise as `read_tsv`. A pair's line is the one where its row begins.
    """
    rows = _csv_rows(path, encoding)
    return collect(_cells(rows, path, *_columns(x, y)), str(path), str(path), blank=blank)


def both_or_neither(x: object, y: object) -> None:
    """Raises OptionError if only one of x and y is given, or both are the same."""
    if (x is None) != (y is None):
        got = f"only {'x' if y is None else 'y'} = {quoted(str(x if y is None else y))}"
        raise OptionError("x, y: name both or neither", got=got, hint="add the other: --x COLUMN --y COLUMN")
    if x is not None and str(x) == str(y):
        hint = "x is what is read, y what is to be written: give two columns"
        raise OptionError("x, y: must be two different columns", got=f"both {quoted(str(x))}", hint=hint)


def _columns(x: Column, y: Column) -> tuple[str, str]:
    """The two columns as text."""
    both_or_neither(x, y)
    return ("1", "2") if x is None else (str(x), str(y))


def _number(column: str) -> int | None:
    """A column's number, or None if the text is a name."""
    return int(column) if column.isascii() and column.isdecimal() and len(column) < 7 else None


def _cells(rows: Rows, path: str | Path, x: str, y: str) -> Iterator[tuple[int, str, str]]:
    """Line number, source and target of every row."""
    width = 0
    if _number(x) is None or _number(y) is None:
        number, names = next(rows)
        width, at = len(names), f"{shown(path)}:{number}"
        first, second = _named(names, x, at), _named(names, y, at)
    else:
        first, second = _numbered(x), _numbered(y)
    for number, row in rows:
        if len(row) != width or width <= first or width <= second:
            if not "".join(row).strip():
                yield number, "", ""
                continue
            if width or len(row) <= max(first, second):
                raise _misfit(f"{shown(path)}:{number}", row, width, max(first, second) + 1)
            width = len(row)
        yield number, row[first], row[second]


def _numbered(column: str) -> int:
    """The index of a column given by number."""
    if int(column) == 0:
        raise OptionError("x, y: columns are counted from 1", got=repr(column), hint="1 is the first column")
    return int(column) - 1


def _named(names: list[str], column: str, at: str) -> int:
    """The index of a column given by name (or by number, beside one given by name)."""
    number = _number(column)
    if number is not None and 0 < number <= len(names):
        return number - 1
    if names.count(column) == 1:
        return names.index(column)
    got = f"column {quoted(column)}"
    if column in names:
        got, hint = f"{got} {names.count(column)} times", "rename all but one of them"
        raise DataError(f"{at}: the header must name a column once", got=got, hint=hint)
    hint = nearest(brief(column), map(brief, names[:20]))
    raise DataError(f"{at}: the header lacks a column", got=got, hint=hint)


def _misfit(at: str, row: list[str], width: int, needed: int) -> DataError:
    """The error for a row with too few columns, or with others than the rows before."""
    tell = f"{len(row)} column{'s' * (len(row) != 1)}: {quoted(' | '.join(row), 60)}"
    if width:
        hint = "look for a stray or missing separator in this line"
        return DataError(f"{at}: must have {width} columns as the lines before", got=tell, hint=hint)
    hint = "separate columns by tabs in .tsv and by commas in .csv, or choose others with --x and --y"
    return DataError(f"{at}: must have at least {needed} columns", got=tell, hint=hint)


def _csv_rows(path: str | Path, encoding: str) -> Rows:
    """Rows of a comma-separated file, each with the line where it begins."""
    reader = csv.reader((line + "\n" for _, line in read_lines(path, encoding)), strict=True)
    start = 1
    try:
        for row in reader:
            yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        hint = 'close every quote that opens, and write a quote inside quotes twice: ""'
        rule = f"{shown(path)}:{start}: the row that begins here must be sound CSV"
        raise DataError(rule, got=f"{error}", hint=hint) from error
