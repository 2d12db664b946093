"""Intervals and comparisons, where the answer is known beforehand."""

import numpy as np
import pytest

from regard.errors import DataError, OptionError
from regard.metrics import bootstrap, compare, wilson
from regard.metrics.intervals import Floats


def mean(sums: Floats) -> Floats:
    """Of counts (value, 1)."""
    return sums[:, 0] / sums[:, 1]


def with_ones(values: np.ndarray) -> np.ndarray:
    return np.stack([values, np.ones_like(values)], axis=1)


NORMAL = with_ones(np.random.default_rng(0).normal(size=400))


def test_a_mean_varies_as_theory_says() -> None:
    interval = bootstrap(NORMAL, mean, samples=4000)
    half = 1.96 * NORMAL[:, 0].std() / 400**0.5
    assert interval.low == pytest.approx(NORMAL[:, 0].mean() - half, abs=0.01)
    assert interval.high == pytest.approx(NORMAL[:, 0].mean() + half, abs=0.01)


def test_items_that_are_all_alike_leave_no_doubt() -> None:
    assert bootstrap([[3.0, 1.0]] * 5, mean) == (3.0, 3.0, 0.95)


def test_the_seed_decides_the_interval() -> None:
    assert bootstrap(NORMAL, mean, seed=1) == bootstrap(NORMAL, mean, seed=1)
    assert bootstrap(NORMAL, mean, seed=1) != bootstrap(NORMAL, mean, seed=2)


def test_a_higher_level_makes_a_wider_interval() -> None:
    narrow, wide = bootstrap(NORMAL, mean, level=0.5), bootstrap(NORMAL, mean, level=0.99)
    assert wide.low < narrow.low < narrow.high < wide.high
    assert str(wide._replace(low=1.25, high=2)) == "99 % 1.2 to 2.0"


def test_many_items_are_drawn_piece_by_piece() -> None:
    counts = np.ones((300_000, 2))
    counts[::2, 0] = 0
    interval = bootstrap(counts, mean, samples=20)
    assert 0.49 < interval.low < 0.5 < interval.high < 0.51


def test_a_small_steady_gain_shows_although_items_differ_much() -> None:
    gain = with_ones(NORMAL[:, 0] + 0.05 + 0.01 * np.random.default_rng(1).normal(size=400))
    result = compare(NORMAL, gain, mean)
    assert result.difference == pytest.approx(0.05, abs=0.002)
    assert 0.04 < result.low < result.high < 0.06
    assert result.p == pytest.approx(2 / 1001)


def test_a_system_compared_with_itself_does_not_differ() -> None:
    result = compare(NORMAL, NORMAL, mean)
    assert result == (0.0, 0.0, 0.0, 0.95, 1.0, 1.0, 1)
    assert str(result) == "difference +0.0 (95 % +0.0 to +0.0)  p 1.000"


def test_swapping_the_systems_turns_the_sign() -> None:
    other = with_ones(np.random.default_rng(2).normal(size=400))
    there, back = compare(NORMAL, other, mean), compare(other, NORMAL, mean)
    assert back.difference == pytest.approx(-there.difference)
    assert (back.low, back.high, back.p) == pytest.approx((-there.high, -there.low, there.p))


def test_an_interval_without_zero_goes_with_a_small_p() -> None:
    for shift in (0.0, 0.05, 0.1, 0.15, 0.2, 0.3):
        other = with_ones(np.random.default_rng(3).normal(size=400) + shift)
        result = compare(NORMAL, other, mean)
        if result.low > 0.01 or result.high < -0.01:
            assert result.p < 0.05
        if result.low < -0.01 and result.high > 0.01:
            assert result.p > 0.04


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"), [(0, 10, 0.0, 27.8), (10, 10, 72.2, 100.0), (81, 263, 25.5, 36.6)]
)
def test_wilson_gives_the_published_values(hits: int, total: int, low: float, high: float) -> None:
    # 81 of 263: Newcombe 1998, table I, method 3: 0.2553 to 0.3662
    assert wilson(hits, total)[:2] == pytest.approx((low, high), abs=0.05)


def test_what_cannot_be_sampled_is_an_error() -> None:
    with pytest.raises(DataError, match=r"one row of counts for every item.*\n  got  an array of shape \(0,\)\n  try"):
        bootstrap([], mean)
    with pytest.raises(DataError, match=r"same items\n  got  counts \(400, 2\) and \(399, 2\)\n  try  score both"):
        compare(NORMAL, NORMAL[1:], mean)
    with pytest.raises(OptionError, match=r"samples must be .*\n  got  samples 0, level 0.95\n  try  samples=1000"):
        bootstrap(NORMAL, mean, samples=0)
    with pytest.raises(OptionError, match="got  samples 1000, level 95"):
        bootstrap(NORMAL, mean, level=95)
    with pytest.raises(DataError, match="at least one item\n  got  hits 0, total 0\n  try  count"):
        wilson(0, 0)
