"""What people pass as X, as items: which kind of input they are, by a rule that is printed, never by a guess.

X                                                   with input="auto" it is
list, array or Series of str                        text
list of lists of str                                text, words given
Story, or (list of str, str) pairs                  story
paths (pathlib.Path)                                needs input="sound" or "image"
(samples, rate) pairs, Sound, 1-D arrays and rate=  sound
1-D arrays without rate=                            an error: waves need their rate
uint8 arrays (rows, columns[, channels])            image
Graph, networkx, PyTorch-Geometric-like objects     graph
DataFrame with id= and time=                        series (frames.py)
3-D array, or list of 2-D arrays of numbers         vectors; series where numbers are missing or layout= is given
2-D array, DataFrame, list of lists of numbers      an error, unless input="vectors": then a row is one vector
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from regard.data.items import KINDS, Graph, Sound, Story
from regard.data.pairs import one_of
from regard.errors import DataError


class Given(NamedTuple):
    """What a constructor says of items: their kind, or `auto`; the rate of waves; the layout of series."""

    kind: str
    rate: int | None = None
    layout: str | None = None


def as_items(items: Any, given: Given) -> tuple[str, Sequence[Any]]:
    """The kind of input and the items themselves. Raises DataError where it cannot be told."""
    one_of("input", given.kind, ("auto", *KINDS))
    listed = as_list(items)
    if given.kind in ("auto", "series", "graph") and _flat(items):
        _refuse_flat(items)
    kind = told(listed[0], given) if given.kind == "auto" else given.kind
    if kind == "sound":
        listed = [as_sound(item, given.rate) for item in listed]
    elif kind == "image":
        listed = [Path(item) if isinstance(item, str) else item for item in listed]
    return kind, listed


def as_list(items: Any) -> list[Any]:
    """The items, one after the other. Raises DataError for what is one item, or no items."""
    items = np.asarray(items) if hasattr(items, "__array__") and not hasattr(items, "__len__") else items
    if isinstance(items, str | bytes | dict) or not hasattr(items, "__len__") or getattr(items, "ndim", 1) == 0:
        hint = "a list of items, even of one: [item]"
        raise DataError("X: must be a list of items, or an array", got=type(items).__name__, hint=hint)
    if not len(items):
        raise DataError("X: must hold items", got="none", hint="check the file or the selection before it")
    return list(items)


def told(item: Any, given: Given) -> str:
    """The kind of input that an item is, by the table above."""
    if isinstance(item, str) or _words(item):
        return "text"
    if isinstance(item, Story) or _told(item):
        return "story"
    if isinstance(item, Path):
        hint = 'input="sound" or input="image"'
        raise DataError("X: paths do not say what they hold", got=repr(str(item))[:60], hint=hint)
    if isinstance(item, Sound) or _pair(item):
        return "sound"
    if isinstance(item, Graph) or hasattr(item, "edge_index") or hasattr(item, "adjacency"):
        return "graph"
    return _of_array(_array(item), type(item).__name__, given)


def as_sound(item: Any, rate: int | None) -> Any:
    """A path, or a Sound with its rate."""
    if isinstance(item, Sound | Path):
        return item
    if isinstance(item, str):
        return Path(item)
    if _pair(item):
        first, second = item
        return Sound(np.asarray(second), int(first)) if np.ndim(first) == 0 else Sound(np.asarray(first), int(second))
    return Sound(_array(item), rate)


def _of_array(array: "np.ndarray[Any, Any]", name: str, given: Given) -> str:
    if array.ndim == 1 and array.dtype.kind in "fi":
        if given.rate is not None:
            return "sound"
        hint = 'rate=8000 for waves; input="series" with arrays (steps, 1) for one channel'
        raise DataError("X: waves need rate=", got=f"an array {array.shape}", hint=hint)
    if array.dtype == np.uint8 and array.ndim in (2, 3):
        return "image"
    if array.ndim == 2 and array.dtype.kind in "fiub":
        gaps = array.dtype.kind == "f" and bool(np.isnan(array).any())
        return "series" if gaps or given.layout is not None else "vectors"
    got = f"{name}{f' {array.shape} of {array.dtype}' if array.dtype != object else ''}"
    hint = f"input= one of {', '.join(KINDS)}, and items as regard.data.items says"
    raise DataError("X: items must be of a kind that is known", got=got, hint=hint)


def _array(item: Any) -> "np.ndarray[Any, Any]":
    """Anything as an array; of objects where rows differ in length."""
    try:
        return np.asarray(item)
    except (TypeError, ValueError):
        return np.empty(0, object)


def _words(item: Any) -> bool:
    return isinstance(item, list | tuple) and bool(item) and all(isinstance(word, str) for word in item)


def _told(item: Any) -> bool:
    """Sentences and a question."""
    if not (isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[1], str)):
        return False
    return isinstance(item[0], tuple | list) and all(isinstance(sentence, str) for sentence in item[0])


def _pair(item: Any) -> bool:
    """(samples, rate), or (rate, samples) as scipy reads it."""
    if not (isinstance(item, tuple) and len(item) == 2):
        return False
    return {_array(each).ndim for each in item if _array(each).dtype.kind in "fiu"} in ({0, 1}, {0, 2})


def _flat(items: Any) -> bool:
    """Whether all the items are one table of numbers."""
    return isinstance(items, np.ndarray) and items.ndim == 2 and items.dtype.kind in "fiub"


def _refuse_flat(items: "np.ndarray[Any, Any]") -> None:
    hint = "X[:, :, None] where columns are steps of one channel; input='vectors' where each row is one vector"
    raise DataError("X: an item is a set of vectors, (steps, features)", got=f"a 2-D array {items.shape}", hint=hint)
