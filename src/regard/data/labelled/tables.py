"""Texts and answers from columns of a table: tab-separated (quotes are literal) or comma-separated (quotes quote)."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from regard.data.cells import cells, csv_rows, tsv_rows
from regard.data.examples import Examples
from regard.data.files import shown
from regard.data.labelled.gather import Row, gather, in_step, spaced
from regard.data.labelled.usual import usual_columns
from regard.data.readers import kind_of
from regard.data.tables import Column, both_or_neither


def read_labelled_table(
    path: str | Path,
    *,
    x: Column = None,
    y: Column = None,
    groups: Column = None,
    tokens: bool = False,
    answered: bool = True,
    encoding: str = "utf-8",
    blank: str = "error",
) -> Examples:
    """Texts, answers and groups from columns of a .csv, or else of a tab-separated file; answers stay text.

    A column is a number from 1 or a name; if one is a name, the first row is the header. x alone reads texts
    without answers. With neither: the usual names, if the first row holds such (see usual.py), else columns 1
    and 2 without a header, or the only column. `tokens` parts texts and answers at spaces, one answer a token.
    `answered=False` is content with a header that names no answer.
    Raises DataError with path and line, OptionError for columns that contradict. About 2 s a million rows.
    """
    if y is not None:
        both_or_neither(x, y)
    rows = csv_rows(path, encoding) if kind_of(Path(path)) == ".csv" else tsv_rows(path, encoding)
    first = next(rows)
    if x is None:
        x, y = _default([name for name in first[1] if name != groups], f"{shown(path)}:{first[0]}", answered)
    chosen = [None if column is None else str(column) for column in (x, y, groups)]
    found = cells(chain([first], rows), path, [column for column in chosen if column is not None])
    return gather(_rows(found, path, [column is not None for column in chosen], tokens), path, blank=blank)


def _default(first: list[str], at: str, answered: bool) -> tuple[str, str | None]:
    """The columns of text and answer, by the first row."""
    return usual_columns(first, at, answered=answered) or ("1", "2" if len(first) > 1 else None)


def _rows(found: Iterator[tuple[int, list[str]]], path: str | Path, there: list[bool], tokens: bool) -> Iterator[Row]:
    """Rows from the cells of those columns, of text, answer and group, that are there."""
    _, answered, grouped = there
    for line, texts in found:
        answer = texts[1] if answered else None
        group = texts[-1] if grouped else None
        if not tokens:
            yield Row(line, texts[0], answer, group)
            continue
        words, labels = spaced(texts[0]), spaced(answer or "")
        if labels:
            in_step(words, labels, f"{shown(path)}:{line}")
        yield Row(line, words, labels or answer, group)
