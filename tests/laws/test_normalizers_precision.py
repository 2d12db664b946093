"""Normalizers on tiles: how exact, at which cost, and that neither rows nor arguments feel each other."""

import math

import pytest
import torch
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as some
from normalizing_by_hand import CASES, SUM_TO_ONE, by_definition, heads, in_float32, mask_of, scores_of
from torch import Tensor

from regard.kernels.normalize import rule_of, search, weights_of
from regard.mechanisms.normalizers import Entmax, Softmax, SoftmaxWithSink, Sparsemax

every_case = pytest.mark.parametrize("name", CASES)
HALVES = [torch.float16, torch.bfloat16]


@settings(max_examples=60, deadline=None)
@drawn(
    alpha=some.floats(1.01, 2.0),
    keys=some.integers(1, 1200),
    scale=some.sampled_from([0.0, 1e-5, 1e-2, 0.3, 1.0, 10.0, 1e3]),
    seed=some.integers(0, 10**6),
)
def test_rows_of_entmax_sum_to_one(alpha: float, keys: int, scale: float, seed: int) -> None:
    scores = scores_of(1, 2, 2, keys, seed=seed, scale=scale)
    for parameter in (alpha, heads(alpha, 2.0)):
        sums = weights_of(scores, None, Entmax(), parameter).sum(-1)
        torch.testing.assert_close(sums, torch.ones_like(sums), rtol=0, atol=1e-12)


@settings(max_examples=30, deadline=None)
@drawn(
    alpha=some.floats(2.0, 4.0),
    keys=some.integers(1, 1200),
    scale=some.sampled_from([0.0, 1e-4, 0.3, 1.0, 30.0]),
    seed=some.integers(0, 10**6),
)
def test_beyond_alpha_two_the_threshold_is_exact_to_the_last_places(
    alpha: float, keys: int, scale: float, seed: int
) -> None:
    """The sum itself is as steep there as the last place of a score raised to 1 / (α − 1)."""
    scores = scores_of(1, 1, 2, keys, seed=seed, scale=scale)
    below = (alpha - 1) * (scores - scores.amax(-1, keepdim=True))
    found = search.found(below, alpha)
    sums = [(below - found * nudge).clamp(min=0).pow(1 / (alpha - 1)).sum(-1) for nudge in (1 + 1e-13, 1 - 1e-13)]
    assert (sums[0] >= 1 - 1e-12).all()
    assert (sums[1] <= 1 + 1e-12).all()


@pytest.mark.parametrize("alpha", [1.5, 2.0, heads(1.05, 1.3)], ids=str)
@pytest.mark.parametrize("scale", [1e-3, 0.1, 1.0, 10.0])
def test_a_threshold_takes_few_passes(alpha: float | Tensor, scale: float, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = []
    moments = search.moments_

    def counted(above: Tensor, alpha: float | Tensor) -> tuple[Tensor, Tensor]:
        passed.append(above.shape[-1])
        return moments(above, alpha)

    monkeypatch.setattr(search, "moments_", counted)
    scores = scores_of(1, 2, 16, 4096, scale=scale).float()
    weights_of(scores, None, Entmax(), alpha.float() if isinstance(alpha, Tensor) else alpha)
    assert passed.count(4096) <= 6
    assert len(passed) <= 16


@pytest.mark.parametrize("keys", [7, 900])
def test_any_alpha_of_two_is_sparsemax_and_near_one_softmax(keys: int) -> None:
    scores = scores_of(2, 2, 3, keys)
    allowed = mask_of(2, 1, 3, keys)
    sparse = weights_of(scores, allowed, Sparsemax())
    assert torch.equal(weights_of(scores, allowed, Entmax(), 2.0), sparse)
    torch.testing.assert_close(weights_of(scores, allowed, Entmax(), heads(2.0)), sparse, rtol=1e-10, atol=1e-13)
    soft = weights_of(scores, allowed, Softmax())
    torch.testing.assert_close(weights_of(scores, allowed, Entmax(), 1.0001), soft, rtol=0, atol=1e-3)


def test_an_alpha_that_is_learned_has_the_gradients_of_the_same_number() -> None:
    for alpha in (1.5, 2.0):
        outcomes = []
        for parameter in (alpha, heads(alpha)):
            scores = scores_of(2, 2, 3, 40).requires_grad_()
            weights = weights_of(scores, mask_of(2, 1, 3, 40), Entmax(), parameter)
            outcomes.append(torch.autograd.grad((weights * scores_of(2, 2, 3, 40, seed=1)).sum(), scores)[0])
        torch.testing.assert_close(*outcomes, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", [*SUM_TO_ONE, "sink"])
@pytest.mark.parametrize("shift", [-80.0, 80.0, -1e4, 1e4])
def test_large_scores_lose_nothing(name: str, shift: float) -> None:
    """Scores in steps of 1/64 can be shifted by 10⁴ exactly; then nothing may change."""
    normalizer, parameter = in_float32(CASES[name])
    scores = (scores_of(2, 2, 3, 50) * 64).round().float() / 64
    rule = rule_of(normalizer)
    moved = parameter + shift if normalizer == CASES["sink"].normalizer else parameter
    weights, _ = rule.normalize(scores, None, parameter)
    shifted, statistics = rule.normalize(scores + shift, None, moved)
    again = rule.weigh(scores + shift, None, statistics, moved)
    assert torch.equal(weights, shifted)
    assert torch.equal(weights, again)


def test_scores_far_apart_neither_overflow_nor_vanish() -> None:
    scores = torch.tensor([[[[-1e4, 1e4, -80, 80, 0]]]])
    for name in SUM_TO_ONE:
        normalizer, parameter = in_float32(CASES[name])
        expected = torch.tensor([0.0, 1, 0, 0, 0]).expand(1, 2, 1, 5)
        assert torch.equal(weights_of(scores.expand(1, 2, 1, 5), None, normalizer, parameter), expected)
    assert weights_of(scores, None, SoftmaxWithSink(), 2e4).sum() == 0
    torch.testing.assert_close(weights_of(scores, None, SoftmaxWithSink(), 1e4).sum(), torch.tensor(0.5))


@every_case
@pytest.mark.parametrize("dtype", HALVES)
def test_half_precision_is_computed_in_single(name: str, dtype: torch.dtype) -> None:
    normalizer, parameter = in_float32(CASES[name])
    learned = [parameter.clone().requires_grad_()] if isinstance(parameter, Tensor) else []
    scores = scores_of(2, 2, 3, 30, given=CASES[name]).to(dtype).requires_grad_()
    upstream = scores_of(2, 2, 3, 30, seed=1).to(dtype)
    allowed = mask_of(2, 1, 3, 30)

    def outcome(scores: Tensor) -> tuple[Tensor, ...]:
        weights = weights_of(scores, allowed, normalizer, learned[0] if learned else parameter)
        return weights, *torch.autograd.grad(weights, [scores, *learned], upstream.to(weights.dtype))

    rule = rule_of(normalizer)
    assert rule.statistics(scores.detach(), allowed, parameter).dtype == torch.float32
    for half, single in zip(outcome(scores), outcome(scores.float()), strict=True):
        torch.testing.assert_close(half, single.to(half.dtype), rtol=0, atol=0)
    assert outcome(scores)[0].dtype == dtype


@every_case
@pytest.mark.parametrize("keys", [64, 704])
def test_a_row_equals_a_batch_of_one(name: str, keys: int) -> None:
    """Bit for bit, also beside rows that take longer, where rows fill whole vector registers."""
    normalizer, parameter = in_float32(CASES[name])
    spread = torch.tensor([1e-3, 0.1, 1.0, 30.0])[:, None]
    scores = scores_of(2, 2, 4, keys, given=CASES[name], scale=1).float() * spread
    together = weights_of(scores, None, normalizer, parameter)
    for b in range(2):
        for q in range(4):
            alone = weights_of(scores[b : b + 1, :, q : q + 1].contiguous(), None, normalizer, parameter)
            assert torch.equal(alone, together[b : b + 1, :, q : q + 1])


@every_case
def test_statistics_give_the_weights_of_some_keys_alone(name: str) -> None:
    normalizer, parameter = CASES[name]
    rule, allowed, scores = rule_of(normalizer), mask_of(2, 1, 3, 20), scores_of(2, 2, 3, 20, given=CASES[name])
    statistics = rule.statistics(scores, allowed, parameter)
    assert statistics.shape == (2, 2, 3, rule.width)
    assert not statistics.isnan().any()
    expected = by_definition(scores, allowed, CASES[name])
    some_keys = rule.weigh(scores[..., 5:9], allowed[..., 5:9], statistics, parameter)
    torch.testing.assert_close(some_keys, expected[..., 5:9], rtol=1e-7, atol=1e-9)
    if rule.width == 2:  # then an empty row is known from its statistics, too
        assert not rule.weigh(scores, None, statistics, parameter)[:, :, -1].any()


@every_case
@pytest.mark.parametrize("masked", [False, True])
def test_no_argument_is_changed_and_results_are_new(name: str, masked: bool) -> None:
    normalizer, parameter = CASES[name]
    rule, allowed = rule_of(normalizer), mask_of(2, 1, 3, 9) if masked else None
    scores, upstream = scores_of(2, 2, 3, 9, given=CASES[name]), scores_of(2, 2, 3, 9, seed=1)
    given = [scores, upstream, *([parameter] if isinstance(parameter, Tensor) else [])]
    given += rule.normalize(scores, allowed, parameter)
    before = [each.clone() for each in given]
    slope = rule.slope(upstream, given[-2], scores, allowed, given[-1], parameter)
    again = rule.weigh(scores, allowed, given[-1], parameter)
    assert all(map(torch.equal, given, before))
    storages = [each.untyped_storage().data_ptr() for each in (*given, again, *slope) if each is not None]
    assert len(set(storages)) == len(storages)


@pytest.mark.parametrize("alpha", [1.5, 3.0, 4.0])
def test_gradients_of_tiny_weights_are_exact(alpha: float) -> None:
    """Beyond α = 2 a tiny weight has a huge slope, which must not drown the others in rounding."""
    tiny = 2.0**-13
    threshold = -((1 - tiny) ** (alpha - 1))
    scores = torch.tensor([[[[0.0, (threshold + tiny ** (alpha - 1)) / (alpha - 1)]]]], dtype=torch.float64)
    upstream = torch.tensor([[[[0.3, -0.7]]]], dtype=torch.float64)
    found = []
    for dtype in (torch.float64, torch.float32):
        weights = torch.tensor([[[[1 - tiny, tiny]]]], dtype=dtype)
        rule = rule_of(Entmax())
        number = torch.full((1, 1, 1), alpha, dtype=dtype)
        found.append(rule.slope(upstream.to(dtype), weights, scores.to(dtype), None, weights[..., :2], number))
    rate = torch.tensor([1 - tiny, tiny], dtype=torch.float64) ** (2 - alpha)
    expected = rate.prod() / rate.sum() * torch.tensor([1.0, -1.0], dtype=torch.float64)
    torch.testing.assert_close(found[0].to_scores[0, 0, 0], expected, rtol=1e-9, atol=0)
    torch.testing.assert_close(found[1].to_scores[0, 0, 0].double(), expected, rtol=2e-6, atol=0)
    torch.testing.assert_close(found[1].to_parameter, found[0].to_parameter.float(), rtol=1e-4, atol=0)


def test_a_learned_number_has_one_gradient_a_head_or_one_for_all() -> None:
    scores = scores_of(2, 2, 3, 9)
    for name in ("sink per head", "sigmoid per key and head", "entmax per head"):
        normalizer, _ = CASES[name]
        gradients = []
        for parameter in (heads(1.7, 1.7), heads(1.7)):
            parameter.requires_grad_()
            weights = weights_of(scores, None, normalizer, parameter)
            gradients += torch.autograd.grad(weights.square().sum(), parameter)
            assert gradients[-1].shape == parameter.shape
        assert not math.isclose(gradients[0][0].item(), gradients[0][1].item())
        torch.testing.assert_close(gradients[0].sum(0, keepdim=True), gradients[1])
