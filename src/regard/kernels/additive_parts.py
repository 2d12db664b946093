"""Which dimensions of additive scores go into groups of which size, and which are left to tanh."""

import math
from typing import NamedTuple, TypeVar

import torch
from torch import Tensor

from regard.kernels.additive_exact import Tanh
from regard.kernels.additive_signs import Grouped

Kind = TypeVar("Kind", bound=Grouped)
Parts = list[tuple[Tensor, Kind | Tanh]]
"""Some dimensions, by their numbers, and what computes their share."""


def grouped(kind: type[Kind], query: Tensor, key: Tensor, weight: Tensor, most: int) -> Parts[Kind]:
    """Every dimension in the largest group whose exponentials stay in range; at most so many a part.

    query is (p, d, r), key (p, d, k), weight (p or 1, d).
    """
    room = _room(query, key)
    reach = torch.maximum(room.high - room.shift, room.shift - room.low).amax((0, 2))
    limit = math.log(torch.finfo(reach.dtype).max)
    parts: Parts[Kind] = []
    order = reach.argsort()
    for size, share in kind.REACH:
        whole = order[: len(order) // size * size].view(-1, size)
        count = size * int((reach[whole].sum(-1) <= share * limit).sum())
        for dims in torch.split(order[:count], max(1, most // size) * size) if count else ():
            given = [each.index_select(1, dims) for each in (query, key, weight)]
            parts.append((dims, kind(*room.moved(given[0], given[1], dims), given[2], size=size)))
        order = order[count:]
    for dims in torch.split(order, most) if len(order) else ():
        parts.append((dims, Tanh(*(each.index_select(1, dims) for each in (query, key, weight)))))
    return parts


class _Room(NamedTuple):
    """In each dimension, (p, d, 1): between what query and −key may be moved in, and where its middle is.

    Outside, tanh(query + key) is ±1 for every partner, to the last place. With NaN, or where a query and a key are
    opposite infinities, bounds are not finite.
    """

    low: Tensor
    high: Tensor
    shift: Tensor

    def moved(self, query: Tensor, key: Tensor, dims: Tensor) -> tuple[Tensor, Tensor]:
        """Query and key near 0, with the same tanh of sums; written over the given."""
        low, high, shift = (each.index_select(1, dims) for each in self)
        return _within(query, low, high).sub_(shift), _within(key, -high, -low).add_(shift)


def _room(query: Tensor, key: Tensor) -> _Room:
    far = 2 - math.log(torch.finfo(query.dtype).eps) / 2
    least, most = query.amin(-1, keepdim=True), query.amax(-1, keepdim=True)
    down, up = -key.amax(-1, keepdim=True), -key.amin(-1, keepdim=True)
    least, most = (each.clamp(down - far, up + far) for each in (least, most))
    down, up = (each.clamp(least - far, most + far) for each in (down, up))
    low, high = torch.minimum(least, down), torch.maximum(most, up)
    return _Room(low, high, ((low + high) / 2).round())


def _within(given: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """`clamp_`, which is slow with tensors as bounds."""
    return torch.minimum(torch.maximum(given, low, out=given), high, out=given)
