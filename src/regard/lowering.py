"""A mechanism becomes a request: every score is brought to one of two kinds, every mask to numbers."""

from functools import reduce
from typing import Literal, NamedTuple, SupportsIndex

import torch
from torch import Tensor

from regard.errors import OptionError
from regard.kernels.request import Readable
from regard.mechanisms.masks import Causal, Mask, Padding, parts
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Dot, Score
from regard.shapes import Key, Query, Value


class Lowered(NamedTuple):
    """What is left of a score: its kind, the vectors to match, and its constants."""

    kind: Literal["dot", "additive"]
    query: Query
    key: Key
    scale: float
    weight: Tensor | None


def lower_score(score: Score, query: Query, key: Key) -> Lowered:
    """Bilinear is a dot after query · W; cosine is a dot after normalising; the others stand as they are."""
    match score:
        case Dot(scale):
            size = max(query.shape[-1], 1)
            return Lowered("dot", query, key, size**-0.5 if scale is None else scale, None)
        case Bilinear(matrix):
            return Lowered("dot", query @ matrix.to(query.dtype), key, 1.0, None)
        case Cosine(temperature):
            directions = unit(query), unit(key)
            if not isinstance(temperature, Tensor):
                return Lowered("dot", *directions, 1 / temperature, None)
            sharp = directions[0] / temperature.to(query.dtype).reshape(-1, 1, 1)
            return Lowered("dot", sharp, directions[1], 1.0, None)
        case Additive(weight):
            return Lowered("additive", query, key, 1.0, weight)


def unit(vectors: Tensor) -> Tensor:
    """Each vector divided by its length; the zero vector stays zero, with a gradient of zero."""
    wide = torch.promote_types(vectors.dtype, torch.float32)
    square = vectors.to(wide).square().sum(-1, keepdim=True)
    zero = square == 0
    return (vectors * square.masked_fill(zero, 1).rsqrt().masked_fill(zero, 0)).to(vectors.dtype)


def lower_mask(mask: Mask | None, query: Query, keys: int, start: int | Tensor | None) -> Readable:
    """The joined masks as numbers on the query's device; `start` is query_start or None."""
    queries = query.shape[2]
    simple = parts(mask)
    causal = any(isinstance(part, Causal) for part in simple)
    paddings = [part for part in simple if isinstance(part, Padding)]
    shortened = any(part.keys is not None for part in paddings)
    if causal and start is None and shortened and queries != keys:
        raise OptionError(
            "attend: a causal mask over padded keys of another length than the queries needs query_start",
            got=f"{queries} queries, {keys} keys, query_start None",
            hint="query_start=0 for a prefix, or a tensor with the position of each row's first query",
        )
    return Readable(
        causal=causal,
        start=_origin(keys - queries if start is None else start, query) if causal else 0,
        key_lengths=_shortest([part.keys for part in paddings if part.keys is not None], query),
        query_lengths=_shortest([part.queries for part in paddings if part.queries is not None], query),
        finite=bool(paddings) and all(part.finite for part in paddings),
    )


def _origin(start: int | Tensor, query: Query) -> int | Tensor:
    batch = query.shape[0]
    if isinstance(start, Tensor):
        if _whole(start) and start.numel() in (1, batch):
            return start.reshape(-1).expand(batch).to(query.device, torch.int64)
    elif isinstance(start, SupportsIndex):
        return start.__index__()
    raise OptionError(
        "attend: query_start is one whole number, or one for every row of the batch",
        got=f"{tuple(start.shape)} of {start.dtype}" if isinstance(start, Tensor) else repr(start),
        hint=f"query_start=0, or a tensor of shape ({batch},)",
    )


def _shortest(lengths: list[Tensor | list[int]], query: Query) -> Tensor | None:
    rows = [torch.as_tensor(one, device=query.device).reshape(-1) for one in lengths]
    for row in rows:
        if not _whole(row) or row.numel() != query.shape[0]:
            raise OptionError(
                "attend: Padding takes one whole number for every row of the batch",
                got=f"{row.numel()} lengths of {row.dtype} for a batch of {query.shape[0]}",
                hint="Padding(keys=tensor of shape (b,))",
            )
    return reduce(torch.minimum, (row.to(torch.int64) for row in rows)) if rows else None


def _whole(numbers: Tensor) -> bool:
    return not (numbers.is_floating_point() or numbers.is_complex() or numbers.dtype == torch.bool)


def without_unreadable(query: Query, key: Key, value: Value, readable: Readable) -> tuple[Query, Key, Value]:
    """Cuts off or zeroes what nobody may read and who may read nothing, so that NaN there does no harm."""
    queries = query.shape[2]
    if readable.causal and isinstance(readable.start, int):
        seen = max(0, readable.start + queries)
        key, value = key[:, :, :seen], value[:, :, :seen]
    if readable.finite:
        return query, key, value
    alive = readable.alive(queries, query.device)
    if alive is not None:
        query = query.masked_fill(~alive, 0.0)
    reach = _reach(readable, queries, key.shape[2])
    if reach is not None:
        absent = (torch.arange(key.shape[2], device=key.device) >= reach[:, None])[:, None, :, None]
        key, value = key.masked_fill(absent, 0.0), value.masked_fill(absent, 0.0)
    return query, key, value


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
