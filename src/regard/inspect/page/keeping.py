"""What of a look goes into its file: as much as there is room for, the heads that matter most exactly."""

from typing import Final, NamedTuple

import numpy as np

from regard.inspect.page.packing import Blocks
from regard.inspect.record import Call, Floats, Record, Top

SMALL: Final = 64
"""Looks at no more vectors than that have a file of a megabyte at most."""
ROOM: Final = {"small": 1_000_000, "large": 10_000_000}
REFUSED: Final = 50_000_000
WEIGHTS_SHARE = 0.7
BASE64 = 4 / 3
LADDER: Final = (("f4", 4.0), ("u2", 2.0), ("u1", 1.0), ("top 16", 0.0), ("top 8", 0.0), ("top 8, some heads", 0.0))
"""How weights may be kept, from best to smallest, and the bytes of each; the last rung keeps one head of each call."""
MOST_DENSE = 4_200_000
"""So many weights of one head a browser draws at ease."""


class Kept(NamedTuple):
    """How weights are kept: `f4`, `u2`, `u1`, or so many of the greatest of each row; of every head, or of one."""

    kind: str
    top: int
    every: bool


def room_of(records: list[Record]) -> int:
    """So many bytes the file of these may have, unless another number is asked for."""
    longest = max((len(axis.labels) for record in records for axis in record.axes.values()), default=0)
    return ROOM["small" if longest <= SMALL else "large"]


def kept(records: list[Record], room: int, blocks: Blocks) -> Kept:
    """The best rung of the ladder that fits into a share of the room that is left."""
    left = WEIGHTS_SHARE * (room - blocks.bytes) / BASE64
    for name, size in LADDER:
        top = 0 if size else int(name.split()[1].rstrip(","))
        rung = Kept("top" if top else name, top, "some" not in name)
        if size and any(too_many(call) for record in records for call in record.calls):
            continue
        if sum(_bytes(call, rung, size) for record in records for call in record.calls) <= left:
            return rung
    return Kept("top", 8, every=False)


def too_many(call: Call) -> bool:
    """Whether this call's weights can be kept only in part, whatever room there is."""
    return call.weights is not None and call.weights[0].size > MOST_DENSE


def selected(record: Record, call: Call) -> int:
    """The head that is kept exactly: the one whose removal changed the answer most, else the most decided one."""
    for evidence in record.evidence:
        if call.name in evidence.heads:
            return int(np.nanargmax(np.abs(np.nan_to_num(evidence.heads[call.name]))))
    greatest = call.facts.get("greatest")
    return 0 if greatest is None or not np.isfinite(greatest).any() else int(np.nanargmax(greatest))


def top_of(weights: Floats, most: int) -> Top:
    """The greatest `most` weights of each row of (h, q, k), and what the others hold; NaN counts as the least.

    >>> top = top_of(np.float32([[[0.125, 0.5, 0.375]]]), 2)
    >>> top.keys.tolist(), top.weights.tolist(), top.rest.tolist()
    ([[[1, 2]]], [[[0.5, 0.375]]], [[0.125]])
    """
    most = min(most, weights.shape[-1])
    order = np.nan_to_num(weights, nan=-np.inf)
    best = np.argpartition(order, -most, axis=-1)[..., -most:]
    best = np.take_along_axis(best, np.argsort(-np.take_along_axis(order, best, -1), axis=-1, kind="stable"), -1)
    found = np.take_along_axis(weights, best, -1)
    rest = weights.sum(-1, dtype=np.float64) - found.sum(-1, dtype=np.float64)
    return Top(best.astype(np.int32), found, np.where(most == weights.shape[-1], 0, rest).astype(np.float32))


def _bytes(call: Call, rung: Kept, size: float) -> float:
    heads, queries, keys = _shape(call)
    if call.weights is None or rung.kind == "top":
        most = min(16 if call.top is None else call.top.keys.shape[-1], rung.top or 16)
        return (heads if rung.every else 1) * queries * (most * 4.0 + 4)
    return heads * queries * keys * size


def _shape(call: Call) -> tuple[int, int, int]:
    shape = call.sums.shape
    keys = 0 if call.weights is None else call.weights.shape[-1]
    return shape[0], shape[1], keys
