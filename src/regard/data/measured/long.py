"""Series in long tables: one row a step, in a CSV, TSV or Parquet file or in a data frame."""

from array import array
from collections.abc import Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from regard.data.cells import cells, csv_rows, tsv_rows
from regard.data.examples import Examples
from regard.data.files import shown
from regard.data.measured.parquet import parquet_table, row_of
from regard.data.measured.rows import LongColumns, LongTable, gathered
from regard.data.readers import kind_of
from regard.errors import DataError


def read_long(
    path: str | Path,
    *,
    id: str,
    time: str | None = None,
    x: Sequence[str] | None = None,
    y: str | None = None,
    groups: str | None = None,
    per_step: bool = False,
    encoding: str = "utf-8",
) -> Examples:
    """Series (steps, channels) of float64 from a table with one row a step: .parquet, .csv, or else tab-separated.

    Rows with the same `id` are one series, sorted by `time` (numbers, or dates of ISO 8601). `x` are the channels,
    all other columns if left out; nothing, ?, NA and NaN are missing values. `y` is the answer, text from a text file,
    and must be the same in all rows of a series; with `per_step` every step has its own, None where it is missing.
    Raises DataError with path and line for what is no number, for a time that a series has twice, for an answer that
    changes; OptionError for columns that contradict; MissingError for Parquet without pyarrow. About 5 s and 0.8 GB
    for a million rows of text with three channels.
    """
    columns = LongColumns(id, time, x, y, groups, per_step)
    table = parquet_table if kind_of(Path(path)) == ".parquet" else _text_table
    return gathered(table(Path(path), columns, encoding), columns)


def from_frame(
    frame: Any,
    *,
    id: str,
    time: str | None = None,
    x: Sequence[str] | None = None,
    y: str | None = None,
    groups: str | None = None,
    per_step: bool = False,
) -> Examples:
    """Series from a data frame of pandas, polars or the like: whatever has `.columns` and gives a column for a name.

    As `read_long`; answers and groups keep their types. Errors count rows from 1.
    """
    columns = LongColumns(id, time, x, y, groups, per_step)
    if not hasattr(frame, "columns") or not hasattr(frame, "__getitem__"):
        hint = "give a pandas or polars DataFrame"
        raise DataError("frame: must be a data frame", got=f"a {type(frame).__name__}", hint=hint)
    names = [str(name) for name in frame.columns]
    keys = dict(zip(names, frame.columns, strict=True))

    def column(name: str) -> Sequence[Any]:
        found: Sequence[Any] = np.asarray(frame[keys[name]])  # type: ignore[assignment]
        return found

    table = LongTable(names, column, partial(row_of, "frame"), "frame")
    return gathered(table, columns)


def _text_table(path: Path, columns: LongColumns, encoding: str) -> LongTable:
    """The columns of a text file that are asked for, as texts."""
    rows = csv_rows(path, encoding) if kind_of(path) == ".csv" else tsv_rows(path, encoding)
    first = next(rows)
    names, at = first[1], f"{shown(path)}:{first[0]}"
    wanted = [columns.id, *columns.chosen(names, at)]
    wanted += [name for name in (columns.time, columns.y, columns.groups) if name is not None]
    held: list[list[str]] = [[] for _ in wanted]
    lines = array("Q")
    found = cells(chain([first], rows), path, [str(names.index(name) + 1) for name in wanted])
    next(found)  # the header, whose width the rows must have
    for line, texts in found:
        lines.append(line)
        for column, text in zip(held, texts, strict=True):
            column.append(text)
    by_name = dict(zip(wanted, held, strict=True))
    return LongTable(names, by_name.__getitem__, lambda row: f"{shown(path)}:{lines[row]}", str(path), lines)
