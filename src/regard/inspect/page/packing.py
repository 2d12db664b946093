"""Numbers as text: blocks that a browser opens without any library, as small as their precision allows."""

import zlib
from base64 import b64encode
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

SINGLE = np.dtype("<f4")
STEPS = {"u1": 255, "u2": 65_535}
"""Quantised: how many steps lie between the least and the greatest number; one more stands for NaN."""

Described = dict[str, Any]


class Opened(NamedTuple):
    """A block as the page will see it: which number, and how far its values may lie from those that were given."""

    block: int
    error: float


class Blocks:
    """Every array of a page, in the order in which it was packed; `bytes` is what they take as text.

    A block is `{shape, type, low, step, data}`: base64 of deflated little-endian bytes, whose planes (all first bytes,
    all second bytes, …) stand one after the other. `type` is f4, i4, u1, u2 or bits; values of u1 and u2 with a `step`
    are low + step · stored, the greatest stored number being NaN.
    """

    def __init__(self) -> None:
        self.described: list[Described] = []
        self.bytes = 0

    def exact(self, values: NDArray[Any]) -> Opened:
        """Floats as float32, integers as int32, bytes as they are."""
        if values.dtype.kind == "f":
            return self._add(values, values.astype(SINGLE), "f4", {})
        if values.dtype == np.uint8:
            return self._add(values, values, "u1", {})
        return self._add(values, values.astype("<i4"), "i4", {})

    def bits(self, values: NDArray[np.bool_]) -> Opened:
        """Truths, eight in a byte, the first in the highest bit."""
        return self._add(values, np.packbits(values), "bits", {})

    def rounded(self, values: NDArray[Any], kind: str) -> Opened:
        """Floats as `u1` or `u2`, in even steps from the least to the greatest of them; infinities become NaN."""
        known = values[np.isfinite(values)]
        low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
        most = STEPS[kind] - 1
        step = (high - low) / most or 1.0
        places = np.where(np.isfinite(values), np.rint((values.astype(np.float64) - low) / step), most + 1)
        extra = {"low": low, "step": step}
        opened = self._add(values, places.astype(f"<{kind}"), kind, extra)
        return opened._replace(error=0.0 if high == low else step / 2)

    def _add(self, values: NDArray[Any], stored: NDArray[Any], kind: str, extra: Described) -> Opened:
        plain = np.ascontiguousarray(stored)
        planes = plain.reshape(-1, 1).view(np.uint8).T
        data = b64encode(zlib.compress(planes.tobytes(), 6)).decode("ascii")
        self.described.append({"shape": list(values.shape), "type": kind, **extra, "data": data})
        self.bytes += len(data) + 90
        return Opened(len(self.described) - 1, 0.0)
