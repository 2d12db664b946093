"""An item as an array of numbers with two axes, or an error that says what it is instead."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regard.data.files import quoted
from regard.errors import DataError

Doubles = NDArray[np.float64]
MOST = float(np.finfo(np.float32).max)


class Axes(NamedTuple):
    """What errors call one row and one column, and whether a column alone is welcome as an array (n,)."""

    row: str
    column: str
    single: bool = False

    def __str__(self) -> str:
        return f"({self.row}s, {self.column}s)"


def matrix(item: Any, where: str, axes: Axes, *, missing: bool = False) -> Doubles:
    """The item (n, d) in double precision; with `missing`, NaN may be in it.

    Raises DataError, which calls the item `where`, if it is ragged, has no rows or columns, other axes than two, or
    holds anything but real numbers that float32 can hold.
    """
    found = numbers(item, where, axes)
    if axes.single and found.ndim == 1:
        found = found[:, None]
    if found.ndim != 2:
        raise DataError(f"{where}: must have two axes, {axes}", got=_shape(found), hint=_axes_hint(found, axes))
    if 0 in found.shape:
        hint = f"leave the item out, or check what made it: it needs a {axes.row} and a {axes.column} at least"
        raise DataError(f"{where}: must not be empty", got=_shape(found), hint=hint)
    doubles = found.astype(np.float64)
    sound = np.abs(doubles) <= MOST
    if missing:
        sound |= np.isnan(doubles)
    if not sound.all():
        raise _unsound(doubles, sound, where, axes, missing)
    return doubles


def numbers(item: Any, where: str, axes: Axes) -> NDArray[Any]:
    """The item as an array of real numbers or truth values, with whatever axes it has."""
    found = plain_array(item, where, axes)
    if found.dtype.kind not in "biuf":
        got = f"{_shape(found)} of {found.dtype}"
        if found.dtype.kind in "OUS" and found.size:
            got += f", such as {quoted(str(found.flat[0]))}"
        hint = {"c": "take the real and the imaginary part as two columns", "O": "turn every entry into a number"}
        text = "turn text into numbers first, or choose another kind of input"
        raise DataError(f"{where}: must hold real numbers", got=got, hint=hint.get(found.dtype.kind, text))
    return found


def plain_array(item: Any, where: str, axes: Axes) -> NDArray[Any]:
    """Anything that numpy takes for an array; a tensor may lie on any device."""
    try:
        return item.detach().cpu().numpy() if hasattr(item, "detach") else np.asarray(item)
    except (ValueError, TypeError, OverflowError) as error:
        got = f"a {type(item).__name__} that is no array: {str(error)[:80]}"
        hint = f"every {axes.row} needs the same number of {axes.column}s"
        raise DataError(f"{where}: must be an array {axes}", got=got, hint=hint) from error


def same_columns(found: NDArray[Any], columns: int, where: str, axes: Axes, transposed: str) -> None:
    """Raises DataError unless a matrix has that many columns; `transposed` is the advice where its rows are so many."""
    if found.shape[1] != columns:
        hint = f"give {columns:,}, as in training"
        hint = f"it looks transposed: {transposed}" if found.shape[0] == columns else hint
        got = f"{found.shape[1]:,} {axes.column}s in an array {found.shape}"
        raise DataError(f"{where}: must have {columns:,} {axes.column}s", got=got, hint=hint)


def _shape(found: NDArray[Any]) -> str:
    """`an array (3, 0)`."""
    return f"an array {found.shape}" if found.ndim else "a single value"


def _axes_hint(found: NDArray[Any], axes: Axes) -> str:
    """What to do about a wrong number of axes."""
    if found.ndim == 1:
        return f"array[:, None] for one {axes.column} at each {axes.row}, array[None] for a single {axes.row}"
    if found.ndim == 3:
        return "this may be many items: give list(array)"
    return f"one item is an array {axes}"


def _unsound(doubles: Doubles, sound: NDArray[np.bool_], where: str, axes: Axes, missing: bool) -> DataError:
    """The error for the first number that is none, or too large."""
    row, column = np.argwhere(~sound)[0]
    value = doubles[row, column]
    hint = "fill in missing values, or leave out the item"
    if not np.isnan(value):
        hint = "look for a division by zero or an overflow, or choose a smaller unit"
        hint += ", or write a missing value as nan" if missing else ""
    got = f"{value:g} in {axes.row} {row + 1}, {axes.column} {column + 1}, both counted from 1"
    return DataError(f"{where}: numbers must be finite and fit float32", got=got, hint=hint)
