"""Additive scores of the native core: near and far from zero, with what is not finite, kept for backward or not."""

import random
from dataclasses import replace

import pytest
import torch
from attention_case import close
from test_native_kernel import NORMALIZERS, PARAMETERS, computed, readable, threads_and_parts_change_no_bit
from torch import Tensor

from regard.kernels import dense, native, native_call, tiled
from regard.kernels.readable import Readable
from regard.kernels.request import Request
from regard.mechanisms.normalizers import Entmax, Normalized
from regard.native import why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


def additive(seed: int, normalizer: str = "softmax", spread: float = 1.0, apart: float = 0.0) -> Request:
    """A request of several tiles: queries around `apart`, keys around its negative."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    b, g, group = chance.randint(1, 2), chance.randint(1, 2), chance.randint(1, 3)
    q, k = chance.choice([1, 5, 17, 64, 65, 150]), chance.choice([1, 16, 96, 97, 200])
    d, e = chance.choice([1, 8, 20, 48]), chance.choice([1, 16, 33])
    kind, heads = NORMALIZERS[normalizer], PARAMETERS.get(normalizer)
    return Request(
        "additive",
        spread * torch.randn(b, g * group, q, d) + apart,
        spread * torch.randn(b, g, k, d) - apart,
        torch.randn(b, g, k, e),
        weight=torch.randn(chance.choice([1, g * group]), d).abs(),
        readable=readable(chance, (b, g * group, q, k)),
        normalizer=kind,
        parameter=1.5 if isinstance(kind, Entmax) else torch.randn(heads and g * group, 1, 1) if heads else None,
        row=torch.randn(b, g * group, q) if chance.random() < 1 / 4 else None,
        column=torch.randn(b, g * group, k).abs() if chance.random() < 1 / 4 else None,
        dropout=chance.choice([0.0, 0.0, 0.4]),
        seed=chance.randint(-(2**63), 2**63 - 1),
    )


def agree(request: Request) -> None:
    """Output and gradients."""
    assert native.refuses(request) is None
    for ours, exact in zip(computed(request, native.run), computed(request, dense.run, torch.float64), strict=True):
        close(ours, exact)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("normalizer", [name for name, kind in NORMALIZERS.items() if not isinstance(kind, Normalized)])
def test_additive_scores_are_the_definition(normalizer: str, seed: int) -> None:
    agree(additive(seed, normalizer))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("spread", "apart"), [(1.0, 20.0), (8.0, 0.0), (40.0, 0.0), (0.5, -300.0)])
def test_queries_and_keys_far_from_zero_lose_nothing(spread: float, apart: float, seed: int) -> None:
    agree(additive(seed, "softmax", spread, apart))


def test_weights_of_any_size_count_for_what_they_are() -> None:
    request = additive(1)
    assert request.weight is not None
    for weight in (torch.zeros_like(request.weight), request.weight * 1e-30, request.weight.clone()):
        weight[:, 0] = 1e-20
        agree(replace(request, weight=weight))


@pytest.mark.parametrize("number", [torch.nan, torch.inf, -torch.inf])
def test_what_is_not_finite_reaches_only_what_the_formula_gives_it_to(number: float) -> None:
    query, key, value = torch.randn(3, 1, 1, 120, 8)
    query[0, 0, 7, 3] = number
    request = Request("additive", query, key, value, weight=torch.ones(1, 8))
    expected = dense.run(request.with_tensors([each.double() for each in request.tensors]))
    assert torch.equal(native.run(request).isnan(), expected.isnan())
    assert expected.isnan().any() == (number != number)
    close(native.run(request).nan_to_num(), expected.nan_to_num())


def test_scores_that_are_not_kept_are_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    request = additive(5)
    kept = computed(request, native.run)
    monkeypatch.setattr(native_call, "KEPT", 0)
    for one, other in zip(kept, computed(request, native.run), strict=True):
        assert torch.equal(one, other)


def test_threads_and_parts_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    threads_and_parts_change_no_bit(replace(additive(6), readable=Readable()), monkeypatch)


@pytest.mark.parametrize("seed", range(4))
def test_bfloat16_errs_no_more_than_the_tiled_kernel(seed: int) -> None:
    request = additive(seed)
    half = request.with_tensors([each.bfloat16() for each in request.tensors])
    exact = computed(half, dense.run, torch.float64)
    for ours, theirs, right in zip(computed(half, native.run), computed(half, tiled.run), exact, strict=True):
        assert ours.dtype == torch.bfloat16
        slack = 1e-2 * largest(right)
        assert largest(ours.double() - right) <= 2 * largest(theirs.double() - right) + slack


def largest(numbers: Tensor) -> float:
    return float(numbers.detach().abs().max()) if numbers.numel() else 0.0


@pytest.mark.parametrize("sizes", [(0, 2, 3, 4), (2, 2, 0, 4), (2, 2, 3, 0), (1, 2, 70, 5)])
def test_sizes_of_zero_are_no_mistake(sizes: tuple[int, int, int, int]) -> None:
    b, h, q, k = sizes
    query, key = torch.randn(b, h, q, 5), torch.randn(b, 1, k, 5)
    agree(Request("additive", query, key, torch.randn(b, 1, k, 3), weight=torch.randn(1, 5)))
