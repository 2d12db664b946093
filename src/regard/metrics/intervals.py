"""How sure a score is: intervals for any corpus statistic, and whether one system beats another.

A corpus score is a function of sums over items (hits and lines, n-gram counts, ...). Drawing the items
again, with replacement, and adding up their counts gives a score that another sample of the same size might
have had; a thousand such scores say how sure the first one is.
"""

from collections.abc import Callable, Iterator
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regard.errors import DataError, OptionError
from regard.metrics.sparse import Floats, Sparse

Statistic = Callable[[Floats], Floats]
"""Sums of counts, one row a sample (samples, counts), into one score a sample (samples,)."""

DRAWS_AT_ONCE = 2_000_000


class Interval(NamedTuple):
    """Bounds that hold the score in `level` of all samples of the same size."""

    low: float
    high: float
    level: float = 0.95

    def __str__(self) -> str:
        return f"{100 * self.level:g} % {self.low:.1f} to {self.high:.1f}"


class Comparison(NamedTuple):
    """The second score minus the first, its interval, and how easily chance alone turns its sign.

    `p` is two-sided and never 0; `flips` is the plain share of samples, from 0 to 1, in which the difference is
    zero or has the other sign. `digits` is how many are printed.
    """

    difference: float
    low: float
    high: float
    level: float
    p: float
    flips: float
    digits: int = 1

    def __str__(self) -> str:
        difference, low, high = (f"{one:+.{self.digits}f}" for one in self[:3])
        return f"difference {difference} ({100 * self.level:g} % {low} to {high})  p {self.p:.3f}"


def bootstrap(
    counts: ArrayLike | Sparse, statistic: Statistic, *, samples: int = 1000, level: float = 0.95, seed: int = 0
) -> Interval:
    """The percentile interval of a corpus score, from every item's counts (items, counts).

    `statistic` turns sums of counts (samples, counts) into scores (samples,). Draws samples × items numbers,
    in pieces of some 60 MB: 0.1 s for 1,000 of each. The same seed gives the same interval. DataError without
    items.

    >>> right = [[1, 1], [1, 1], [0, 1], [1, 1]]    # right or not, and 1 for every line
    >>> bootstrap(right, lambda sums: 100 * sums[:, 0] / sums[:, 1], seed=1)
    Interval(low=25.0, high=100.0, level=0.95)
    """
    table = _table(counts)
    _check_options(samples, level)
    drawn = _drawn(len(table), samples, np.random.default_rng(seed))
    scores = np.concatenate([statistic(_sums(often, table)) for often in drawn])
    return Interval(*_bounds(scores, level), level)


def compare(
    first: ArrayLike | Sparse,
    second: ArrayLike | Sparse,
    statistic: Statistic,
    *,
    samples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Comparison:
    """Paired bootstrap: both systems answered the same items, so both are drawn with the same items.

    Arguments as `bootstrap`. `p` is two-sided: twice (1 + the samples whose difference is zero or has the
    rarer sign) / (1 + samples), at most 1; so equal systems have p = 1, and no p is below 2 / (1 + samples).
    DataError where the two do not hold the same number of items.
    """
    one, other = _table(first), _table(second)
    _check_options(samples, level)
    if len(one) != len(other):
        raise DataError(
            "compare: both systems must have answered the same items",
            got=f"counts {one.shape} and {other.shape}",
            hint="score both on the same lines, in the same order",
        )

    def difference(often: NDArray[Any]) -> Floats:
        return statistic(_sums(often, other)) - statistic(_sums(often, one))

    whole = float(difference(np.ones((1, len(one))))[0])
    drawn = _drawn(len(one), samples, np.random.default_rng(seed))
    differences = np.concatenate([difference(often) for often in drawn])
    below, above = int((differences <= 0).sum()), int((differences >= 0).sum())
    p = min(1.0, 2 * (1 + min(below, above)) / (1 + samples))
    flips = samples if whole == 0 else below if whole > 0 else above
    return Comparison(whole, *_bounds(differences, level), level, p, flips / samples)


def wilson(hits: int, total: int, *, level: float = 0.95) -> Interval:
    """The interval of a share in percent, honest at 0 % and 100 % too, where drawing again sees no doubt.

    >>> str(wilson(50, 50))
    '95 % 92.9 to 100.0'
    """
    if not 0 <= hits <= total or total == 0:
        raise DataError(
            "wilson: a share needs 0 ≤ hits ≤ total and at least one item",
            got=f"hits {hits}, total {total}",
            hint="count the items first; without any there is no share",
        )
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, spread = hits / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z * (share * (1 - share) / total + spread / (4 * total)) ** 0.5 / (1 + spread)
    low = 0.0 if hits == 0 else middle - half
    high = 1.0 if hits == total else middle + half
    return Interval(100 * low, 100 * high, level)


def total(counts: ArrayLike | Sparse, statistic: Statistic) -> float:
    """The corpus score itself, of every item once."""
    table = _table(counts)
    return float(statistic(_sums(np.ones((1, len(table))), table))[0])


def _table(counts: ArrayLike | Sparse) -> Floats | Sparse:
    table = counts if isinstance(counts, Sparse) else np.asarray(counts, dtype=np.float64)
    if len(table.shape) != 2 or not table.shape[0]:
        raise DataError(
            "bootstrap: needs one row of counts for every item, and at least one item",
            got=f"an array of shape {table.shape}",
            hint="give an array (items, counts)",
        )
    return table


def _sums(often: NDArray[Any], table: Floats | Sparse) -> Floats:
    """Sums of counts (samples, counts), each item taken as often as (samples, items) says."""
    if isinstance(table, Sparse):
        return table.sums(often)
    sums: Floats = often @ table
    return sums


def _check_options(samples: int, level: float) -> None:
    if samples < 1 or not 0 < level < 1:
        raise OptionError(
            "bootstrap: samples must be at least 1 and level between 0 and 1",
            got=f"samples {samples}, level {level}",
            hint="samples=1000, level=0.95",
        )


def _drawn(items: int, samples: int, generator: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """How often each item was drawn (some samples, items), with replacement, some samples at a time."""
    for start in range(0, samples, step := max(1, DRAWS_AT_ONCE // items)):
        rows = min(step, samples - start)
        drawn = generator.integers(items, size=(rows, items)) + items * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * items).reshape(rows, items)


def _bounds(scores: Floats, level: float) -> tuple[float, float]:
    low, high = np.quantile(scores, [0.5 - level / 2, 0.5 + level / 2])
    return float(low), float(high)
