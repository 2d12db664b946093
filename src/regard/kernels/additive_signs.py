"""Sums of tanh(query + key) over dimensions, as matrix products.

A sign s whose chances are as e^(s·x) has the mean tanh(x). So for a group of dimensions, with s over all ways to choose
a sign for each, worth_s = Σ_i s_i · weight_i, Q_s = exp Σ_i s_i · query_i and K_s likewise,

    Σ_i weight_i · tanh(query_i + key_i) = Σ_s worth_s · Q_s · K_s / Σ_s Q_s · K_s.

With four dimensions that is two products of inner size 16 and one division for four tanh. Nothing is subtracted below
the line, so the error is a few units in the last place of Σ |weight|, as long as nothing overflows.
"""

import math
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

import torch
from torch import Tensor

Features = tuple[Tensor, ...]


@dataclass(frozen=True, eq=False)
class Grouped:
    """Dimensions in groups of `size`: query (p, dims, r), key (p, dims, k) near 0, and weight (p or 1, dims).

    Features of rows and keys are (p · groups, features, r or k); `space` is (2, numbers), to be written over.
    """

    REACH: ClassVar[tuple[tuple[int, float], ...]]
    """Sizes, and how far from 0 a group may reach, summed over it: as a share of the greatest exponent there is."""

    query: Tensor
    key: Tensor
    weight: Tensor
    size: int

    @property
    def depth(self) -> int:
        """How many numbers each half of `space` needs for a query and a key."""
        return self.key.shape[0] * self.key.shape[1] // self.size

    @property
    def width(self) -> int:
        """How many numbers the largest feature takes for a row or a key."""
        return self.depth * ((1 << self.size) + 1)

    def signs(self) -> Tensor:
        """All ways to choose signs, one a column: (size, 2^size)."""
        return self.key.new_tensor(list(product((-1.0, 1.0), repeat=self.size))).mT

    def chances(self, ends: Tensor) -> Tensor:
        """Products over each group, for all ways to choose signs: Q or K, from `ends`."""
        ends = torch.unflatten(ends, 1, (-1, self.size))
        while ends.shape[2] > 1:
            ends = (ends[:, :, ::2, :, None] * ends[:, :, 1::2, None]).flatten(3, 4)
        return ends.flatten(0, 2)


@dataclass(frozen=True, eq=False)
class Signs(Grouped):
    """Their scores. Products of features have exponents up to twice the reach."""

    REACH = (4, 0.4), (2, 0.4), (1, 0.4)

    def rows(self, rows: slice) -> Features:
        """worth · Q and Q."""
        below = self.chances(ends(self.query[..., rows]))
        worth = torch.unflatten(self.weight, 1, (-1, self.size)) @ self.signs()
        above = torch.unflatten(below, 0, (-1, worth.shape[1])) * worth[..., None]
        return above.flatten(0, 1), below

    def keys(self, keys: slice) -> Features:
        """K."""
        return (self.chances(ends(self.key[..., keys])),)

    def scores(self, rows: Features, keys: Features, space: Tensor) -> Tensor:
        """Those of a tile, (p, r, k)."""
        above, below = (tile(of_rows, keys[0], half) for of_rows, half in zip(rows, space, strict=True))
        return torch.unflatten(above.div_(below), 0, (len(self.key), -1)).sum(1)


def ends(given: Tensor) -> Tensor:
    """e^−x and e^x, (p, dims, 2, n). Exponents are never added, because a sum would be rounded."""
    return torch.stack((-given, given), dim=2).exp_()


def tile(rows: Tensor, keys: Tensor, space: Tensor) -> Tensor:
    """Products of features, (p · groups, r, k), in `space`."""
    shape = keys.shape[0], rows.shape[2], keys.shape[2]
    return torch.bmm(rows.mT, keys, out=space[: math.prod(shape)].view(shape))
