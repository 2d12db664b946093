"""One call of the core as bytes: the fields of src/native/call.h, eight bytes each, in the same order."""

from functools import lru_cache
from struct import Struct
from typing import NamedTuple

from torch import Tensor

PART = Struct("4q")
"""Which items, and which tiles of each: what differs between the parts of a long call."""
WHERE = Struct("16q q 3q 3q 3q 5q")
"""Query, key, value and output, statistics, parameter, terms, lengths; what masks.h, terms.h and additive.h want."""
STRIP = Struct("16q")
"""Some pairs of a mask: the fields of `Strip` in src/native/cells.h."""
BACK = Struct("16q 6q")
"""Gradients, and sums on the way to them."""
WHAT = Struct("11q 2q 2d 4q 2q d q")

SCAN = Struct("2q 16q 2q 10q")
"""The other struct of call.h: a causal sum over products."""

MATRIX = Struct("7q")
"""A packed matrix."""

NORM = Struct("2q d")
"""What comes before it."""

CALL = Struct("3q 5q")
"""What comes behind both: rows of states times a packed matrix."""

BLOCK = Struct(f"{6 * MATRIX.format} {3 * NORM.format} 2q")
"""A block of a decoder."""

STEP = Struct("20q")
"""A step of a decoder."""

BEST = Struct("10q")
"""The likeliest words of rows of scores."""

CHOICE = Struct("5q 4q")
"""… of rows of states: what comes behind the matrix that scores them, its norm and its rows."""

SEARCH = Struct("2q d 4q 2q q 3q q 2q 5q d")
"""A search, behind a step and a choice of words: what stays as it is."""

SO_FAR = Struct("5q")
"""… and what the core changes: sources at work, tokens before, the next place, the lines in use, steps to take."""

READING = Struct("2q 5q")
"""What is to be read off the weights of a call."""

FORWARD = bytes(BACK.size)
"""In place of `BACK` where no gradient is wanted."""


class What(NamedTuple):
    """The last group of call.h, as whole numbers and floats."""

    b: int
    h: int
    g: int
    q: int
    k: int
    d: int
    e: int
    half: int
    tile: int
    chunks: int
    threads: int
    kind: int
    per_key: int
    scale: float
    eps: float
    causal: int
    start: int
    before: int
    after: int
    seed: int = 0
    falling: int = 0
    kept: float = 1.0
    weights: int = 0


@lru_cache(1024)
def packed(what: What) -> bytes:
    """The last group."""
    return WHAT.pack(*what)


def vectors(tensor: Tensor) -> tuple[int, int, int, int]:
    """A tensor (b, heads, places, size) whose last axis has no gaps: where it lies, and the first three strides."""
    row, head, place, _ = tensor.stride()
    return tensor.data_ptr(), row, head, place


def address(tensor: Tensor | None) -> int:
    """Where a tensor without gaps lies; 0 for None."""
    return 0 if tensor is None else tensor.data_ptr()
