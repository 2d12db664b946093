"""r = 1 / (1 + e^2(query + key)), of which tanh(query + key) is 1 − 2·r, for tiles of queries and keys.

The exponential of a sum is a product of exponentials, which are taken once for every query and key instead of once for
every pair. What is added to the queries of a dimension may be taken from its keys; that keeps exponents in range.
Where no such number does, the exponential is taken of every sum.
"""

import math
from typing import NamedTuple, Protocol

import torch
from torch import Tensor


class Shares(Protocol):
    """Queries and keys of whom tiles are wanted."""

    def times(self, worth: Tensor, pairs: slice, rows: slice, keys: slice, space: Tensor) -> Tensor:
        """worth · r for a tile, (p, r, k, d), written to `space`; worth is a number or (p or 1, 1, 1, d)."""


class Products(NamedTuple):
    """e^2·query (p, r, d) and e^2·key (p, k, d). A product that overflows, or vanishes, gives r = 0, or 1, rightly."""

    query: Tensor
    key: Tensor

    def times(self, worth: Tensor, pairs: slice, rows: slice, keys: slice, space: Tensor) -> Tensor:
        """See `Shares`."""
        query, key = self.query[pairs, rows, None], self.key[pairs, None, keys]
        below = torch.addcmul(query.new_ones(()), query, key, out=_room(space, query, key))
        return torch.div(worth, below, out=below)


class Sums(NamedTuple):
    """−2·query (p, r, d) and key (p, k, d): right for every input.

    An infinity gives r = 0 or 1; NaN and opposite infinities give NaN, and only where they meet.
    """

    query: Tensor
    key: Tensor

    def times(self, worth: Tensor, pairs: slice, rows: slice, keys: slice, space: Tensor) -> Tensor:
        """See `Shares`."""
        query, key = self.query[pairs, rows, None], self.key[pairs, None, keys]
        found = torch.add(query, key, alpha=-2, out=_room(space, query, key)).sigmoid_()
        return found.mul_(worth) if worth.dim() else found


def shares_of(query: Tensor, key: Tensor) -> Products | Sums:
    """Products where the exponents of query (p, r, d) and key (p, k, d) stay in range, once they are moved."""
    if query.numel() and key.numel():
        moved = _moved(query, key)
        limit = math.log(torch.finfo(query.dtype).max) - 1
        if bool(torch.stack([each.abs().amax() for each in moved]).amax() <= limit / 2):
            return Products(*(each.mul_(2).exp_() for each in moved))
    return Sums(-2 * query, key)


def _moved(query: Tensor, key: Tensor) -> tuple[Tensor, Tensor]:
    """Query and key nearer to 0, with the same tanh of sums.

    What lies so far out that tanh(query + key) is ±1 for every partner, to the last place, is moved in until it just
    does not matter; then the middle between queries and negative keys is taken from the ones and given to the others.
    With NaN, or where a query and a key are opposite infinities, bounds are not finite.
    """
    far = 2 - math.log(torch.finfo(query.dtype).eps) / 2
    least, most = query.amin(1, keepdim=True), query.amax(1, keepdim=True)
    down, up = -key.amax(1, keepdim=True), -key.amin(1, keepdim=True)
    least, most = (each.clamp(down - far, up + far) for each in (least, most))
    down, up = (each.clamp(least - far, most + far) for each in (down, up))
    low, high = torch.minimum(least, down), torch.maximum(most, up)
    middle = ((low + high) / 2).round()
    return query.clamp(low, high).sub_(middle), key.clamp(-high, -low).add_(middle)


def _room(space: Tensor, query: Tensor, key: Tensor) -> Tensor:
    """The tile's part of `space`."""
    shape = len(query), query.shape[1], *key.shape[2:]
    return space[: math.prod(shape)].view(shape)
