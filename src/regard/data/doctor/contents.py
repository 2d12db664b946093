"""Items that hold nothing, numbers that are none, and sizes that do not fit together."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from regard.data.doctor.finding import Finding, of, places
from regard.data.examples import Examples
from regard.data.items import Graph, Sound

CHANNELS = (1, 3, 4)
BEGINNINGS = {
    ".wav": (b"RIFF", b"RIFX", b"RF64"),
    ".flac": (b"fLaC", b"ID3"),
    ".ogg": (b"OggS",),
    ".png": (b"\x89PNG",),
    **dict.fromkeys((".jpg", ".jpeg"), (b"\xff\xd8",)),
}
"""How files of sounds and images begin."""


def contents(name: str, part: Examples) -> Iterator[Finding]:
    """Findings on what items hold, of every kind."""
    empty = [index for index, item in enumerate(part.items) if _empty(item)]
    if empty:
        text = f"{name}: {of(len(empty), part)}: empty, blank or without a file"
        yield Finding("stop", text, places(part, empty), "fill them in or leave them out")
    if part.kind in ("text", "story"):
        return
    strange = [index for index, item in enumerate(part.items) if _strange(item)]
    if strange:
        text = f"{name}: {of(len(strange), part)} do not begin as files of their name do"
        yield Finding("stop", text, places(part, strange), "copy them again, or see what they are: file NAME")
    yield from _numbers(name, part)
    yield from _edges(name, part)
    yield from _sizes(name, part)


def _empty(item: Any) -> bool:
    """Whether an item, or one of its words, is nothing."""
    if isinstance(item, str):
        return not item or item.isspace()
    if isinstance(item, Sound):
        item = item.samples
    if isinstance(item, Path):
        return not item.is_file() or not item.stat().st_size
    if isinstance(item, list) and item and isinstance(item[0], str):
        return not all(map(str.strip, item))
    if isinstance(item, np.ndarray):
        return not item.size
    return not len(item)


def _strange(item: Any) -> bool:
    """Whether a file of a sound or an image that is not empty begins as none of its suffix does."""
    path = item.samples if isinstance(item, Sound) else item
    if not isinstance(path, Path) or path.suffix.lower() not in BEGINNINGS:
        return False
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError:
        return False
    return start != b"" and not start.startswith(BEGINNINGS[path.suffix.lower()])


def _arrays(item: Any) -> list[np.ndarray[Any, Any]]:
    """The arrays of numbers in an item; none of a file."""
    if isinstance(item, Graph):
        return [item.nodes] if item.edges is None else [item.nodes, item.edges]
    array = item.samples if isinstance(item, Sound) else item
    return [] if isinstance(array, Path) else [np.asarray(array)]


def _numbers(name: str, part: Examples) -> Iterator[Finding]:
    """Infinities, and NaN, which in a series is a missing value."""
    missing, infinite, share = [], [], 0.0
    for index, item in enumerate(part.items):
        for array in _arrays(item):
            if array.dtype.kind != "f" or np.isfinite(array).all():
                continue
            nan = np.isnan(array)
            missing += [index] if nan.any() else []
            infinite += [index] if np.isinf(array).any() else []
            share += float(nan.mean())
    if infinite:
        text = f"{name}: {of(len(infinite), part)} hold infinity"
        yield Finding("stop", text, places(part, infinite), "mend what computed them, or leave them out")
    if missing and part.kind == "series":
        text = f"{name}: {of(len(missing), part)} have missing values, {100 * share / len(part):.2g} % of all"
        yield Finding("note", text, places(part, missing))
    elif missing:
        text = f"{name}: {of(len(missing), part)} hold NaN"
        yield Finding("stop", text, places(part, missing), "fill them in, or leave them out")


def _edges(name: str, part: Examples) -> Iterator[Finding]:
    """Edges that lead nowhere, and nodes that nobody reads."""
    wrong, alone = [], []
    for index, item in enumerate(part.items):
        if isinstance(item, Graph):
            ends = np.concatenate([item.source, item.target])
            if len(ends) and not 0 <= ends.min() <= ends.max() < len(item):
                wrong.append(index)
            elif not len(ends):
                alone.append(index)
    if wrong:
        text = f"{name}: {of(len(wrong), part, 'graphs')} have edges to nodes that do not exist"
        yield Finding("stop", text, places(part, wrong), "number nodes from 0 to n − 1")
    if alone:
        yield Finding(
            "warn", f"{name}: {of(len(alone), part, 'graphs')} have no edges", places(part, alone), "check them"
        )


def _sizes(name: str, part: Examples) -> Iterator[Finding]:
    """Numbers of features, channels or samples a second that differ from item to item, and transposed arrays."""
    shapes = [_arrays(item)[0].shape if _arrays(item) else None for item in part.items]
    known = [shape for shape in shapes if shape is not None]
    if part.kind in ("series", "vectors", "graph") and known:
        yield from _features(name, part, shapes)
    if part.kind == "image":
        turned = [index for index, shape in enumerate(shapes) if shape is not None and _channels_first(shape)]
        if turned:
            text = f"{name}: {of(len(turned), part)} look like (channels, rows, columns)"
            yield Finding("warn", text, places(part, turned), "give (rows, columns, channels)")
    if part.kind == "sound":
        rates = Counter(item.rate for item in part.items if isinstance(item, Sound) and item.rate)
        if len(rates) > 1:
            listed = ", ".join(f"{count:,} at {rate:,}" for rate, count in rates.most_common(5))
            yield Finding("note", f"{name}: rates differ, and are made one: {listed} samples a second")


def _features(name: str, part: Examples, shapes: list[tuple[int, ...] | None]) -> Iterator[Finding]:
    flat = [index for index, shape in enumerate(shapes) if shape is not None and len(shape) != 2]
    if flat:
        text = f"{name}: {of(len(flat), part)} do not have two axes"
        yield Finding("stop", text, places(part, flat), "give arrays (steps, features), (n, d) of vectors")
        return
    known = [shape for shape in shapes if shape is not None]
    rows, widths = Counter(shape[0] for shape in known), Counter(shape[1] for shape in known)
    if len(widths) > 1:
        common = widths.most_common(1)[0][0]
        odd = [index for index, shape in enumerate(shapes) if shape is not None and shape[1] != common]
        text = f"{name}: {of(len(odd), part)} do not have {common:,} features, as most"
        turned = len(rows) == 1 and part.kind != "graph"
        hint = "they look transposed: give (steps, features), or layout channels-first" if turned else "mend them"
        yield Finding("stop", text, places(part, odd), hint)
    elif part.kind == "series" and len(rows) == 1 and len(known) > 1:
        steps, features = known[0]
        if features >= 4 * steps:
            text = f"{name}: every item has {steps:,} steps of {features:,} features: are they transposed?"
            yield Finding("warn", text, places(part, [0]), "give (steps, features), or layout channels-first")


def _channels_first(shape: tuple[int, ...]) -> bool:
    return len(shape) == 3 and shape[0] in CHANNELS and shape[2] not in CHANNELS
