"""What is known of each node, or of each edge: some columns of numbers, and some of tags."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regard.data.files import brief
from regard.errors import DataError
from regard.inputs.matrices import Axes, Doubles, matrix, plain_array

MOST_TAGS = 1_000
Tag = int | str


class Table(NamedTuple):
    """Numbers (n, d) in double precision and tags (n, t) of the same n nodes or edges."""

    numbers: Doubles
    tags: NDArray[Any]

    @property
    def empty(self) -> bool:
        """Whether nothing is known of any."""
        return not (self.numbers.size or self.tags.size)


def table(given: Any, tags: Any, where: str, axes: Axes) -> Table:
    """Features and tags as a table; features of whole numbers, truth values or texts are tags themselves.

    Raises DataError, which calls them `where`, for arrays of other shapes or types.
    """
    found = _upright(given, where, axes)
    more = np.empty((len(found), 0), np.int64) if tags is None else _upright(tags, where, axes)
    if found.dtype.kind in "biuU" and found.shape[1]:
        numbers = np.empty((len(found), 0))
        return Table(numbers, _tags(found, where, axes) if tags is None else _joined(found, more, where, axes))
    if found.shape[1] and len(found):
        return Table(matrix(found, where, axes), _tags(more, where, axes))
    return Table(np.zeros(found.shape), _tags(more, where, axes))


def _upright(given: Any, where: str, axes: Axes) -> NDArray[Any]:
    """An array (n, d); a list (n,) is one column."""
    found = plain_array(given, where, axes)
    found = found[:, None] if found.ndim == 1 else found
    return found if found.ndim == 2 else matrix(found, where, axes)


def _joined(found: NDArray[Any], more: NDArray[Any], where: str, axes: Axes) -> NDArray[Any]:
    """Two sets of tags side by side, texts if either is."""
    return np.hstack((_tags(found, where, axes), _tags(more, where, axes)))


def _tags(found: NDArray[Any], where: str, axes: Axes) -> NDArray[Any]:
    """Tags of a type that may be one: whole numbers or texts."""
    if found.dtype.kind not in "biuU" and found.size:
        hint = "give tags as whole numbers or texts, and numbers that mean a size as features"
        raise DataError(f"{where}: tags must be whole numbers or texts", got=f"an array of {found.dtype}", hint=hint)
    return found.astype(np.int64) if found.dtype.kind in "biu" else found


def vocabulary(columns: list[NDArray[Any]], where: str) -> list[Tag]:
    """The different tags of one column in all graphs, sorted; of a column of 0 and 1 only the 1.

    Raises DataError for more than 1,000 of them.
    """
    found: list[Tag] = np.unique(np.concatenate(columns)).tolist()
    if len(found) > MOST_TAGS:
        got = f"{len(found):,}, such as {', '.join(brief(str(tag)) for tag in found[:3])}"
        hint = "numbers that mean a size are floating-point: array.astype(float)"
        raise DataError(f"{where}: a tag may be one of at most {MOST_TAGS:,}", got=got, hint=hint)
    return [1] if set(found) <= {0, 1} else found


def one_hot(column: NDArray[Any], known: list[Tag]) -> NDArray[np.float32]:
    """(n, len(known)): 1 where a tag is that one; nothing but zeros for a tag that is unknown.

    >>> one_hot(np.array([3, 5, 4]), [3, 4]).tolist()
    [[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]]
    """
    places = {tag: place for place, tag in enumerate(known)}
    found = np.array([places.get(tag, len(known)) for tag in column.tolist()], np.int64)
    return np.eye(len(known) + 1, len(known), dtype=np.float32)[found]
