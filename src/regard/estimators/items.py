"""What people pass as X, as examples: which kind of input it is, by a rule that is printed, never by a guess.

X                                                   with input="auto" it is
list, array or Series of str                        text
list of lists of str                                text, words given
paths (pathlib.Path)                                needs input="sound" or "image"
(samples, rate) pairs, Sound, 1-D arrays and rate=  sound
1-D arrays without rate=                            an error: waves need their rate
uint8 arrays (rows, columns[, channels])            image
Graph, networkx, PyTorch-Geometric-like objects     graph
DataFrame with id= and time=                        series
3-D array, or list of 2-D arrays of numbers         vectors; series where numbers are missing
2-D array of numbers                                an error, unless input="vectors": then a row is one vector
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from regard.data.examples import Examples
from regard.data.items import KINDS, Graph, Sound
from regard.data.pairs import one_of
from regard.errors import DataError


def as_items(items: Any, kind: str, rate: int | None) -> tuple[str, Sequence[Any]]:
    """The kind of input and the items themselves; `kind` may be `auto`. Raises DataError where it cannot be told."""
    one_of("input", kind, ("auto", *KINDS))
    if isinstance(items, str | bytes | dict) or not hasattr(items, "__len__"):
        hint = "a list of items, even of one: [item]"
        raise DataError("X: must be a list of items, or an array", got=type(items).__name__, hint=hint)
    if isinstance(items, np.ndarray) and items.ndim == 2 and kind != "vectors" and items.dtype.kind in "fiub":
        _refuse_flat(items)
    listed: Any = items if isinstance(items, np.ndarray) and items.ndim > 2 else list(items)
    if not len(listed):
        raise DataError("X: must hold items", got="none", hint="check the file or the selection before it")
    if kind == "vectors" and getattr(items, "ndim", 0) == 2:
        listed = [row[None] for row in listed]
    kind = told(listed[0], rate) if kind == "auto" else kind
    if kind == "sound":
        listed = [as_sound(item, rate) for item in listed]
    elif kind == "image":
        listed = [Path(item) if isinstance(item, str) else item for item in listed]
    return kind, listed


def told(item: Any, rate: int | None) -> str:
    """The kind of input that an item is, by the table above."""
    if isinstance(item, str) or _words(item):
        return "text"
    if isinstance(item, Path):
        hint = 'input="sound" or input="image"'
        raise DataError("X: paths do not say what they hold", got=repr(str(item))[:60], hint=hint)
    if isinstance(item, Sound) or _pair(item):
        return "sound"
    if isinstance(item, Graph) or hasattr(item, "edge_index") or hasattr(item, "adjacency"):
        return "graph"
    array = np.asarray(item)
    if array.ndim == 1 and array.dtype.kind in "fi":
        if rate is not None:
            return "sound"
        hint = 'rate=8000 for waves; input="series" with arrays (steps, 1) for one channel'
        raise DataError("X: waves need rate=", got=f"an array {array.shape}", hint=hint)
    if array.dtype == np.uint8 and array.ndim in (2, 3):
        return "image"
    if array.ndim == 2 and array.dtype.kind in "fiub":
        return "series" if array.dtype.kind == "f" and np.isnan(array).any() else "vectors"
    got = f"{type(item).__name__}{f' {array.shape} of {array.dtype}' if array.dtype != object else ''}"
    hint = f"input= one of {', '.join(KINDS)}, and items as regard.data.items says"
    raise DataError("X: items must be of a kind that is known", got=got, hint=hint)


def as_sound(item: Any, rate: int | None) -> Any:
    """A path, or a Sound with its rate."""
    if isinstance(item, Sound | Path):
        return item
    if isinstance(item, str):
        return Path(item)
    if _pair(item):
        first, second = item
        return Sound(np.asarray(second), int(first)) if np.ndim(first) == 0 else Sound(np.asarray(first), int(second))
    return Sound(np.asarray(item), rate)


def as_examples(items: Any, answers: Any, kind: str, rate: int | None, groups: Any = None) -> Examples:
    """Examples of items and answers that are already here."""
    kind, listed = as_items(items, kind, rate)
    given = None if answers is None else list(answers)
    return Examples(kind, listed, given, None if groups is None else list(groups), origin="X")


def _words(item: Any) -> bool:
    return isinstance(item, list | tuple) and bool(item) and all(isinstance(word, str) for word in item)


def _pair(item: Any) -> bool:
    """(samples, rate), or (rate, samples) as scipy reads it."""
    return isinstance(item, tuple) and len(item) == 2 and {np.ndim(each) for each in item} in ({0, 1}, {0, 2})


def _refuse_flat(items: "np.ndarray[Any, Any]") -> None:
    hint = "X[:, :, None] where columns are steps of one channel; input='vectors' where each row is one vector"
    raise DataError("X: an item is a set of vectors, (steps, features)", got=f"a 2-D array {items.shape}", hint=hint)
