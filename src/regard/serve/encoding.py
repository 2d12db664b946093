"""Items as an input reads them, one after the other, so that no request makes more of them than is borne."""

from collections.abc import Callable, Sequence
from typing import Any

from regard.data.examples import Examples
from regard.inputs.base import Encoded, Input
from regard.inputs.sound.input import SoundInput
from regard.inputs.sound.waves import extent_of
from regard.inputs.store import Store
from regard.serve.served import Ready

Measured = Callable[[Sequence[int]], None]
"""Raises Refusal for lengths that are not borne."""


def encoded(given: Input, items: Sequence[Any], measured: Measured) -> Ready:
    """Each item beside what the input makes of it. Raises RegardError for an item that cannot be read."""
    examples = Examples(given.kind, items, origin="request")
    found: list[tuple[Any, Encoded]] = []
    lengths: list[int] = []
    for index, item in enumerate(items):
        measured([*lengths, _at_least(given, item, examples.where(index))])
        found.append((item, given.encode(item, examples.where(index))))
        lengths.append(len(found[-1][1]))
        measured(lengths)
    return Ready(found, lengths)


def store_of(given: Input, ready: Ready) -> Store:
    """What `encoded` gave, as models take it."""
    examples = Examples(given.kind, [item for item, _ in ready.items], origin="request")
    return Store.holding(given, examples, [each for _, each in ready.items])


def _at_least(given: Input, item: Any, where: str) -> int:
    """How many vectors an item will have, where that can be told before it is read; of a sound by its header."""
    if isinstance(given, SoundInput):
        extent = extent_of(item, where, given.options.longest)
        return given.frames.count(-(-extent.length * given.frames.rate // extent.rate))
    return len(item) if given.kind in ("graph", "series", "vectors", "story") and hasattr(item, "__len__") else 1
