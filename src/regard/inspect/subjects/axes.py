"""An item as an axis: what its positions are called, and what it takes to draw it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from regard.data.items import Story
from regard.inputs.base import Input
from regard.inspect.record import Axis

CLOSED = ("spans",)
"""Of things, what tells where each vector begins and ends."""


def axis_of(given: Input, item: Any, group: int) -> Axis:
    """The axis `source` of an item, whose positions are `group` vectors each."""
    words = given.kind == "text" and not isinstance(item, str)
    thing = {name: _grouped(each, group) if name in CLOSED else each for name, each in given.shown(item).items()}
    return Axis("source", "words" if words else given.kind, tuple(given.names(item)[::group]), thing)


def brief_item(item: Any, kind: str) -> str:
    """An item in a line: a text itself, a file's name, of others their kind and size.

    >>> brief_item(np.zeros((5, 2)), "series"), brief_item(["New", "York"], "text")
    ('series (5, 2)', 'New York')
    """
    if isinstance(item, str):
        return item
    if isinstance(item, list) and all(isinstance(word, str) for word in item):
        return " ".join(item)
    path = getattr(item, "samples", item)
    if isinstance(item, Story):
        return item.question
    if hasattr(path, "name") and hasattr(path, "suffix"):
        return str(path.name)
    shape = getattr(path, "shape", None)
    size = str(tuple(shape)) if shape is not None else f"of {len(item)}" if hasattr(item, "__len__") else ""
    return f"{kind} {size}".strip()


def _grouped(spans: NDArray[Any], group: int) -> NDArray[Any]:
    """Spans (n, 2) of vectors as those of positions."""
    last = np.minimum(np.arange(0, len(spans), group) + group, len(spans)) - 1
    found: NDArray[Any] = np.stack((spans[::group, 0], spans[last, 1]), 1)
    return found
