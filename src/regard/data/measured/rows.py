"""Rows of a long table, one for each step of a series, gathered into series."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regard.data.examples import Examples
from regard.data.files import brief, quoted
from regard.data.items import Whole
from regard.data.measured.numbers import Place, as_numbers, is_missing
from regard.errors import DataError, OptionError, nearest


@dataclass(frozen=True)
class LongColumns:
    """Names of the columns of a long table.

    Attributes:
        id: which series a row belongs to.
        time: what its rows are sorted by; None leaves them in their order.
        x: the channels; None for all columns that are nothing else.
        y: the answer, the same in all rows of a series unless `per_step`.
        groups: the group, the same in all rows of a series.
        per_step: whether every step has an answer of its own.
    """

    id: str
    time: str | None = None
    x: Sequence[str] | None = None
    y: str | None = None
    groups: str | None = None
    per_step: bool = False

    def __post_init__(self) -> None:
        """Raises OptionError for columns that contradict."""
        if isinstance(self.x, str) or (self.x is not None and not len(self.x)):
            hint = f"x=[{self.x!r}]" if self.x else "leave x out for all other columns"
            raise OptionError("x: must be a list of columns", got=repr(self.x), hint=hint)
        if self.per_step and self.y is None:
            hint = "y=COLUMN, which holds the answer of each step"
            raise OptionError("per_step: needs the column y", got="y None", hint=hint)
        used = [name for name in (self.id, self.time, *(self.x or ()), self.y, self.groups) if name is not None]
        twice = next((name for name in used if used.count(name) > 1), None)
        if twice is not None and (twice != self.groups or used.count(twice) > 2 or twice in (self.x or ())):
            got = f"column {quoted(twice)} for two"
            raise OptionError("id, time, x, y: must be different columns", got=got, hint="name each column once")

    def chosen(self, names: Sequence[str], where: str) -> list[str]:
        """The columns x. Raises DataError if a column that is named is not there, or there more than once."""
        others = [name for name in (self.id, self.time, self.y, self.groups) if name is not None]
        chosen = [name for name in names if name not in others] if self.x is None else list(self.x)
        for name in (*others, *chosen):
            if names.count(name) != 1:
                got = f"column {quoted(name)}" + (" more than once" if name in names else "")
                hint = nearest(brief(name), [brief(other) for other in names[:20] if other != name])
                raise DataError(f"{where}: must have each column once", got=got, hint=hint)
        if not chosen:
            got = f"only {', '.join(map(brief, names))}"
            raise DataError(f"{where}: must have a column of values", got=got, hint="add one beside id, time and y")
        return chosen


class LongTable(NamedTuple):
    """A table by columns: what is in the column of a name; errors call row i `place(i)`."""

    names: Sequence[str]
    column: Callable[[str], Sequence[Any]]
    place: Place
    origin: str
    lines: Sequence[int] = ()


def gathered(table: LongTable, columns: LongColumns) -> Examples:
    """Series (steps, channels), in the order in which their ids first come, rows sorted by time."""
    chosen = columns.chosen(table.names, table.origin)
    ids = table.column(columns.id)
    if not len(ids):
        raise DataError(f"{table.origin}: must hold rows", got="none", hint="check what was to write it")
    order, bounds = _order(ids, table, columns)
    values = np.column_stack([as_numbers(table.column(name), f"column {quoted(name)}", table.place) for name in chosen])
    parts = [order[first:last] for first, last in pairwise(bounds)]
    answers = groups = None
    if columns.y is not None:
        ask = _each if columns.per_step else _constant
        answers = ask(table, columns.y, parts)
    if columns.groups is not None:
        groups = _constant(table, columns.groups, parts)
    lines = [table.lines[int(part.min())] for part in parts] if len(table.lines) else ()
    return Examples("series", [values[part] for part in parts], answers, groups, table.origin, lines)


def _order(ids: Sequence[Any], table: LongTable, columns: LongColumns) -> tuple[Whole, Whole]:
    """Rows by series and time, and where each series begins, with the end at the end."""
    known: dict[Any, int] = {}
    series = np.fromiter((known.setdefault(name, len(known)) for name in ids), np.int64, len(ids))
    absent = next((number for name, number in known.items() if is_missing(name)), None)
    if absent is not None:
        wrong = int((series == absent).argmax())
        hint = "fill it in: it tells which series the row belongs to"
        rule = f"{table.place(wrong)}: column {quoted(columns.id)}, the id, must not be missing"
        raise DataError(rule, got=quoted(str(ids[wrong])), hint=hint)
    bounds = np.concatenate(([0], np.cumsum(np.bincount(series))))
    if columns.time is None:
        return np.argsort(series, kind="stable"), bounds
    times = as_times(table.column(columns.time), f"column {quoted(columns.time)}", table.place)
    order = np.lexsort((times, series))
    same = (np.diff(series[order]) == 0) & (times[order][1:] == times[order][:-1])
    if same.any():
        first, second = order[int(same.argmax())], order[int(same.argmax()) + 1]
        got = f"{quoted(str(table.column(columns.time)[int(second)]))} in {table.place(int(first))} too"
        hint = "remove one of the two rows, or give another id"
        rule = f"{table.place(int(second))}: a series must have each time once"
        raise DataError(rule, got=got, hint=hint)
    return order, bounds


def as_times(values: Sequence[Any], what: str, place: Place) -> NDArray[Any]:
    """(n,): whole numbers, numbers, or seconds since 1970 for dates of ISO 8601, to be sorted by.

    Raises DataError for a value that is none of these, as the others are.
    """
    found = np.asarray(values)
    if found.dtype.kind in "iu" or (found.dtype.kind == "M" and not np.isnat(found).any()):
        return found
    for kind in (_whole, float, _seconds):
        try:
            times = np.array([kind(value) for value in values])
        except (ValueError, TypeError, OverflowError):
            continue
        if times.dtype.kind in "if" and np.isfinite(times).all():
            return times
    wrong = next((i for i, value in enumerate(values) if is_missing(value)), None)
    wrong = _odd(values) if wrong is None else wrong
    hint = "write all as numbers, or all as dates: 2024-01-31, or 2024-01-31T12:00:00"
    raise DataError(f"{place(wrong)}: {what} must be a time", got=quoted(str(values[wrong])), hint=hint)


def _whole(value: Any) -> int:
    """A whole number, and nothing that would have to be rounded to be one."""
    if isinstance(value, str) or value == int(value):
        return int(value)
    raise ValueError


def _seconds(value: Any) -> float:
    """A date as seconds since 1970; one without a zone is taken for UTC."""
    date = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


def _odd(values: Sequence[Any]) -> int:
    """The first value that is no time of the kind that the first is."""
    kind = float if _reads(float, values[0]) else _seconds
    return next((index for index, value in enumerate(values) if not _reads(kind, value)), 0)


def _reads(kind: Callable[[Any], float], value: Any) -> bool:
    """Whether a value is of a kind."""
    try:
        kind(value)
    except (ValueError, TypeError, OverflowError):
        return False
    return True


def _each(table: LongTable, name: str, parts: Sequence[Whole]) -> list[list[Any]]:
    """The answers of every series, step by step; None where one is missing."""
    column = [None if is_missing(value) else _plain(value) for value in table.column(name)]
    return [[column[row] for row in part] for part in parts]


def _constant(table: LongTable, name: str, parts: Sequence[Whole]) -> list[Any]:
    """What a column says of every series."""
    column = table.column(name)
    found = []
    for part in parts:
        rows = sorted(part.tolist())
        first = _plain(column[rows[0]])
        wrong = rows[0] if is_missing(first) else next((row for row in rows if column[row] != first), None)
        if wrong is not None:
            got = f"{quoted(str(column[wrong]))}, and {quoted(str(first))} in {table.place(rows[0])}"
            hint = "say per_step=True if every step has an answer of its own, or mend the row"
            rule = f"{table.place(wrong)}: column {quoted(name)} must be the same in all rows of a series"
            raise DataError(rule, got=got, hint=hint)
        found.append(first)
    return found


def _plain(value: Any) -> Any:
    """A value of Python's own types, where it is one of numpy's."""
    return value.item() if isinstance(value, np.generic) else value
