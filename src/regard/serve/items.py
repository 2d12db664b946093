"""Items as JSON spells them, one way for each kind of input, as objects that the inputs read.

text      "a text", or a list of its words
sound     {"samples": [0.0, 0.1, …], "rate": 8000}, samples between -1 and 1
image     rows of pixels, [[0, 255, …], …], or of [red, green, blue]; fractions are taken as they are
graph     {"nodes": [[0.5, …], …], "source": [0, …], "target": [1, …], "edges": [[…], …]}, with "tags" and "edge_tags"
series    [[1.5, null, …], …]: a row for each step, null where a value is missing
vectors   [[1.5, …], …]
story     {"sentences": ["…", …], "question": "…"}
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regard.data.files import quoted
from regard.data.items import Graph, Sound, Story
from regard.data.measured.tagged import TaggedGraph
from regard.data.strict_json import text_of
from regard.errors import DataError, nearest
from regard.inputs.matrices import Axes, plain_array

GRAPH = ("nodes", "tags", "source", "target", "edges", "edge_tags")


def item_of(kind: str, value: Any, where: str) -> Any:
    """The item. Raises DataError, which calls it `where`, for JSON of another form; its numbers the input checks."""
    return READERS[kind](value, where)


def name_of(index: int) -> str:
    """What errors call an item of a request, as `data.examples` calls it."""
    return f"request, item {index + 1}"


def _text(value: Any, where: str) -> str | list[str]:
    if isinstance(value, list):
        return [text_of(word, f"word {place + 1}", where) for place, word in enumerate(value)]
    return text_of(value, "the item", where)


def _sound(value: Any, where: str) -> Sound:
    fields = _object(value, ("samples", "rate"), where)
    samples = _array(fields.get("samples"), f"{where}, samples", Axes("sample", "channel"))
    if samples.dtype.kind not in "iuf" or not samples.size:
        got = f"an array {samples.shape} of {samples.dtype}"
        raise DataError(f"{where}: samples must be numbers", got=got, hint="[0.0, 0.1, …], between -1 and 1")
    with np.errstate(over="ignore"):  # what becomes infinite is refused by the input
        return Sound(samples.astype(np.float32), fields.get("rate"))


def _image(value: Any, where: str) -> NDArray[Any]:
    pixels = _array(value, where, Axes("row", "column"))
    if pixels.dtype.kind not in "iu":
        return pixels
    if pixels.size and (pixels.min() < 0 or pixels.max() > 255):
        got = f"{pixels.min()} to {pixels.max()}"
        raise DataError(f"{where}: whole pixels lie between 0 and 255", got=got, hint="divide by full scale")
    return pixels.astype(np.uint8)


def _graph(value: Any, where: str) -> Graph:
    fields = _object(value, GRAPH, where)
    read = {name: _array(fields[name], f"{where}, {name}", Axes("row", "column")) for name in GRAPH if name in fields}
    for name in ("nodes", "edges"):
        if name in read and read[name].dtype.kind in "iub":
            read[name] = read[name].astype(np.float64)
    for name in ("source", "target"):
        if name not in read:
            raise DataError(
                f"{where}: a graph needs {name}", got=_keys(fields), hint='"source": [], if it has no edges'
            )
        read[name] = read[name] if read[name].size else np.zeros(0, np.int64)
    tags, edge_tags = read.pop("tags", None), read.pop("edge_tags", None)
    if "nodes" not in read:
        read["nodes"] = np.empty((0 if tags is None else len(tags), 0))
    if tags is None and edge_tags is None:
        return Graph(**read)
    return TaggedGraph(**read, tags=tags, edge_tags=edge_tags)


def _series(value: Any, where: str) -> Any:
    if not isinstance(value, list):
        raise DataError(f"{where}: must be a list of steps", got=quoted(repr(value)), hint="[[1.5], [null], …]")
    return [[_gap(each) for each in row] if isinstance(row, list) else _gap(row) for row in value]


def _gap(value: Any) -> Any:
    return float("nan") if value is None else value


def _vectors(value: Any, where: str) -> Any:
    if not isinstance(value, list):
        raise DataError(f"{where}: must be a list of vectors", got=quoted(repr(value)), hint="[[1.5, 0.5], …]")
    return value


def _story(value: Any, where: str) -> Story:
    fields = _object(value, ("sentences", "question"), where)
    sentences = fields.get("sentences")
    if not isinstance(sentences, list):
        got = quoted(repr(sentences)) if "sentences" in fields else _keys(fields)
        raise DataError(f"{where}: sentences must be a list", got=got, hint='"sentences": ["Mary went home."]')
    told = [text_of(each, f"sentence {place + 1}", where) for place, each in enumerate(sentences)]
    return Story((*told,), text_of(fields.get("question"), "question", where))


READERS: dict[str, Callable[[Any, str], Any]] = {
    "text": _text,
    "sound": _sound,
    "image": _image,
    "graph": _graph,
    "series": _series,
    "vectors": _vectors,
    "story": _story,
}


def _array(value: Any, where: str, axes: Axes) -> NDArray[Any]:
    """A list as an array, of texts too. Raises DataError for rows of different lengths."""
    if not isinstance(value, list):
        raise DataError(f"{where}: must be a list", got=quoted(repr(value)), hint="[…]")
    return plain_array(value, where, axes)


def _object(value: Any, names: Sequence[str], where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        got, hint = quoted(repr(value)), "{" + ", ".join(f'"{name}": …' for name in names) + "}"
        raise DataError(f"{where}: must be an object", got=got, hint=hint)
    if strange := next((name for name in value if name not in names), None):
        raise DataError(f"{where}: no such key", got=quoted(strange), hint=nearest(strange[:40], names))
    return value


def _keys(fields: dict[str, Any]) -> str:
    return f"the keys {', '.join(fields)}" if fields else "an object without keys"
