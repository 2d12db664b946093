"""Two models on the same items: their difference, its interval, and how often chance turns its sign."""

import numpy as np
import pytest

from regard.metrics import answers as by_kind
from regard.metrics.classification import accuracy, macro_f1
from regard.metrics.regression import mean_absolute_error

DRAW = np.random.default_rng(0)
ANSWERS = DRAW.choice(list("abc"), size=300).tolist()


def spoiled(share: float, seed: int) -> list[str]:
    draw = np.random.default_rng(seed)
    return [answer if draw.random() > share else "x" for answer in ANSWERS]


def test_the_difference_is_the_second_minus_the_first() -> None:
    first, second = spoiled(0.3, 1), spoiled(0.1, 2)
    found = accuracy.paired(ANSWERS, first, second)
    assert found.difference == pytest.approx(accuracy(ANSWERS, second) - accuracy(ANSWERS, first))
    assert 0 < found.low < found.difference < found.high
    assert found.flips == 0 and found.p == pytest.approx(2 / 1001)


def test_classes_that_only_one_model_guesses_do_not_disturb() -> None:
    found = macro_f1.paired(ANSWERS, ["a"] * 300, ANSWERS)
    assert found.difference == pytest.approx(100 - macro_f1(ANSWERS, ["a"] * 300))


def test_flips_are_the_share_of_samples_with_another_sign() -> None:
    # five items right by one alone, three by the other: some samples turn round, most do not
    first = ["a"] * 92 + ["b"] * 5 + ["a"] * 3
    second = ["a"] * 97 + ["b"] * 3
    found = accuracy.paired(["a"] * 100, first, second, samples=2000)
    assert found.difference == pytest.approx(2) and 0.2 < found.flips < 0.4
    assert found.p == pytest.approx(2 * (1 + 2000 * found.flips) / 2001)
    back = accuracy.paired(["a"] * 100, second, first, samples=2000)
    assert back.flips == found.flips and back.difference == -found.difference


def test_equal_models_flip_always() -> None:
    assert accuracy.paired(ANSWERS, ANSWERS, ANSWERS).flips == 1


def test_differences_print_with_the_digits_of_their_unit() -> None:
    found = mean_absolute_error.paired([1.0, 2.0], [1.0, 2.0], [1.25, 2.25])
    assert str(found) == "difference +0.2500 (95 % +0.2500 to +0.2500)  p 0.002"
    assert str(accuracy.paired(["a"], ["a"], ["a"])) == "difference +0.0 (95 % +0.0 to +0.0)  p 1.000"


def test_all_measures_of_a_kind_are_compared() -> None:
    found = dict(by_kind.paired("regress", [1.0, 2.0, 4.0], [1.0, 2.0, 3.0], [1.0, 2.0, 4.0]))
    assert list(found) == ["R²", "MAE", "RMSE"]
    assert found["MAE"].difference == pytest.approx(-1 / 3) and found["R²"].difference > 0
