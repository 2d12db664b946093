"""What people pass as y, as answers: one an item, or several."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils.validation import column_or_1d

from regard.errors import DataError


class Answers(NamedTuple):
    """One answer an item; `table` says that several classes came as a table of 0 and 1, a column a class."""

    each: list[Any]
    table: bool = False


def as_answers(kind: str, y: Any) -> Answers:
    """The answers as a list.

    A table (items, classes) of 0 and 1 becomes lists of column numbers. Raises DataError for one text, and
    for classes that are numbers with a fraction.
    """
    if isinstance(y, str | bytes | dict | set):
        hint = "one answer an item; the name of a column or a dictionary goes with a data frame and id="
        raise DataError("y: must be a list", got=repr(y)[:60], hint=hint)
    if hasattr(y, "__array__"):
        y = np.asarray(y)
        if y.ndim == 2 and y.shape[1] == 1 and kind != "label":
            y = column_or_1d(y, warn=True)
        if y.ndim == 2 and kind == "classify":
            return Answers(_columns(y), table=True)
    each = [one.tolist() if isinstance(one, np.ndarray) and kind == "classify" else one for one in y]
    if kind == "regress":
        each = _as_numbers(each)
    elif kind == "classify":
        _refuse_fractions(each)
    return Answers(each)


def as_table(found: list[list[int]], classes: int) -> "np.ndarray[Any, Any]":
    """Lists of class numbers as a table (items, classes) of 0 and 1.

    >>> as_table([[0], [0, 2]], 3).tolist()
    [[1, 0, 0], [1, 0, 1]]
    """
    table = np.zeros((len(found), classes), np.int64)
    for row, numbers in zip(table, found, strict=True):
        row[numbers] = 1
    return table


def as_array(names: Sequence[Any], classes: Sequence[Any]) -> "np.ndarray[Any, Any]":
    """Some of the classes as an array of their type; of objects where they are of several: none becomes a text."""
    if len({type(name) for name in classes}) == 1:
        return np.array(names)
    mixed = np.empty(len(names), object)
    mixed[:] = names
    return mixed


def _columns(table: "np.ndarray[Any, Any]") -> list[list[int]]:
    if not np.isin(table, (0, 1)).all():
        hint = "a list of lists of classes, or 1 where a class holds"
        raise DataError("y: a table must hold 0 and 1", got=f"{table.dtype} {table.shape}", hint=hint)
    return [np.flatnonzero(row).tolist() for row in table]


def _as_numbers(each: list[Any]) -> list[Any]:
    """Whole numbers as others, so that both are trained on alike; what is none stays, to be refused by its place."""
    try:
        numbers = np.asarray(each, np.float64)
    except (TypeError, ValueError):
        return each
    return list(numbers)


def _refuse_fractions(each: list[Any]) -> None:
    wrong = next((one for one in each if isinstance(one, float | np.floating) and not float(one).is_integer()), None)
    if wrong is not None:
        rule = "y: classes are names or whole numbers. Unknown label type: continuous"
        raise DataError(rule, got=repr(wrong), hint="AttentionRegressor for numbers; leave out items without a class")
