"""Normalizers on tiles: weights equal definitions, gradients equal differences, and what is hidden is absent."""

import math

import pytest
import torch
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as some
from normalizing_by_hand import CASES, SUM_TO_ONE, by_definition, in_float32, mask_of, scores_of
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from regard.kernels.normalize import rule_of, weights_of
from regard.mechanisms.normalizers import (
    Entmax,
    Normalized,
    Normalizer,
    Plain,
    ReLU,
    Sigmoid,
    Softmax,
    SoftmaxWithSink,
    Sparsemax,
    SquaredReLU,
    TopK,
)

every_case = pytest.mark.parametrize("name", CASES)


def weigh(name: str, scores: Tensor, allowed: Tensor | None = None) -> Tensor:
    normalizer, parameter = CASES[name]
    return weights_of(scores, allowed, normalizer, parameter)


LN3 = math.log(3)
ROOT7 = math.sqrt(7)


@pytest.mark.parametrize(
    ("normalizer", "parameter", "scores", "weights"),
    [
        (Softmax(), None, (0, LN3), (1 / 4, 3 / 4)),
        (SoftmaxWithSink(), 0.0, (0, LN3), (1 / 5, 3 / 5)),
        (SoftmaxWithSink(), -math.inf, (0, LN3), (1 / 4, 3 / 4)),
        (ReLU(), None, (-1, 3), (0, 3)),
        (ReLU(per_key=True), None, (-1, 3), (0, 3 / 2)),
        (SquaredReLU(), None, (-1, 3), (0, 9)),
        (Sigmoid(), 0.0, (0, LN3), (1 / 2, 3 / 4)),
        (Sigmoid(), LN3, (0, -LN3), (3 / 4, 1 / 2)),
        (Plain(per_key=True), None, (-1, 3), (-1 / 2, 3 / 2)),
        (Normalized(eps=0), None, (1, 3), (1 / 4, 3 / 4)),
        (Normalized(eps=0), None, (0, 0), (0, 0)),
        (Normalized(eps=1), None, (1, 3), (1 / 5, 3 / 5)),
        (Sparsemax(), None, (1, 0.5), (3 / 4, 1 / 4)),
        (Sparsemax(), None, (3, 1), (1, 0)),
        (TopK(1), None, (0, LN3), (0, 1)),
        (TopK(1), None, (2, 2), (1 / 2, 1 / 2)),
        (TopK(2), None, (0, LN3), (1 / 4, 3 / 4)),
        (Entmax(), 1.5, (1, 0), ((4 + ROOT7) / 8, (4 - ROOT7) / 8)),
        (Entmax(), 1.5, (2, 0), (1, 0)),
        (Entmax(), 3.0, (3 / 8, 0), (7 / 8, 1 / 8)),
        (Entmax(), 4.0, (5, 5), (1 / 2, 1 / 2)),
    ],
)
def test_weights_of_two_keys_are_those_found_by_hand(
    normalizer: Normalizer, parameter: float | None, scores: tuple[float, ...], weights: tuple[float, ...]
) -> None:
    found = weights_of(torch.tensor([[[scores]]], dtype=torch.float64), None, normalizer, parameter)
    torch.testing.assert_close(found, torch.tensor([[[weights]]], dtype=torch.float64))


@every_case
@settings(max_examples=6, deadline=None)
@drawn(
    shape=some.tuples(some.integers(1, 2), some.just(2), some.integers(1, 3), some.integers(0, 9)),
    mask=some.sampled_from(["none", "all", "heads", "rows", "padding"]),
    seed=some.integers(0, 99),
    scale=some.sampled_from([0.01, 1.0, 20.0]),
)
def test_weights_equal_the_definition(
    name: str, shape: tuple[int, int, int, int], mask: str, seed: int, scale: float
) -> None:
    b, h, q, k = shape
    sizes = {"all": (b, h, q, k), "heads": (1, h, q, k), "rows": (b, 1, q, k), "padding": (b, 1, 1, k)}
    allowed = mask_of(*sizes[mask], seed=seed) if mask in sizes else None
    scores = scores_of(*shape, given=CASES[name], seed=seed, scale=scale)
    found = weigh(name, scores, allowed)
    assert found.dtype == torch.float64
    torch.testing.assert_close(found, by_definition(scores, allowed, CASES[name]), rtol=1e-7, atol=1e-9)


@every_case
@pytest.mark.parametrize("keys", [511, 513, 1000, 3000])
def test_long_rows_equal_the_definition_in_single_precision(name: str, keys: int) -> None:
    given = in_float32(CASES[name])
    scores = scores_of(1, 2, 2, keys, given=given).float()
    allowed = mask_of(1, 1, 2, keys)
    close = {"rtol": 2e-5, "atol": 2e-3 if name == "entmax 4" else 2e-6}  # ³√: a last place of a score, 10⁻⁷, is 0.005
    for mask in (None, allowed):
        found = weights_of(scores, mask, *given)
        torch.testing.assert_close(found.double(), by_definition(scores, mask, given), **close)


@pytest.mark.slow
@every_case
@pytest.mark.parametrize("allowed", [None, mask_of(1, 2, 3, 4)], ids=["all", "some"])
def test_first_and_second_derivatives_equal_differences(name: str, allowed: Tensor | None) -> None:
    normalizer, parameter = CASES[name]
    inputs = [scores_of(1, 2, 3, 4, given=CASES[name], seed=3).requires_grad_()]
    if isinstance(parameter, Tensor):
        inputs.append(parameter.clone().requires_grad_())

    def weights(scores: Tensor, *learned: Tensor) -> Tensor:
        return weights_of(scores, allowed, normalizer, learned[0] if learned else parameter)

    assert gradcheck(weights, inputs)
    assert gradgradcheck(weights, inputs)


@every_case
@pytest.mark.parametrize("garbage", [math.nan, math.inf, -math.inf, 3e38])
def test_what_may_not_be_read_never_matters(name: str, garbage: float) -> None:
    given = in_float32(CASES[name])
    rule, parameter = rule_of(given.normalizer), given.parameter
    allowed = mask_of(2, 1, 3, 7)
    clean = scores_of(2, 2, 3, 7, given=given).float()
    upstream = scores_of(2, 2, 3, 7, seed=1).float()

    def outcome(fill: float) -> list[Tensor]:
        scores, pull = (each.masked_fill(~allowed, fill) for each in (clean, upstream))
        weights, statistics = rule.normalize(scores, allowed, parameter)
        again = rule.weigh(scores, allowed, statistics, parameter)
        torch.testing.assert_close(again, weights)
        slope = rule.slope(pull, weights, scores, allowed, statistics, parameter)
        assert not slope.to_scores.masked_select(~allowed).any()
        assert not weights.masked_select(~allowed).any()
        return [weights, rule.statistics(scores, allowed, parameter), *(each for each in slope if each is not None)]

    for spoilt, expected in zip(outcome(garbage), outcome(0.0), strict=True):
        assert not spoilt.isnan().any()
        assert torch.equal(spoilt, expected)


@every_case
def test_a_nan_that_may_be_read_stays_in_its_row(name: str) -> None:
    scores = scores_of(1, 2, 3, 600, given=CASES[name])
    spoilt = scores.index_fill(2, torch.tensor([1]), 0.5)
    spoilt[:, :, 1, 4] = math.nan
    found = weigh(name, spoilt, torch.ones(1, 1, 3, 600, dtype=torch.bool))
    assert found[:, :, 1, 4].isnan().all()
    assert torch.equal(found[:, :, ::2], weigh(name, scores)[:, :, ::2])


@every_case
def test_a_row_that_may_read_nothing_is_zero_and_so_is_its_gradient(name: str) -> None:
    normalizer, parameter = CASES[name]
    learned = parameter.clone().requires_grad_() if isinstance(parameter, Tensor) else parameter
    for scores, allowed in (
        (scores_of(1, 2, 3, 600), torch.zeros(1, 1, 3, 600, dtype=torch.bool)),
        (scores_of(1, 2, 3, 0), None),
        (scores_of(1, 2, 3, 0), torch.zeros(1, 1, 3, 0, dtype=torch.bool)),
    ):
        scores.requires_grad_()
        weights = weights_of(scores, allowed, normalizer, learned)
        assert not weights.any()
        wanted = [scores, *([learned] if isinstance(learned, Tensor) else [])]
        for gradient in torch.autograd.grad((weights - 1).square().sum(), wanted):
            assert not gradient.any()


@pytest.mark.parametrize("name", [*SUM_TO_ONE, "sink", "sink per head"])
def test_scores_that_are_all_minus_infinity_read_nothing(name: str) -> None:
    assert not weigh(name, torch.full((1, 2, 1, 3), -math.inf, dtype=torch.float64)).any()
