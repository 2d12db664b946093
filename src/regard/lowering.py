"""A mechanism becomes a request: every score is brought to one of two kinds, every mask to numbers."""

from typing import Literal, NamedTuple

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
    square = vectors.float().square().sum(-1, keepdim=True) if vectors.dtype.itemsize < 4 else None
    square = vectors.square().sum(-1, keepdim=True) if square is None else square
    zero = square == 0
    return (vectors * square.masked_fill(zero, 1).rsqrt().masked_fill(zero, 0)).to(vectors.dtype)


def lower_mask(mask: Mask | None, batch: int, sizes: tuple[int, int], start: int | Tensor | None) -> Readable:
    """The joined masks as numbers; `sizes` are (queries, keys), `start` is query_start or None."""
    queries, keys = sizes
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
        start=_origin(start, batch, keys - queries) if causal else 0,
        key_lengths=_shortest([part.keys for part in paddings if part.keys is not None], batch),
        query_lengths=_shortest([part.queries for part in paddings if part.queries is not None], batch),
        finite=all(part.finite for part in paddings),
    )


def _origin(start: int | Tensor | None, batch: int, default: int) -> int | Tensor:
    if start is None:
        return default
    if isinstance(start, Tensor):
        return start.reshape(-1).expand(batch)
    return int(start)


def _shortest(lengths: list[Tensor | list[int]], batch: int) -> Tensor | None:
    if not lengths:
        return None
    rows = [torch.as_tensor(one).reshape(-1) for one in lengths]
    for row in rows:
        if row.is_floating_point() or row.numel() != batch:
            raise OptionError(
                "attend: Padding takes one whole number for every row of the batch",
                got=f"{row.numel()} lengths of {row.dtype} for a batch of {batch}",
                hint="Padding(keys=tensor of shape (b,))",
            )
    return rows[0] if len(rows) == 1 else torch.stack(rows).amin(0)


def without_unreadable(query: Query, key: Key, value: Value, readable: Readable) -> tuple[Query, Key, Value]:
    """Cuts off or zeroes what nobody may read and who may read nothing, so that NaN there does no harm."""
    queries, keys, lengths = query.shape[2], key.shape[2], readable.key_lengths
    if readable.causal and isinstance(readable.start, int):
        seen = min(keys, max(0, readable.start + queries))
        key, value = key[:, :, :seen], value[:, :, :seen]
    elif readable.causal:
        seen_by_row = readable.start + queries
        lengths = seen_by_row if lengths is None else torch.minimum(lengths, seen_by_row)  # type: ignore[arg-type]
    if lengths is not None and not readable.finite:
        absent = torch.arange(key.shape[2], device=key.device) >= lengths[:, None]
        key = key.masked_fill(absent[:, None, :, None], 0.0)
        value = value.masked_fill(absent[:, None, :, None], 0.0)
    if readable.query_lengths is not None:
        absent = torch.arange(queries, device=query.device) >= readable.query_lengths[:, None]
        query = query.masked_fill(absent[:, None, :, None], 0.0)
    return query, key, value
