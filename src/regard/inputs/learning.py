"""What all inputs of measured vectors ask of the items of a training, before they learn from them."""

from collections.abc import Collection, Sequence
from typing import Any

from regard.errors import DataError


def first_of(items: Sequence[Any], kind: str) -> Any:
    """The first item. Raises DataError if there is none."""
    if not len(items):
        raise DataError(f"{kind}: there must be items to learn from", got="none", hint="check that the data is there")
    return items[0]


def item_name(index: int) -> str:
    """What errors call an item of a training that is known by its number alone.

    >>> item_name(16)
    'data, item 17'
    """
    return f"data, item {index + 1}"


def refuse_transposed(shapes: Collection[tuple[int, ...]], hint: str) -> None:
    """Raises DataError if all have the same number of rows and more than two of columns: they lie the other way."""
    known = set(shapes)
    if len(known) > 2 and all(len(shape) == 2 for shape in known) and len({shape[0] for shape in known}) == 1:
        widths = sorted(shape[1] for shape in known)
        got = f"always {next(iter(known))[0]} rows, but {widths[0]} to {widths[-1]} columns: they look transposed"
        raise DataError("data: all items must have the same number of columns", got=got, hint=hint)
