"""Strided attention by folding is strided attention by its mask, with every gradient, at a share of the pairs."""

from typing import Any

import pytest
import torch
from torch import Tensor

import regard
from regard.kernels import folded
from regard.kernels.strips import strips
from regard.mechanisms.legality import Choice
from regard.planning import requested

CASES: dict[str, dict[str, Any]] = {
    "alone": {},
    "causal": {"mask": regard.Causal()},
    "behind a past": {"mask": regard.Causal(), "query_start": 5},
    "before the first key": {"mask": regard.Causal(), "query_start": -3},
    "padded": {"mask": regard.Padding(keys=torch.tensor([17, 4]), queries=torch.tensor([0, 18])), "query_start": 2},
    "alibi": {"mask": regard.Causal(), "position": regard.Alibi(), "query_start": 3},
    "bias": {
        "position": regard.RelativeBias(torch.linspace(-1, 1, 64, dtype=torch.float64).reshape(4, 16)),
        "query_start": 1,
    },
    "rotary": {"position": regard.Rotary(), "mask": regard.Causal()},
    "distance": {"score": regard.Distance(1.3), "normalizer": regard.Sigmoid(-1.0, per_key=True)},
    "additive": {
        "score": regard.Additive(torch.linspace(-1, 1, 4, dtype=torch.float64)),
        "normalizer": regard.Entmax(),
    },
    "top-k": {"normalizer": regard.TopK(2), "mask": regard.Padding(keys=torch.tensor([19, 0]))},
}


def vectors(q: int = 18, k: int = 20, dtype: torch.dtype = torch.float64) -> list[Tensor]:
    chance = torch.Generator().manual_seed(7)
    shapes = (2, 4, q, 4), (2, 2, k, 4), (2, 2, k, 3)
    return [torch.randn(shape, generator=chance, dtype=torch.float64).to(dtype).requires_grad_() for shape in shapes]


def answers(kernel: str, every: int, case: str, dtype: torch.dtype = torch.float64) -> list[Tensor]:
    """The output, its gradients, and a gradient of these."""
    choices = dict(CASES[case])
    strided = regard.Strided(every)
    choices["mask"] = strided if choices.get("mask") is None else strided & choices["mask"]
    choices.setdefault("query_start", 0)
    given = vectors(dtype=dtype)
    mixed = regard.attend(*given, kernel=kernel, **choices)
    upstream = torch.randn(mixed.shape, generator=torch.Generator().manual_seed(8), dtype=torch.float64).to(dtype)
    slopes = torch.autograd.grad(mixed, given, upstream, create_graph=True)
    return [mixed, *slopes, *torch.autograd.grad(slopes[1].square().sum(), given)]


@pytest.mark.parametrize("every", [1, 3, 7, 30])
@pytest.mark.parametrize("case", CASES)
def test_folds_give_what_the_mask_gives(case: str, every: int) -> None:
    for ours, theirs in zip(answers("folded", every, case), answers("dense", every, case), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize("case", ["alone", "causal", "padded", "rotary"])
def test_folds_of_float32_come_near(case: str) -> None:
    ours, theirs = answers("folded", 3, case, torch.float32)[:4], answers("dense", 3, case)[:4]
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one.double(), other, atol=2e-5, rtol=2e-5)


def test_it_is_chosen_and_computes_one_pair_of_every_s() -> None:
    n = 1024
    given = [torch.zeros(1, 1, n, 4) for _ in range(3)]
    planned, whole = (regard.plan(*given, mask=mask) for mask in (regard.Strided(16), None))
    assert planned.kernel == "folded" and planned.operations == whole.operations // 16
    request = requested(*given, Choice(regard.Dot(), regard.Softmax(), regard.Strided(16), ()), None)
    inner, _ = folded.folded(request)
    b, _, q, k = inner.sizes
    assert b * q * k == n * n // 16 and inner.readable.everybody
    assert sum(1 for _ in strips(inner))


REFUSED = [
    ({"mask": regard.Strided(2) & regard.Window(3, 3)}, "it knows Strided alone, with Causal and Padding"),
    ({"mask": regard.Causal()}, "it knows Strided alone, with Causal and Padding"),
    ({"query_start": torch.tensor([0, 1])}, "rows of the batch that stand in different places"),
    ({"position": regard.RelativeKeys(torch.zeros(3, 4, dtype=torch.float64))}, "numbers of single pairs"),
    ({"position": regard.Bias(torch.zeros(18, 20, dtype=torch.float64))}, "numbers of single pairs"),
    ({"dropout": 0.5, "seed": 1}, "dropout is drawn by the pair"),
]


@pytest.mark.parametrize(("choices", "reason"), REFUSED, ids=lambda each: str(each)[:30])
def test_what_it_does_not_know_goes_another_way(choices: dict[str, Any], reason: str) -> None:
    choices = {"mask": regard.Strided(2), "query_start": 0, **choices}
    with pytest.raises(regard.OptionError, match="must support the request") as caught:
        regard.attend(*vectors(), kernel="folded", **choices)
    assert reason in caught.value.got
    assert regard.attend(*vectors(), **choices).shape == (2, 4, 18, 3)
