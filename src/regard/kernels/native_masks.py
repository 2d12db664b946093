"""Masks for the native core: bounds of one interval of keys a query, or a grid of cells (src/native/cells.h)."""

from functools import reduce
from typing import NamedTuple

import torch
from torch import Tensor

from regard.kernels.native_call import Plan
from regard.kernels.native_grid import grid
from regard.kernels.request import Request
from regard.mechanisms.masks import Documents, Keys, Mask, Window


class Masked(NamedTuple):
    """What a call is told of its mask beyond causality, lengths and windows; it must live until the call returns."""

    interval: Tensor | None = None
    grid: Tensor | None = None
    held: tuple[Tensor, ...] = ()

    @classmethod
    def of(cls, request: Request, plan: Plan) -> "Masked":
        """For a request; nothing where windows say it all. Costs time by the query, or by the pair of partial cells."""
        others = [each for each in request.readable.others if not isinstance(each, Window)]
        if not others or 0 in request.sizes:
            return cls()
        found = [bounds(each, request) for each in others]
        intervals = [each for each in found if each is not None]
        if len(intervals) < len(found):
            cells, words = grid(request, plan)
            return cls(grid=_told(cells, words), held=(cells, words))
        first = reduce(torch.maximum, (each[0] for each in intervals)).to(torch.int32).contiguous()
        last = reduce(torch.minimum, (each[1] for each in intervals)).to(torch.int32).contiguous()
        return cls(interval=_told(first, last), held=(first, last))


def _told(one: Tensor, other: Tensor) -> Tensor:
    """Where two tensors are, and the first two strides of the first, 0 along an axis of one."""
    strides = (0 if one.shape[axis] == 1 else one.stride(axis) for axis in (0, 1))
    return torch.tensor([one.data_ptr(), other.data_ptr(), *strides])


def bounds(mask: Mask, request: Request) -> tuple[Tensor, Tensor] | None:
    """First and last + 1 of the keys that each query reads by a mask, (b or 1, q or 1) both, neither ever falling.

    None where the mask is not known to let every query read one interval.
    """
    match mask:
        case Keys(marked):
            return _marked(torch.atleast_2d(marked))  # type: ignore[no-untyped-call]
        case Documents(ids, Tensor() as queries):
            return _same_document(torch.atleast_2d(ids), torch.atleast_2d(queries))  # type: ignore[no-untyped-call]
        case Documents(ids):
            standing = request.readable.standing(request.sizes[2], ids.device)
            return _own_document(torch.atleast_2d(ids), standing)  # type: ignore[no-untyped-call]
        case _:
            return None


def _marked(marked: Tensor) -> tuple[Tensor, Tensor] | None:
    """The stretch that marks (rows, k) make, if they make one."""
    places = torch.arange(marked.shape[1], device=marked.device)
    first = torch.where(marked, places, marked.shape[1]).amin(1, keepdim=True)
    last = torch.where(marked, places + 1, 0).amax(1, keepdim=True)
    in_one_piece = (last - first).clamp(min=0) == marked.sum(1, keepdim=True)
    return (first, last) if in_one_piece.all() else None


def _same_document(ids: Tensor, queries: Tensor) -> tuple[Tensor, Tensor] | None:
    """The keys of each query's document, if neither ids (rows, k) nor those of queries (rows, q) ever fall."""
    if not all(bool((each.diff() >= 0).all()) for each in (ids, queries)):
        return None
    rows = max(len(ids), len(queries))
    keys, wanted = (each.to(torch.int64).expand(rows, -1).contiguous() for each in (ids, queries))
    return torch.searchsorted(keys, wanted), torch.searchsorted(keys, wanted, right=True)


def _own_document(ids: Tensor, standing: Tensor) -> tuple[Tensor, Tensor] | None:
    """The document of each query (rows, q), if every document of ids (rows, k) lies in one piece."""
    rows, keys = ids.shape
    begins = torch.ones_like(ids, dtype=torch.bool)
    torch.ne(ids[:, 1:], ids[:, :-1], out=begins[:, 1:])
    if not (ids[:, 1:] >= ids[:, :-1]).all():
        named = torch.stack((begins.nonzero()[:, 0], ids[begins]))
        if named.unique(dim=1).shape[1] < named.shape[1]:  # type: ignore[no-untyped-call]
            return None
    places = torch.arange(keys, device=ids.device).expand(rows, -1)
    first = torch.where(begins, places, 0).cummax(1).values
    ends = torch.where(begins, places, keys).roll(-1, 1)
    ends[:, -1] = keys
    last = ends.flip(1).cummin(1).values.flip(1)
    batch = max(rows, len(standing))
    at = standing.clamp(0, keys - 1).expand(batch, -1)
    outside = torch.where(standing < 0, 0, keys)
    inside = (standing >= 0) & (standing < keys)
    return tuple(torch.where(inside, each.expand(batch, -1).gather(1, at), outside) for each in (first, last))  # type: ignore[return-value]
