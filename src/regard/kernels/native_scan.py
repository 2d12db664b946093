"""Causal sums over products in the native core (src/native/scan.h): what `scan` computes, nearly twice as fast.

Positions fall into chunks, as there. Where a batch has few heads, they also fall into segments that threads share;
sizes alone say how, so that the same call gives the same bits everywhere.
"""

import torch
from torch import Tensor
from torch.nn import Parameter

from regard.kernels import native_call
from regard.kernels.native_call import TILES, dense_rows, done, up
from regard.native import SCAN, address, library, vectors, why_not

CHUNK = 32
"""Positions computed pair by pair."""
PIECES = 8
"""So many heads are work enough for every thread."""
LONG = 32
"""Chunks that a segment has at least."""
SLOW = ("baseline",)
"""Instruction sets with which torch is faster."""


def takes(query: Tensor, key: Tensor, value: Tensor) -> bool:
    """Whether it can compute this: float32 or narrower on a CPU, outside of compiled graphs."""
    vectors = (query, key, value)
    if torch.compiler.is_compiling() or why_not() is not None or library().isa in SLOW:
        return False
    return all(
        type(each) in (Tensor, Parameter) and each.device.type == "cpu" and each.dtype.itemsize <= 4 for each in vectors
    )


def scanned(query: Tensor, key: Tensor, value: Tensor, labels: Tensor | None, *, reverse: bool, strict: bool) -> Tensor:
    """The sums (b, h, n, e) in float32, of query (b, h, n, f), key (b, g, n, f), value (b, g, n, e)."""
    (b, h, n, f), g, e = query.shape, key.shape[1], value.shape[-1]
    query, key, value = (each.to(torch.float32) for each in (query, key, value))
    query, key, value = map(dense_rows, (query, key, value))
    labels = None if labels is None else labels.to(torch.int64).contiguous()
    mixed = query.new_empty(b, h, n, e)
    items = b * min(h, g)
    segments = 1 if labels is not None else max(1, min(-(-PIECES // max(items, 1)), n // (CHUNK * LONG)))
    sums = mixed.new_empty(items * segments * up(f, TILES[-1]) * up(e, TILES[-1])) if segments > 1 else None
    where = (*vectors(query), *vectors(key), *vectors(value), *vectors(mixed))
    told = map(address, (labels, sums))
    row = 0 if labels is None or len(labels) == 1 else n
    what = (*where, *told, row, h, g, n, f, e, segments, reverse, strict, torch.get_num_threads())
    cost = 8 * CHUNK * n * (f + e) * max(h, g) // min(h, g) if items else 1
    at_once = max(1, int(native_call.AT_ONCE / cost))
    for first in range(0, items, at_once):
        part = first * segments, min(first + at_once, items) * segments
        done(library().scan(SCAN.pack(*part, *what)))
    return mixed
