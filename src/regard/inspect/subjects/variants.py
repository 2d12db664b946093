"""Items with positions removed or shuffled, as they are encoded."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from regard.inputs.base import Encoded, Links
from regard.inspect.subjects.base import Variant


def varied(encoded: Encoded, variant: Variant, group: int, *, leaves: bool, unknown: int | None) -> Encoded:
    """The item as a variant has it.

    Args:
        encoded: the item.
        variant: positions without which, and in which order, it is read.
        group: vectors of a position.
        leaves: whether what is removed is left out; else its numbers become those of nothing.
        unknown: the number of a word that is not known; None for vectors, whose mean over the training is 0.
    """
    if variant.order is not None:
        return replace(encoded, values=encoded.values[_vectors(variant.order, group, len(encoded))])
    gone = _vectors(variant.without, group, len(encoded))
    if leaves and len(gone) < len(encoded):
        return left_out(encoded, gone)
    values = encoded.values.copy()
    values[gone] = 0
    if unknown is not None:
        values[gone, 0] = unknown
    return replace(encoded, values=values)


def left_out(encoded: Encoded, gone: NDArray[np.int64]) -> Encoded:
    """Without some vectors, and without the edges that end at them.

    >>> links = Links(np.array([0, 1, 2]), np.array([1, 2, 2]))
    >>> found = left_out(Encoded(np.ones((3, 1), np.float32), links=links), np.array([0]))
    >>> len(found), found.links.source.tolist(), found.links.target.tolist()
    (2, [0, 1], [1, 1])
    """
    kept = np.delete(np.arange(len(encoded)), gone)
    cells = None if encoded.cells is None else encoded.cells[kept]
    return replace(encoded, values=encoded.values[kept], cells=cells, links=_linked(encoded.links, kept, len(encoded)))


def spans(count: int, most: int) -> Iterator[tuple[int, ...]]:
    """Positions in at most so many runs, all of one length but the last.

    >>> list(spans(5, 2))
    [(0, 1, 2), (3, 4)]
    """
    length = -(-count // most)
    for first in range(0, count, length):
        yield tuple(range(first, min(first + length, count)))


def _linked(links: Links | None, kept: NDArray[np.int64], nodes: int) -> Links | None:
    if links is None:
        return None
    number = np.full(nodes, -1)
    number[kept] = np.arange(len(kept))
    there = (number[links.source] >= 0) & (number[links.target] >= 0)
    features = None if links.features is None else links.features[there]
    return Links(number[links.source[there]], number[links.target[there]], features)


def _vectors(positions: Sequence[int], group: int, count: int) -> NDArray[np.int64]:
    """The vectors of these positions, in this order."""
    every = np.array(positions, np.int64)[:, None] * group + np.arange(group)
    flat: NDArray[np.int64] = every.ravel()
    return flat[flat < count]
