"""Pairs from two columns of a table: tab-separated (quotes are literal) or comma-separated (quotes quote)."""

from pathlib import Path

from regard.data.cells import Rows, cells, csv_rows, tsv_rows
from regard.data.files import quoted
from regard.data.pairs import Pairs, collect
from regard.errors import OptionError

Column = str | int | None


def read_tsv(
    path: str | Path, *, x: Column = None, y: Column = None, encoding: str = "utf-8", blank: str = "error"
) -> Pairs:
    """Pairs from two columns of a tab-separated file: the first two, or x for sources and y for targets.

    A column is a number from 1 or a name. If one is a name, the first line is the header, else it is a pair
    like every other. Every line must have as many columns as the first: a stray tab cannot shift a text.
    Raises DataError with path and line, OptionError for columns that contradict. About 1 s a million lines.
    """
    return _pairs(tsv_rows(path, encoding), path, x, y, blank)


def read_csv(
    path: str | Path, *, x: Column = None, y: Column = None, encoding: str = "utf-8", blank: str = "error"
) -> Pairs:
    """Pairs from two columns of a comma-separated file; a quoted cell may hold commas and line breaks.

    Otherwise as `read_tsv`. A pair's line is the one where its row begins.
    """
    return _pairs(csv_rows(path, encoding), path, x, y, blank)


def both_or_neither(x: object, y: object) -> None:
    """Raises OptionError if only one of x and y is given, or both are the same."""
    if (x is None) != (y is None):
        got = f"only {'x' if y is None else 'y'} = {quoted(str(x if y is None else y))}"
        raise OptionError("x, y: name both or neither", got=got, hint="add the other: --x COLUMN --y COLUMN")
    if x is not None and str(x) == str(y):
        hint = "x is what is read, y what is to be written: give two columns"
        raise OptionError("x, y: must be two different columns", got=f"both {quoted(str(x))}", hint=hint)


def _pairs(rows: Rows, path: str | Path, x: Column, y: Column, blank: str) -> Pairs:
    """Pairs from two columns of a table's rows."""
    both_or_neither(x, y)
    columns = ("1", "2") if x is None else (str(x), str(y))
    found = ((line, source, target) for line, (source, target) in cells(rows, path, columns))
    return collect(found, str(path), str(path), blank=blank)
