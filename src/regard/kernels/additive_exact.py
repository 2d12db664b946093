"""Sums of tanh(query + key) over dimensions, one tanh after the other: right for every input, and slow."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from regard.kernels.additive_signs import Features


@dataclass(frozen=True, eq=False)
class Tanh:
    """Query (p, dims, r), key (p, dims, k) and weight (p or 1, dims), with the methods of `Signs` and `Slopes`.

    An infinity gives ±1; NaN and opposite infinities give NaN, and only where they meet.
    """

    query: Tensor
    key: Tensor
    weight: Tensor

    @property
    def depth(self) -> int:
        """How many numbers each half of `space` needs for a query and a key."""
        return self.width

    @property
    def width(self) -> int:
        """How many numbers the largest feature takes for a row or a key."""
        return self.key.shape[0] * self.key.shape[1]

    def rows(self, rows: slice) -> Features:
        """The rows: for their gradient, and for that to the weight from each of them."""
        query = self.query[..., rows]
        return query, query

    def keys(self, keys: slice) -> Features:
        """The keys."""
        return (self.key[..., keys],)

    def scores(self, rows: Features, keys: Features, space: Tensor) -> Tensor:
        """Those of a tile, (p, r, k)."""
        hidden = _hidden(rows[0], keys[0], space)
        return (self.weight[:, None] @ hidden.flatten(2)).view(len(hidden), *hidden.shape[2:])

    def add_slopes(
        self, rows: Features, to_rows: Features, keys: Features, to_keys: Tensor, gradient: Tensor, space: Tensor
    ) -> None:
        """Adds what a tile's gradient (p, r, k) gives to its rows, the weight and its keys."""
        hidden = _hidden(rows[0], keys[0], space)
        slope = space[1, : hidden.numel()].view_as(hidden)
        to_rows[1].add_(torch.mul(hidden, gradient[:, None], out=slope).sum(3))
        torch.ops.aten.tanh_backward.grad_input(gradient[:, None].expand_as(hidden), hidden, grad_input=slope)
        to_rows[0].add_(slope.sum(3))
        to_keys.add_(slope.sum(2))

    def to_query(self, rows: Features, to_rows: Features) -> tuple[Tensor, Tensor]:
        """Gradients to the rows (p, dims, r) and to the weight (p, dims)."""
        return to_rows[0] * self.weight.unsqueeze(2), to_rows[1].sum(2)

    def to_key(self, keys: Features, to_keys: Tensor) -> Tensor:
        """Gradient to the keys (p, dims, k)."""
        return to_keys * self.weight.unsqueeze(2)


def _hidden(query: Tensor, key: Tensor, space: Tensor) -> Tensor:
    """(p, dims, r, k)"""
    shape = *query.shape, key.shape[2]
    return torch.add(query[..., None], key[:, :, None], out=space[0, : math.prod(shape)].view(shape)).tanh_()
