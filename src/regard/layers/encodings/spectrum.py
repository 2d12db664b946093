"""The slowest eigenvectors of a large connected graph's Laplacian, by products with its edges only."""

from collections.abc import Callable
from math import sqrt

import torch
from torch import Tensor

from regard.errors import OptionError

SPARE, ROUNDS, NEAR = 8, 100, 1e-7
"""Vectors more than asked for; rounds at most; the length of Δv − λv, as a share of λ, that is near enough."""


def slowest(source: Tensor, target: Tensor, nodes: int, count: int) -> Tensor:
    """(nodes, count): eigenvectors of Δ for the smallest eigenvalues above 0, by rising eigenvalue.

    The edges are those of one component, in both directions, each once. A polynomial of the matrix damps what does
    not belong to the slowest vectors; after each application they are made orthogonal and sorted.
    Paper: Zhou et al. 2006, "Self-consistent-field calculations using Chebyshev-filtered subspace iteration".
    """
    degree = torch.bincount(source, minlength=nodes).double()
    weight = (degree[source] * degree[target]).rsqrt()[:, None]
    constant = (degree.sqrt() / degree.sum().sqrt())[:, None]

    def product(vectors: Tensor) -> Tensor:
        """D^(−1/2) · A · D^(−1/2) · vectors; its largest eigenvalues are the smallest of Δ."""
        return torch.zeros_like(vectors).index_add_(0, target, vectors[source] * weight)

    vectors = torch.randn(nodes, count + SPARE, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    missed = float("inf")
    for _ in range(ROUNDS):
        vectors = torch.linalg.qr(vectors - constant * (constant.mT @ vectors)).Q
        moved = product(vectors)
        values, turn = torch.linalg.eigh(vectors.mT @ moved)
        values, turn = values.flip(0), turn.flip(1)
        vectors, moved = vectors @ turn, moved @ turn
        missed = float(((moved - vectors * values).norm(dim=0) / (1 - values).clamp(min=1e-6))[:count].max())
        if missed < NEAR:
            slow: Tensor = vectors[:, :count]
            return slow
        vectors = _filtered(product, vectors, moved, float(values[-1]))
    raise OptionError(
        f"laplacian_eigenvectors: a component of {nodes:,} nodes must settle within {ROUNDS} rounds",
        got=f"a rest of {missed:.1e} of an eigenvalue",
        hint="fewer eigenvectors, or return_probabilities",
    )


def _filtered(product: Callable[[Tensor], Tensor], vectors: Tensor, moved: Tensor, bound: float) -> Tensor:
    """The Chebyshev polynomial of the matrix that stays small on its eigenvalues from −1 to `bound` and grows above."""
    bound = min(bound, 1 - 1e-9)
    centre, half = (bound - 1) / 2, (bound + 1) / 2
    before, now = vectors, (moved - centre * vectors) / half
    for _ in range(min(2000, max(20, int(3 / sqrt(1 - bound))))):
        before, now = now, 2 / half * (product(now) - centre * now) - before
        if (size := float(now.abs().max())) > 1e100:
            before, now = before / size, now / size
    return now
