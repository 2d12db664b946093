"""Gradients of sums of tanh(query + key) over dimensions, as matrix products.

In a group of dimensions let x_i = query_i + key_i, and let below = Π_i 2 cosh x_i = Σ_s Q_s · K_s as in `Signs`. For a
gradient g to the score,

    to x_i:       g · weight_i / cosh² x_i = g / below² · weight_i · 4 · Π_j≠i (e^2x_j + 2 + e^−2x_j)
    to weight_i:  g · tanh x_i             = g / below · Σ_s s_i · Q_s · K_s

which products of features give when summed: in groups of two of e^±2x_j and 1. Nothing is subtracted in the first, so
slopes keep their digits where tanh is near ±1.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from regard.kernels.additive_signs import Features, Grouped, ends, tile


@dataclass(frozen=True, eq=False)
class Slopes(Grouped):
    """Groups of one or two dimensions, and their gradients.

    Q is damped by exp(−½ Σ |query|), which cancels: so gradients to factors have exponents up to 3 times the reach in
    groups of two, those to Q up to 1.5 times, and neither much below the negative of that.
    """

    REACH = (2, 0.225), (1, 0.45)

    def rows(self, rows: slice) -> Features:
        """Q, and the factors of squares."""
        query = self.query[..., rows]
        damping = (query.abs() / -2).exp_().unsqueeze(2)
        both = ends(query).mul_(damping)
        return self.chances(both), self._squares(both, damping)

    def keys(self, keys: slice) -> Features:
        """K, and the factors of squares."""
        both = ends(self.key[..., keys])
        return self.chances(both), self._squares(both, torch.ones_like(both[:, :, :1]))

    def add_slopes(
        self, rows: Features, to_rows: Features, keys: Features, to_keys: Tensor, gradient: Tensor, space: Tensor
    ) -> None:
        """Adds what a tile's gradient (p, r, k) gives to its features: for keys to their factors alone."""
        below = tile(rows[0], keys[0], space[0])
        once = space[1, : below.numel()].view_as(below)
        apart = len(self.key), -1, *below.shape[1:]
        torch.div(gradient[:, None], below.view(apart), out=once.view(apart))
        twice = torch.div(once, below, out=below)
        to_rows[0].baddbmm_(keys[0], once.mT)
        to_rows[1].baddbmm_(keys[1], twice.mT)
        to_keys.baddbmm_(rows[1], twice)

    def to_query(self, rows: Features, to_rows: Features) -> tuple[Tensor, Tensor]:
        """Gradients to the rows (p, dims, r) and to the weight (p, dims)."""
        of_signs = (rows[0] * to_rows[0]).sum(2, keepdim=True)
        to_weight = (self.signs() @ of_signs).view(self.key.shape[:2])
        return self._summed(rows[1] * to_rows[1]), to_weight

    def to_key(self, keys: Features, to_keys: Tensor) -> Tensor:
        """Gradient to the keys (p, dims, k)."""
        return self._summed(keys[-1] * to_keys)

    def _squares(self, both: Tensor, damping: Tensor) -> Tensor:
        """In groups of two e^−2x and e^2x of each; then 1. All are damped as the square of Q or K is."""
        damping = torch.unflatten(damping.square(), 1, (-1, self.size))
        one = damping.prod(2)
        if self.size == 1:
            return one.flatten(0, 1)
        squares = torch.unflatten(both.square(), 1, (-1, 2)) * damping.flip(2)
        return torch.cat((squares.flatten(2, 3), one), dim=2).flatten(0, 1)

    def _summed(self, products: Tensor) -> Tensor:
        """weight_i · 4 · Π_j≠i (2 cosh x_j)², from products of factors: (p, dims, n)."""
        found = products[:, -1:]
        if self.size == 2:
            found = 2 * found + torch.unflatten(products[:, :-1], 1, (2, 2)).sum(2).flip(1)
        return found.reshape(*self.key.shape[:2], -1) * (4 * self.weight[..., None])
