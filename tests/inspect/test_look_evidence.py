"""Evidence by hand, on modules so small that each number can be had another way."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import regard
from regard import inspect
from regard.inspect.capture.held import held
from regard.inspect.evidence.agreement import chance, rank_correlation
from regard.inspect.evidence.rollout import rolled
from regard.inspect.record import Evidence
from regard.mechanisms.positions import Bias

FIRST = torch.tensor([[0.6, 0.4, 0.0], [0.1, 0.9, 0.0], [0.2, 0.3, 0.5]])
SECOND = torch.tensor([[0.5, 0.25, 0.25], [0.3, 0.3, 0.4], [0.0, 0.0, 1.0]])


def read(weights: Tensor, values: Tensor, name: str) -> Tensor:
    """values (n, e), mixed with the weights (h, n, n), whatever they are."""
    blank = torch.zeros(1, len(weights), weights.shape[1], 1)
    value = values[None, None].expand(1, len(weights), *values.shape)
    return regard.attend(blank, blank, value, position=Bias(weights.clamp_min(1e-30).log()), name=name)


class TwoLayers(nn.Module):
    """Two layers with weights that are known: two heads, whose mean goes on, then one."""

    def __init__(self) -> None:
        super().__init__()
        self.heads = torch.stack((FIRST, SECOND))

    def forward(self, values: Tensor) -> Tensor:
        below = read(self.heads, values, "below")[0].mean(0)
        return read(FIRST[None], below, "above")[0, 0]


VALUES = torch.tensor([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25]])


def answer(given: Tensor) -> Tensor:
    return given[0, 0] ** 2 - 2 * given[2, 1]


def evidence() -> Evidence:
    def without(position: int) -> tuple[Tensor]:
        less = VALUES.clone()
        less[position] = 0
        return (less,)

    found = inspect.look(TwoLayers(), VALUES, answer=answer, remove=without).record.evidence
    assert len(found) == 1
    return found[0]


def test_weights_norms_and_gradients_are_those_of_the_last_call() -> None:
    columns = evidence().columns
    below = ((FIRST + SECOND) / 2) @ VALUES
    np.testing.assert_allclose(columns["weight"], FIRST.mean(0), atol=1e-6)
    np.testing.assert_allclose(columns["norm"], FIRST.mean(0) * below.norm(dim=-1), atol=1e-6)
    weights = FIRST.clone().requires_grad_()
    answer(weights @ below).backward()
    assert weights.grad is not None
    np.testing.assert_allclose(columns["gradient"], (FIRST * weights.grad).sum(0), atol=1e-5)
    assert columns["gradient"].min() < 0 < columns["gradient"].max()


def test_rollout_multiplies_normalized_rows_with_half_of_the_state_before() -> None:
    eye = torch.eye(3)
    mixed = (FIRST + eye) / 2 @ ((FIRST + SECOND) / 2 + eye) / 2
    np.testing.assert_allclose(evidence().columns["rollout"], mixed.mean(0), atol=1e-6)
    _, calls = held(lambda: TwoLayers()(VALUES))
    np.testing.assert_allclose(rolled(np.array([0.0, 0.0, 1.0]), calls), mixed[2], atol=1e-6)


def test_rows_that_do_not_sum_to_one_are_divided_by_their_sum() -> None:
    blank = torch.zeros(1, 1, 2, 1)
    scores = torch.tensor([[1.0, 3.0], [0.0, 0.0]])
    choices = {"position": Bias(scores), "normalizer": regard.ReLU()}
    _, calls = held(lambda: regard.attend(blank, blank, torch.eye(2)[None, None], **choices))
    np.testing.assert_allclose(rolled(np.array([1.0, 0.0]), calls), [0.625, 0.375], atol=1e-6)
    np.testing.assert_allclose(rolled(np.array([0.0, 1.0]), calls), [0.0, 1.0], atol=1e-6)  # it read nothing


def test_occlusion_and_ablation_are_what_happens_without_the_part() -> None:
    found, whole = evidence(), answer(TwoLayers()(VALUES))
    for position in range(3):
        less = VALUES.clone()
        less[position] = 0
        assert found.columns["occlusion"][position] == pytest.approx(float(answer(TwoLayers()(less)) - whole), abs=1e-5)
    assert set(found.heads) == {"below", "above"} and found.heads["above"].tolist() == pytest.approx([-float(whole)])
    for head, left in enumerate((SECOND, FIRST)):
        less = answer(FIRST @ (left / 2) @ VALUES)
        assert found.heads["below"][head] == pytest.approx(float(less - whole), abs=1e-5)


def test_uniform_weights_are_the_mean_of_what_may_be_read() -> None:
    mean = VALUES.mean(0).expand(3, -1)
    assert evidence().controls["uniform weights"]["answer"] == pytest.approx(float(answer(mean)), abs=1e-5)
    assert set(evidence().controls) == {"uniform weights"}


def test_agreement_compares_sizes_and_of_gradients_signs() -> None:
    found = evidence()
    change = found.columns["occlusion"]
    assert found.agreement["weight"] == rank_correlation(found.columns["weight"], np.abs(change))
    assert found.agreement["gradient"] == rank_correlation(found.columns["gradient"], -change)
    assert found.chance == chance(change, 1) == (-1.0, 1.0)


def test_chance_narrows_with_the_positions_and_is_the_same_for_a_seed() -> None:
    order = np.arange(200.0)
    low, high = chance(order, 3)
    assert (low, high) == chance(order, 3) != chance(order, 4)
    assert low == pytest.approx(-1.96 / 199**0.5, abs=0.02) and high == pytest.approx(1.96 / 199**0.5, abs=0.02)


def test_nothing_is_said_of_two_positions_or_of_equal_numbers() -> None:
    assert np.isnan(rank_correlation(np.array([1.0, 2.0]), np.array([1.0, 2.0])))
    assert np.isnan(rank_correlation(np.ones(5), np.arange(5.0)))
    assert rank_correlation(np.array([np.nan, 1, 2, 3]), np.array([9.0, 3, 2, 1])) == -1.0


def test_without_an_answer_there_is_no_evidence_and_without_removal_no_occlusion() -> None:
    assert inspect.look(TwoLayers(), VALUES).record.evidence == ()
    found = inspect.look(TwoLayers(), VALUES, answer=answer).record.evidence[0]
    assert np.isnan(found.columns["occlusion"]).all() and np.isnan(found.agreement["weight"])
    assert found.notes["occlusion"] == "not measured: nothing says how a position is removed"
