"""Data frames as examples: long ones, of which several rows make an item, and tables, of which each row is one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils.validation import validate_data

from regard.data.examples import Examples
from regard.data.measured import from_frame
from regard.errors import DataError


class LongFrame(NamedTuple):
    """A data frame with one row a step, and what its columns are; `x` are the channels, None for all others."""

    frame: Any
    id: str
    time: str | None
    x: Sequence[str] | None = None


def is_frame(thing: Any) -> bool:
    """Whether it is a data frame, of pandas or the like; none of them is imported."""
    return hasattr(thing, "columns") and hasattr(thing, "__getitem__")


def from_long(long: LongFrame, answers: Any, groups: Any, per_step: bool) -> Examples:
    """Series, in the order in which their ids first come.

    Answers and groups are the name of a column, or one an id: a dictionary or a Series by id, or a list in the order
    of the series.
    """
    columns = {name: each for name, each in (("y", answers), ("groups", groups)) if isinstance(each, str)}
    named = per_step and "y" in columns
    frame, identity, time, x = long
    read = from_frame(frame, id=identity, time=time, x=x, per_step=named, **columns)
    order = list(dict.fromkeys(np.asarray(frame[identity]).tolist()))
    return replace(
        read,
        answers=read.answers if answers is None or "y" in columns else _by_id("y", answers, order),
        groups=read.groups if groups is None or "groups" in columns else _by_id("groups", groups, order),
    )


def channels_of(frame: Any, *others: Any) -> list[str]:
    """The columns that are none of the others."""
    return [str(name) for name in frame.columns if str(name) not in others]


def _by_id(what: str, given: Any, order: list[Any]) -> list[Any]:
    """One answer or group an id, in the order of the ids."""
    if hasattr(given, "to_dict") and hasattr(given, "index"):
        given = given.to_dict()
    if not isinstance(given, dict):
        return list(given)
    absent = [name for name in order if name not in given]
    if absent:
        hint = "a Series whose index are the ids, a dictionary, or a list in their order"
        raise DataError(f"{what}: must have one for every id", got=f"none for {absent[0]!r}"[:80], hint=hint)
    return [given[name] for name in order]


def is_table(items: Any) -> bool:
    """Whether it is one table of numbers: an array or a frame with two axes, lists of numbers, or a single row."""
    if isinstance(items, list | tuple):
        return bool(items) and isinstance(items[0], list | tuple | np.ndarray) and _plain(items[0])
    if not hasattr(items, "ndim"):
        return hasattr(items, "__array__") and is_table(np.asarray(items))
    return bool(items.ndim == 2 or (items.ndim == 1 and items.dtype != object))


def rows_of(estimator: Any, table: Any, reset: bool) -> list["np.ndarray[Any, Any]"]:
    """Each row as an item of one vector, (1, d), checked as scikit-learn does; `reset` learns how many columns."""
    try:
        checked = validate_data(estimator, table, reset=reset, dtype=np.float64)
    except (TypeError, ValueError) as error:
        rule, hint = "X: must be a table of numbers, one item a row", "mend the columns that are no finite numbers"
        raise DataError(rule, got=" ".join(str(error).split())[:300], hint=hint) from error
    return [row[None] for row in checked]


def _plain(item: Any) -> bool:
    """Whether an item is a list of bare numbers."""
    return len(item) > 0 and all(np.ndim(each) == 0 and not isinstance(each, str) for each in item)
