"""Rows of a table, tab-separated (quotes are literal) or comma-separated (quotes quote), and cells of its columns."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from regard.data.files import brief, quoted, shown
from regard.data.lines import read_lines
from regard.errors import DataError, OptionError, nearest

Rows = Iterator[tuple[int, list[str]]]


def tsv_rows(path: str | Path, encoding: str) -> Rows:
    """Rows of a tab-separated file, each with its line."""
    return ((number, line.split("\t")) for number, line in read_lines(path, encoding))


def csv_rows(path: str | Path, encoding: str) -> Rows:
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


def column_number(column: str) -> int | None:
    """A column's number, or None if the text is a name."""
    return int(column) if column.isascii() and column.isdecimal() and len(column) < 7 else None


def cells(rows: Rows, path: str | Path, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Line number and the cells of these columns, by number from 1 or by name, of every row.

    If one column is a name, the first row is the header. A blank row gives blank cells. Raises DataError with
    path and line for a header that lacks a column and for a row with another number of columns than the first.
    """
    width = 0
    if any(column_number(column) is None for column in columns):
        number, names = next(rows)
        width, at = len(names), f"{shown(path)}:{number}"
        indices = [_named(names, column, at) for column in columns]
    else:
        indices = [_numbered(column) for column in columns]
    last = max(indices)
    for number, row in rows:
        if len(row) != width or width <= last:
            if not "".join(row).strip():
                yield number, [""] * len(indices)
                continue
            if width or len(row) <= last:
                raise _misfit(f"{shown(path)}:{number}", row, width, last + 1)
            width = len(row)
        yield number, [row[index] for index in indices]


def _numbered(column: str) -> int:
    """The index of a column given by number."""
    if int(column) == 0:
        raise OptionError("x, y: columns are counted from 1", got=repr(column), hint="1 is the first column")
    return int(column) - 1


def _named(names: list[str], column: str, at: str) -> int:
    """The index of a column given by name (or by number, beside one given by name)."""
    number = column_number(column)
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
