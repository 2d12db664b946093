"""Columns of a Parquet file, by pyarrow."""

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from regard.data.files import open_bytes, shown
from regard.data.measured.rows import LongColumns, LongTable
from regard.errors import DataError, missing

MOST_NUMBERS = 1 << 28
"""Rows times columns that are read: 2 GB. A small file can claim to hold many more."""


def parquet_table(path: Path, columns: LongColumns, encoding: str) -> LongTable:
    """The columns of a file that are asked for; the encoding of Parquet is its own."""
    parquet, refused = _library()
    open_bytes(path).close()
    try:
        file = parquet.ParquetFile(path)
        names = list(file.schema_arrow.names)
        wanted = columns.chosen(names, shown(path))
        wanted += [name for name in (columns.id, columns.time, columns.y, columns.groups) if name is not None]
        rows = file.metadata.num_rows
        if rows * len(wanted) > MOST_NUMBERS:
            got = f"{rows:,} rows of {len(wanted)} columns"
            hint = "choose fewer columns with x, or part the file"
            raise DataError(f"{shown(path)}: must hold at most {MOST_NUMBERS:,} values", got=got, hint=hint)
        table = file.read(columns=list(dict.fromkeys(wanted)))
        held = {name: table.column(name).to_numpy() for name in table.column_names}
    except (OSError, ValueError, KeyError, NotImplementedError, RuntimeError, refused) as error:
        if isinstance(error, DataError):
            raise
        got = str(error).partition("\n")[0][:120]
        hint = "check that it is a whole Parquet file, or save it again"
        raise DataError(f"{shown(path)}: must be sound Parquet", got=got, hint=hint) from error
    return LongTable(names, held.__getitem__, partial(row_of, shown(path)), str(path))


def row_of(origin: str, row: int) -> str:
    """What errors call a row of something without lines.

    >>> row_of("steps.parquet", 16)
    'steps.parquet, row 17'
    """
    return f"{origin}, row {row + 1}"


def _library() -> tuple[Any, type[Exception]]:
    """pyarrow.parquet, and what errors of pyarrow's own are."""
    try:
        return import_module("pyarrow.parquet"), import_module("pyarrow").ArrowException
    except ImportError as error:
        raise missing("Parquet", "pyarrow", "parquet") from error
