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
LADDER: Final = (("f4", 4.0), ("u2", 2.0), ("u1", 1.0), ("top 16", 0.0), ("top 8", 0.0))
"""How weights may be kept, from best to smallest, and the bytes of each."""
MOST_DENSE = 4_200_000
"""So many weights of one head a browser draws at ease."""


class Kept(NamedTuple):
    """How weights are kept: `f4`, `u2`, `u1`, or `top` of each row; of so many heads of each call, 0 being all."""

    kind: str
    top: int
    heads: int


def room_of(records: list[Record]) -> int:
    """So many bytes the file of these may have, unless another number is asked for."""
    longest = max((len(axis.labels) for record in records for axis in record.axes.values()), default=0)
    return ROOM["small" if longest <= SMALL else "large"]


def kept(records: list[Record], room: int, blocks: Blocks) -> Kept:
    """The best rung of the ladder that fits into a share of the room that is left; on the last, of fewer heads."""
    left = WEIGHTS_SHARE * (room - blocks.bytes) / BASE64
    calls = [call for record in records for call in record.calls]
    for name, size in LADDER:
        rung = Kept(name.split()[0], 0 if size else int(name.split()[1]), 0)
        dense = size and any(too_many(call) for call in calls)
        if not dense and sum(call.sums.shape[0] * _bytes(call, rung, size) for call in calls) <= left:
            return rung
    return rung._replace(heads=max(1, int(left / max(1.0, sum(_bytes(call, rung, 0) for call in calls)))))


def heads_of(record: Record, call: Call, count: int) -> set[int]:
    """So many heads of a call, 0 being all: the selected one, and the most decided of the others."""
    heads = call.sums.shape[0]
    if not count:
        return set(range(heads))
    greatest = call.facts.get("greatest")
    decided = range(heads) if greatest is None else np.argsort(-np.nan_to_num(greatest, nan=-1.0), kind="stable")
    order = [selected(record, call), *map(int, decided)]
    return set(list(dict.fromkeys(order))[:count])


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
    """Of one head."""
    queries = int(call.sums.shape[1])
    if call.weights is None or rung.kind == "top":
        most = min(16 if call.top is None else call.top.keys.shape[-1], rung.top or 16)
        return queries * (int(most) * 4.0 + 4)
    return queries * int(call.weights.shape[-1]) * size
