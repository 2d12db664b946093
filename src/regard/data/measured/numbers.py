"""Texts and other values as numbers, or an error that names the one that is none."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regard.data.files import quoted
from regard.data.items import Whole
from regard.errors import DataError

MISSING = frozenset(("", "?", "NA", "N/A", "na", "n/a", "NaN", "nan", "null", "NULL", "None", "<NA>", "NaT"))
WHOLE = re.compile(r"\s*[+-]?\d{1,18}\s*")
Place = Callable[[int], str]


def as_numbers(values: Sequence[Any], what: str, place: Place) -> NDArray[np.float64]:
    """(n,): the numbers; NaN for what usually stands for a missing value: nothing, ?, NA, NaN, null, None.

    Raises DataError, which calls value i `what` at `place(i)`, for one that is neither, or infinite.

    >>> as_numbers(["1.5", "?"], "a value", lambda index: f"line {index + 1}").tolist()
    [1.5, nan]
    """
    try:
        found = np.array(list(map(float, values)))
    except (ValueError, TypeError, OverflowError):
        found = np.array([_number(value, what, place, index) for index, value in enumerate(values)])
    if np.isinf(found).any() or _grouped(values):
        wrong = next(i for i, value in enumerate(values) if np.isinf(found[i]) or "_" in str(value))
        raise _no_number(values[wrong], f"{place(wrong)}: {what} must be a finite number")
    return found


def as_whole(values: Sequence[str], what: str, place: Place) -> Whole:
    """(n,): the whole numbers. Raises DataError as `as_numbers` does, for what is none or has more than 18 digits.

    >>> as_whole(["1", " -2"], "a value", str).tolist()
    [1, -2]
    """
    try:
        found = np.fromiter(map(int, values), np.int64, len(values))
        if not _grouped(values) and np.abs(found).max(initial=0) < 10**18:
            return found
    except (ValueError, OverflowError):
        pass
    wrong = next(index for index, value in enumerate(values) if not WHOLE.fullmatch(value))
    hint = "check that line for stray characters, and that this is the right file"
    rule = f"{place(wrong)}: {what} must be a whole number"
    raise DataError(rule, got=quoted(values[wrong]), hint=hint)


def always(place: str) -> Place:
    """A place that is the same for all values."""
    return lambda _: place


def is_missing(value: Any) -> bool:
    """Whether a value usually stands for none."""
    return (value if isinstance(value, str) else str(value)).strip() in MISSING


def _number(value: Any, what: str, place: Place, index: int) -> float:
    """One number, NaN for a missing one."""
    try:
        return float("nan") if is_missing(value) else float(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise _no_number(value, f"{place(index)}: {what} must be a number") from error


def _no_number(value: Any, rule: str) -> DataError:
    """The error for a value that is no number."""
    hint = "write a missing value as nan"
    if isinstance(value, str) and "," in value:
        hint = f"write a decimal point, as in {quoted(value.replace(',', '.'))}"
    return DataError(rule, got=quoted(str(value)), hint=hint)


def _grouped(values: Sequence[Any]) -> bool:
    """Whether digits are grouped as in 1_000, which Python reads and no file means."""
    return any(isinstance(value, str) and "_" in value for value in values)
