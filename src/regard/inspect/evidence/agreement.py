"""How far two orders of the same positions agree, and how far a random order would."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000
Numbers = NDArray[np.floating[Any]]


def rank_correlation(one: Numbers, other: Numbers) -> float:
    """Spearman's ρ of the positions where both are numbers; NaN below three, or where one says the same of all.

    >>> rank_correlation(np.array([1.0, 2.0, 9.0]), np.array([0.1, 0.2, 0.3]))
    1.0
    >>> round(rank_correlation(np.array([1.0, 2.0, 2.0, 4.0]), np.array([4.0, 3.0, 2.0, 1.0])), 4)
    -0.9487
    """
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < 3:
        return float("nan")
    return float(_correlations(_ranks(one[both])[None], _ranks(other[both]))[0])


def chance(order: Numbers, seed: int, draws: int = DRAWS) -> tuple[float, float]:
    """Between which two numbers the same correlation lies for 95 of 100 random orders; NaN as above.

    >>> low, high = chance(np.arange(10.0), 1)
    >>> -0.75 < low < -0.5 and 0.5 < high < 0.75
    True
    """
    known = order[np.isfinite(order)]
    if len(known) < 3:
        return float("nan"), float("nan")
    random = np.random.default_rng(seed)
    ranks = _ranks(known)
    each = [_correlations(random.permutation(len(ranks))[None].astype(np.float64), ranks)[0] for _ in range(draws)]
    low, high = np.quantile(each, (0.025, 0.975))
    return float(low), float(high)


def _ranks(numbers: Numbers) -> NDArray[np.float64]:
    """From 0 on, rising; equal numbers share the mean of their ranks."""
    _, which, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    found: NDArray[np.float64] = ((ends - counts + ends - 1) / 2)[which]
    return found


def _correlations(rows: NDArray[np.float64], ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    rows, ranks = rows - rows.mean(1, keepdims=True), ranks - ranks.mean()
    scale = np.sqrt((rows**2).sum(1) * (ranks**2).sum())
    if not scale.all():
        return np.full(len(rows), np.nan)
    found: NDArray[np.float64] = np.round(rows @ ranks / scale, 12)
    return found
