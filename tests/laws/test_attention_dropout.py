"""Dropout: on normalised weights, by the documented hash, the same in the reference and every kernel."""

from dataclasses import replace

import pytest
import torch
from attention_case import close, gradients
from attention_cases import fixed
from attention_choices import AXES
from torch import Tensor

import regard
from regard.kernels import reference

DROPPING = [(score, kernel) for score in AXES["score"] for kernel in fixed(score, dropout=0.4).kernels()]


def dropped(rate: float, seed: int | Tensor, sizes: tuple[int, int, int, int]) -> Tensor:
    """Weights as dropout leaves them, through the front door: all keys alike, and one value for each."""
    b, h, q, k = sizes
    query, key = torch.zeros(b, h, q, 1), torch.zeros(b, h, k, 1)
    return regard.attend(query, key, torch.eye(k).expand(b, h, k, k), dropout=rate, seed=seed) * k


@pytest.mark.parametrize("seed", [0, 1, -1, 2**63 - 1, -(2**63), 2**64 - 1])
def test_what_is_kept_is_the_documented_hash(seed: int) -> None:
    kept = dropped(0.3, seed, (2, 3, 4, 5)) > 0
    for b, h, q, k in kept.nonzero().tolist():
        assert reference.keeps(seed, 0.3, b, h, q, k)
    for b, h, q, k in (~kept).nonzero().tolist():
        assert not reference.keeps(seed, 0.3, b, h, q, k)


def test_the_hash_never_changes() -> None:
    """Written down once: a model trained with a seed can be trained again."""
    kept = dropped(0.5, 2024, (1, 1, 4, 8)).squeeze() > 0
    rows = ["".join("x" if one else "." for one in row) for row in kept.tolist()]
    assert rows == [".x.xx.x.", "..xx.x..", "...x.x..", ".xxxx.x."]


def test_the_kept_are_divided_by_the_chance_to_stay() -> None:
    assert set(dropped(0.75, 5, (1, 2, 9, 16)).flatten().tolist()) == {0.0, 4.0}


def test_each_weight_falls_with_the_given_chance_and_alone() -> None:
    """A million weights: rate, neighbours along each axis and a second seed within five standard deviations."""
    rate, sizes = 0.3, (2, 4, 256, 512)
    kept = (dropped(rate, 1, sizes) > 0).double()
    count = kept.numel()
    assert abs(kept.mean() - (1 - rate)) < 5 * (rate * (1 - rate) / count) ** 0.5
    centred = kept - (1 - rate)
    others = [centred.roll(1, axis) for axis in range(4)] + [(dropped(rate, 2, sizes) > 0).double() - (1 - rate)]
    for other in others:
        assert abs((centred * other).mean()) < 5 * rate * (1 - rate) / count**0.5
    assert (kept.mean(-1) - (1 - rate)).abs().max() < 6 * (rate * (1 - rate) / sizes[-1]) ** 0.5


@pytest.mark.parametrize("rate", [1e-9, 0.5, 1 - 1e-12])
def test_rates_at_both_ends_hold(rate: float) -> None:
    kept = (dropped(rate, 3, (1, 1, 32, 32)) > 0).double().mean()
    assert abs(kept - (1 - rate)) < 0.1


def test_sizes_do_not_enter_so_the_first_rows_heads_queries_and_keys_fall_alike() -> None:
    whole = dropped(0.4, 9, (3, 4, 5, 6)) > 0
    assert torch.equal(dropped(0.4, 9, (1, 4, 5, 6)) > 0, whole[:1])
    assert torch.equal(dropped(0.4, 9, (3, 2, 5, 6)) > 0, whole[:, :2])
    assert torch.equal(dropped(0.4, 9, (3, 4, 2, 6)) > 0, whole[:, :, :2])
    assert torch.equal(dropped(0.4, 9, (3, 4, 5, 4)) > 0, whole[..., :4])


@pytest.mark.parametrize("score, kernel", DROPPING)
def test_every_kernel_drops_the_same_and_a_seed_may_be_a_tensor(score: str, kernel: str) -> None:
    mask = regard.Causal() & regard.Padding(keys=[3, 5])
    case = replace(fixed(score, kernel=kernel, dropout=0.4, mask=mask), query_start=1)
    judged, number = case.judged()[0], case.attend()
    close(number, judged)
    assert torch.equal(replace(case, seed=torch.tensor(case.seed)).attend(), number)
    assert not torch.equal(replace(case, seed=12).attend(), number)


@pytest.mark.parametrize("score, kernel", DROPPING)
def test_gradients_fall_with_the_weights(score: str, kernel: str) -> None:
    case = fixed(score, kernel=kernel, dropout=0.4).learning()

    def run(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        return replace(case, query=query, key=key, value=value).attend()

    assert torch.autograd.gradcheck(run, (case.query, case.key, case.value), fast_mode=True)
    expected = gradients(case.judged()[0], case.leaves)
    for ours, judged in zip(gradients(case.attend(), case.leaves), expected, strict=True):
        close(ours, judged)


def test_the_mean_over_seeds_is_the_undropped_answer() -> None:
    case = fixed("dot", dropout=0.4)
    mean = torch.stack([replace(case, seed=seed).attend() for seed in range(2000)]).mean(0)
    assert (mean - replace(case, dropout=0.0, seed=None).attend()).abs().max() < 0.15


def test_weights_that_are_read_back_are_undropped() -> None:
    case = fixed("dot", dropout=0.4)
    seen: list[Tensor] = []
    with regard.observed(lambda call: seen.append(call.weights())):
        case.attend()
    close(seen[0], case.weights())
    close(seen[0].sum(-1), torch.ones(2, 4, 3))


def test_a_kernel_that_cannot_drop_so_is_never_taken_in_silence() -> None:
    case = fixed("dot", dropout=0.4, kernel="sdpa")
    with pytest.raises(regard.OptionError, match="its dropout is not the documented one"):
        case.attend()
    long = torch.zeros(1, 1, 500, 8)
    assert regard.plan(long, long, long).kernel in ("native", "sdpa")
    assert regard.plan(long, long, long, dropout=0.4).kernel in ("native", "dense")
