"""Masks as numbers on the query's device: causality and lengths for themselves, a graph as sorted edges."""

from dataclasses import replace
from functools import reduce
from typing import Any, SupportsIndex

import torch
from torch import Tensor

from regard.errors import OptionError
from regard.kernels.readable import Graph, Readable
from regard.lowering.positions import Where
from regard.mechanisms.masks import (
    Blocks,
    Both,
    Causal,
    Dense,
    Documents,
    Edges,
    Either,
    Global,
    Keys,
    Mask,
    Not,
    Padding,
    PerHead,
    Strided,
    Window,
    inside,
    parts,
)
from regard.mechanisms.positions import Alibi, Position, RelativeBias, RelativeKeys, Rotary
from regard.shapes import Query

EVERYBODY = Readable()
PLACED = (Causal, Window, Strided, Global)
RELATIVE = (Rotary, Alibi, RelativeBias, RelativeKeys)


def lower_mask(
    mask: Mask | None,
    query: Query,
    keys: int,
    start: int | Tensor | None,
    positions: tuple[Position, ...],
    *,
    fading: bool = False,
) -> tuple[Readable, Where]:
    """The joined masks as numbers, and where everything stands; `start` is query_start or None, `fading` whether scores
    decay with distance."""
    if mask is None and not positions and not fading:
        return EVERYBODY, Where(query.shape[2], keys, 0, query.device)
    simple = parts(mask)
    placed = [type(leaf).__name__ for leaf in inside(mask) if _is_placed(leaf)]
    placed += [type(position).__name__ for position in positions if isinstance(position, RELATIVE)]
    placed += ["a decay"] * fading
    paddings = [part for part in simple if isinstance(part, Padding)]
    origin = _start(start, query, keys, placed, shortened=any(part.keys is not None for part in paddings))
    others = [_moved(part, query.device) for part in simple if not isinstance(part, Causal | Padding)]
    readable = Readable(
        causal=any(isinstance(part, Causal) for part in simple),
        start=origin,
        key_lengths=_shortest([part.keys for part in paddings if part.keys is not None], query),
        query_lengths=_shortest([part.queries for part in paddings if part.queries is not None], query),
        others=tuple(others),
        finite=bool(paddings) and all(part.finite for part in paddings),
    )
    return _with_graph(readable), Where(query.shape[2], keys, origin, query.device)


def _is_placed(leaf: Mask) -> bool:
    """Whether it matters where queries stand."""
    return isinstance(leaf, PLACED) or (isinstance(leaf, Documents) and leaf.queries is None)


def _start(start: int | Tensor | None, query: Query, keys: int, placed: list[str], *, shortened: bool) -> int | Tensor:
    queries = query.shape[2]
    if start is None and placed and shortened and queries != keys:
        raise OptionError(
            f"attend: {placed[0]} over padded keys of another length than the queries needs query_start",
            got=f"{queries} queries, {keys} keys, query_start None",
            hint="query_start=0 for a prefix, or a tensor with the position of each row's first query",
        )
    return _origin(keys - queries if start is None else start, query) if placed else 0


def _origin(start: int | Tensor, query: Query) -> int | Tensor:
    batch = query.shape[0]
    if isinstance(start, Tensor):
        if _whole(start) and start.numel() in (1, batch):
            return start.reshape(-1).expand(batch).to(query.device, torch.int64)
    elif isinstance(start, SupportsIndex):
        given: object = start
        return start if isinstance(given, torch.SymInt) else start.__index__()  # of an open size, it stays open
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


def _moved(mask: Mask, device: torch.device) -> Mask:
    """The same mask with its tensors on the device."""
    match mask:
        case Both(left, right):
            return Both(_moved(left, device), _moved(right, device))
        case Either(left, right):
            return Either(_moved(left, device), _moved(right, device))
        case Not(inner):
            return Not(_moved(inner, device))
        case PerHead(masks):
            return PerHead(tuple(_moved(each, device) for each in masks))
        case Padding(keys, queries):
            keys, queries = (None if each is None else torch.as_tensor(each, device=device) for each in (keys, queries))
            return Padding(keys, queries)
        case Keys() | Documents() | Blocks() | Dense() | Edges():
            held = {name: value for name, value in vars(mask).items() if isinstance(value, Tensor)}
            moved: dict[str, Any] = {name: tensor.to(device) for name, tensor in held.items()}
            return replace(mask, **moved)
        case _:
            return mask


def _with_graph(readable: Readable) -> Readable:
    """Where one mask of those joined by `&` is a graph and no row differs: its edges, less what others rule out."""
    graphs = [mask for mask in readable.others if isinstance(mask, Edges)]
    rows = (readable.key_lengths, readable.query_lengths, readable.start if readable.causal else None)
    if len(graphs) != 1 or any(isinstance(each, Tensor) for each in rows):
        return readable
    others = tuple(mask for mask in readable.others if mask is not graphs[0])
    kept = replace(readable, others=others).allows(graphs[0].target[:, None], graphs[0].source[:, None])
    if kept is not None and kept.shape[:2] != (1, 1):
        return readable
    return Readable(start=readable.start, finite=readable.finite, graph=_sorted(graphs[0], kept))


def _sorted(edges: Edges, kept: Tensor | None) -> Graph:
    """Sorted by target, then source; duplicates merged; what the other masks rule out left out."""
    target, source = edges.target.to(torch.int64), edges.source.to(torch.int64)
    by = int(source.max()) + 1 if source.numel() else 1
    ranked = (target * by + source).sort()
    first = torch.ones_like(ranked.values, dtype=torch.bool)
    torch.ne(ranked.values[1:], ranked.values[:-1], out=first[1:])
    order = torch.empty_like(ranked.indices)
    if kept is None:
        order[ranked.indices] = first.cumsum(0).sub_(1)
    else:
        kept = kept.reshape(-1).expand(len(order))
        first &= kept[ranked.indices]
        order[ranked.indices] = first.cumsum(0).sub_(1)
        order.masked_fill_(~kept, -1)
    unique = ranked.values[first]
    return Graph(unique % by, unique // by, order)
