"""The steps that are measured beside peers learn the same thing from the same batch."""

import math

import pytest
import torch
from benchmarks.training.batches import TOKENS, batches
from benchmarks.training.contestants import ALL, MAKERS, made, present
from benchmarks.training.measure import rates
from benchmarks.training.work import operations

from regard.data.ragged import Ragged
from regard.models.numbers import Numbered
from regard.training.data import Corpus

SMALL = Corpus(Numbered(Ragged([[5, 6, 7, 3], [8, 3]])), Ragged([[9, 3], [5, 6, 3]])).batch(torch.arange(2).numpy())


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
@pytest.mark.parametrize("one", [one for one in present([""]) if one.precision == "fp32"], ids=lambda one: one.name)
def test_a_step_learns_and_padding_is_no_answer(one) -> None:
    torch.manual_seed(1)
    model = made(one).eval()
    loss = model.loss(SMALL)
    loss.backward()
    assert math.isfinite(loss.item())
    assert all(each.grad is not None for each in model.parameters() if each.requires_grad)
    wider = SMALL._replace(
        target_in=torch.nn.functional.pad(SMALL.target_in, (0, 2), value=7),
        target_out=torch.nn.functional.pad(SMALL.target_out, (0, 2), value=7),
    )
    assert model.loss(wider).item() == pytest.approx(loss.item(), abs=1e-4)


def test_batches_are_full_and_the_same_each_time() -> None:
    one, other = batches(None, 3), batches(None, 3)
    for a, b in zip(one, other, strict=True):
        assert torch.equal(a.target_out, b.target_out)
        assert max(a.source.values.numel(), a.target_out.numel()) <= TOKENS


def test_each_round_has_a_rate_and_the_work_is_counted() -> None:
    (one,) = [one for one in ALL if one.maker == "regard" and "GRU" in one.group and one.precision == "fp32"]
    assert all(rate > 0 for rate in rates([one], [SMALL], 2)[one])
    assert {group for group, _ in MAKERS} == {one.group for one in ALL}
    assert operations(one.group, SMALL) > 6 * 5 * 128 * 8000
