"""What nobody may read, and who may read nothing, is cut off or zeroed, so that a NaN there does no harm."""

from dataclasses import replace
from functools import reduce

import torch
from torch import Tensor

from regard.kernels.readable import Readable
from regard.mechanisms.masks import Keys
from regard.shapes import Key, Query, Value


def read_by_all(readable: Readable, keys: int) -> Readable:
    """Without causality where even the first query stands at the last key: one query, as in decoding."""
    past = readable.causal and isinstance(readable.start, int) and readable.start >= keys - 1
    return replace(readable, causal=False) if past else readable


def without_unreadable(query: Query, key: Key, value: Value, readable: Readable) -> tuple[Query, Key, Value]:
    """The same vectors, cleared. Compiled, only causality, lengths and `Keys` are known to rule something out."""
    queries = query.shape[2]
    if not queries:
        return query, key[:, :, :0], value[:, :, :0]
    if readable.causal and isinstance(readable.start, int):
        seen = max(0, readable.start + queries)
        key, value = key[:, :, :seen], value[:, :, :seen]
    if not key.shape[2]:
        return query.masked_fill(torch.ones((), dtype=torch.bool, device=query.device), 0.0), key, value
    if readable.finite:
        return query, key, value
    if not readable.simple and not torch.compiler.is_compiling() and not query.is_meta:
        return _by_looking(query, key, value, readable)
    if readable.simple and (alive := readable.alive(queries, key.shape[2], query.device)) is not None:
        query = query.masked_fill(~alive, 0.0)
    absent = _absent(readable, queries, key.shape[2], key.device)
    if absent is not None:
        key, value = key.masked_fill(absent, 0.0), value.masked_fill(absent, 0.0)
    return query, key, value


def _by_looking(query: Query, key: Key, value: Value, readable: Readable) -> tuple[Query, Key, Value]:
    """For any mask: only where something is not finite, which one sum tells, who reads whom is looked up."""
    total = sum(each.detach().sum(dtype=torch.float32) for each in (query, key, value))
    if torch.as_tensor(total).isfinite():
        return query, key, value
    reading, read = readable.margins(query.shape[2], key.shape[2], query.device)
    group = query.shape[1] // key.shape[1]
    shared = read.expand(-1, query.shape[1], -1).unflatten(1, (-1, group)).any(2)[..., None]  # type: ignore[no-untyped-call]
    query = query.masked_fill(~reading[..., None], 0.0)
    return query, key.masked_fill(~shared, 0.0), value.masked_fill(~shared, 0.0)


def _absent(readable: Readable, queries: int, keys: int, device: torch.device) -> Tensor | None:
    """True for keys that surely nobody reads: (b or 1, 1, k, 1); None if none is known to be so."""
    reach = _reach(readable, queries, keys)
    absent = [] if reach is None else [torch.arange(keys, device=device) >= reach[:, None]]
    marks = [mask.marked for mask in readable.others if isinstance(mask, Keys)]
    absent += [~torch.atleast_2d(marked)[:, :keys] for marked in marks]  # type: ignore[no-untyped-call]
    return reduce(torch.logical_or, absent)[:, None, :, None] if absent else None


def _reach(readable: Readable, queries: int, keys: int) -> Tensor | None:
    """How many keys of each row somebody may read, counted from the first; None where no row differs."""
    ends = [] if readable.key_lengths is None else [readable.key_lengths]
    asking: int | Tensor = queries
    if readable.query_lengths is not None:
        asking = readable.query_lengths.clamp(max=queries)
        ends.append((asking > 0) * keys)
    if readable.causal and isinstance(end := asking + readable.start, Tensor):
        ends.append(end)
    return reduce(torch.minimum, ends) if ends else None
