"""A list of sounds or images with their answers: a table (CSV, TSV) or JSON lines that name a file a row."""

import json
import math
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from regard.data.cells import Rows, csv_rows, tsv_rows
from regard.data.examples import Examples
from regard.data.files import brief, quoted, shown
from regard.data.items import Sound
from regard.data.readers import kind_of
from regard.data.recorded.media import check_file, one_kind
from regard.data.strict_json import json_objects
from regard.errors import DataError, OptionError, nearest

Row = dict[str, Any]
TABLES = {".csv": csv_rows, ".tsv": tsv_rows}


class Columns(NamedTuple):
    """What each column, or key of JSON lines, is called.

    Attributes:
        path: of the file, from the manifest's folder.
        y: the answer; None for the column `label` or `y`, if there is one.
        groups: the group; None for no groups.
        start, stop: seconds of a sound where the part begins and ends; such columns need not be there.
    """

    path: str = "path"
    y: str | None = None
    groups: str | None = None
    start: str = "start"
    stop: str = "stop"


def read_manifest(
    manifest: str | Path, columns: Columns | None = None, *, kind: str | None = None, encoding: str = "utf-8"
) -> Examples:
    """The sounds or images that a .csv, .tsv or .jsonl manifest (or .gz of these) lists, as paths and parts of files.

    The first row of a table names its columns; blank lines are no rows. Answers are texts as they stand in a table, and
    any value of JSON. Raises DataError with the manifest's line for a row that cannot be read, a file that is not
    there, a part that ends before it begins; OptionError for another suffix. About 0.1 ms a row.
    """
    manifest, names = Path(manifest), columns or Columns()
    paths: list[Path] = []
    items: list[Path | Sound] = []
    answers: list[Any] = []
    groups: list[Any] = []
    lines = array("Q")
    for line, row in _rows(manifest, encoding):
        at = f"{shown(manifest)}:{line}"
        if not lines and names.y is None:
            names = names._replace(y=next((name for name in ("label", "y") if name in row), None))
        path = manifest.parent / _name(row, names.path, at)
        check_file(path, at)
        paths.append(path)
        items.append(_part(path, row, names, at))
        lines.append(line)
        answers += [_value(row, names.y, at)] if names.y else []
        groups += [_value(row, names.groups, at)] if names.groups else []
    if not paths:
        hint = "check that this is the right file"
        raise DataError(f"{shown(manifest)}: must list files", got="no row beside the header", hint=hint)
    kind = one_kind(paths, shown(manifest), kind)
    there = (answers if names.y else None, groups if names.groups else None)
    return Examples(kind, items if kind == "sound" else paths, *there, origin=str(manifest), lines=lines)


def _rows(path: Path, encoding: str) -> Iterator[tuple[int, Row]]:
    """The line where each row begins, and its cells by name."""
    suffix = kind_of(path)
    if suffix == ".jsonl":
        found = json_objects(path, encoding, 'write one object a line: {"path": "a.wav", "label": "yes"}')
        yield from ((line, row) for line, row in found if row is not None)
    elif suffix in TABLES:
        yield from _named(TABLES[suffix](path, encoding), path)
    else:
        hint = "rename it if it is one of these"
        raise OptionError("manifest: must be a .csv, .tsv or .jsonl file", got=shown(path.name), hint=hint)


def _named(rows: Rows, path: Path) -> Iterator[tuple[int, Row]]:
    """The rows of a table that are not blank, by the names in its first row."""
    first, header = next(rows)
    twice = next((name for name in header if header.count(name) > 1), None)
    if twice is not None:
        got, hint = f"{quoted(twice)} {header.count(twice)} times", "rename all but one of them"
        raise DataError(f"{shown(path)}:{first}: the header must name a column once", got=got, hint=hint)
    for line, cells in rows:
        if len(cells) == len(header):
            yield line, dict(zip(header, cells, strict=True))
        elif "".join(cells).strip():
            got = f"{len(cells)} cells: {quoted(' | '.join(cells), 60)}"
            rule = f"{shown(path)}:{line}: a row must have {len(header)} cells, as the header has"
            raise DataError(rule, got=got, hint="look for a stray or missing separator in this line")


def _value(row: Row, name: str, at: str) -> Any:
    """What stands under a name, which must be there and not blank."""
    if name not in row:
        hint = f"choose a column; here {nearest(brief(name), [brief(each) for each in list(row)[:20]])}"
        raise DataError(f"{at}: a column is missing", got=f"no {quoted(name)}", hint=hint)
    value = row[name]
    if value is None or (isinstance(value, str) and not value.strip()):
        hint = "fill it in, or remove the row"
        raise DataError(f"{at}: {quoted(name)} must not be blank", got=repr(value), hint=hint)
    return value


def _name(row: Row, column: str, at: str) -> str:
    """The name of a file."""
    value = _value(row, column, at)
    if not isinstance(value, str):
        got = brief(json.dumps(value))
        raise DataError(f"{at}: {quoted(column)} must be a file's name", got=got, hint="put it in quotes")
    return value


def _part(path: Path, row: Row, names: Columns, at: str) -> Path | Sound:
    """The file, or the part of it between start and stop."""
    start, stop = (_seconds(row.get(name), name, at) for name in (names.start, names.stop))
    if start is None and stop is None:
        return path
    if stop is not None and stop <= (start or 0.0):
        got, hint = f"{start or 0.0:g} to {stop:g} seconds", "give seconds from the beginning of the file"
        raise DataError(f"{at}: a part must end after it begins", got=got, hint=hint)
    return Sound(path, start=start or 0.0, stop=stop)


def _seconds(value: Any, name: str, at: str) -> float | None:
    """A number of seconds, none where nothing stands."""
    if value is None or value == "":
        return None
    try:
        seconds = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        hint = "write them as 1.25, or leave them out for the whole file"
        raise DataError(f"{at}: {quoted(name)} must be seconds", got=brief(repr(value)), hint=hint)
    return seconds
