"""Errors of numbers, by hand and against scikit-learn."""

import numpy as np
import pytest

from regard.metrics.regression import mean_absolute_error, r_squared, root_mean_squared_error


def test_by_hand() -> None:
    wanted, guessed = [1.0, 2.0, 3.0], [1.0, 2.0, 6.0]
    assert mean_absolute_error(wanted, guessed) == pytest.approx(1)
    assert root_mean_squared_error(wanted, guessed) == pytest.approx(3**0.5)
    assert r_squared(wanted, guessed) == pytest.approx(1 - 9 / 2)


def test_all_agrees_with_scikit_learn_far_from_zero_too() -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    draw = np.random.default_rng(0)
    wanted = 1e7 + draw.normal(size=100)
    guessed = wanted + 0.3 * draw.normal(size=100)
    assert mean_absolute_error(wanted, guessed) == pytest.approx(sklearn.mean_absolute_error(wanted, guessed))
    assert root_mean_squared_error(wanted, guessed) ** 2 == pytest.approx(sklearn.mean_squared_error(wanted, guessed))
    assert r_squared(wanted, guessed) == pytest.approx(sklearn.r2_score(wanted, guessed))


def test_the_mean_explains_nothing_and_equal_answers_are_explained_or_not() -> None:
    assert r_squared([1.0, 3.0], [2.0, 2.0]) == pytest.approx(0)
    assert r_squared([0.1, 0.1], [0.1, 0.1]) == 1
    assert r_squared([0.1, 0.1], [0.1, 0.2]) == 0


def test_a_number_a_step_is_summed_over_steps_and_none_is_left_out() -> None:
    assert mean_absolute_error([[1.0, 2.0], [3.0]], [[1.0, 1.0], [5.0]]) == 1
    assert mean_absolute_error([[1.0, None], [3.0]], [[2.0, 9.0], [3.0]]) == 0.5


def test_the_interval_of_r_squared_holds_it() -> None:
    draw = np.random.default_rng(1)
    wanted = draw.normal(size=300)
    score = r_squared.score(wanted, wanted + draw.normal(size=300))
    assert score.low < score.value < score.high and score.high - score.low < 0.8
    assert score.unit == "" and not mean_absolute_error.rises and r_squared.rises
