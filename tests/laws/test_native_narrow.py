"""One query and a few, by the kernel of their own: the definition, whatever parts, threads and types do."""

import random
from dataclasses import replace

import pytest
import torch
from attention_case import close
from test_native_kernel import NORMALIZERS, computed, drawn, readable

from regard.kernels import dense, native, native_call, native_narrow, tiled
from regard.kernels.native_call import Plan
from regard.kernels.native_masks import Masked
from regard.kernels.readable import Readable
from regard.kernels.request import Request
from regard.mechanisms.normalizers import Normalized
from regard.native import why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


def taken(request: Request) -> bool:
    return native_narrow.takes(request, Masked.of(request, Plan.of(request)))


def few(seed: int, normalizer: str = "softmax", dtype: torch.dtype = torch.float32) -> Request:
    """A drawn request of a few queries, some of several parts; one in three is additive, where it can be."""
    chance, asked = random.Random(seed), drawn(seed, normalizer, dtype)
    b, h, _, k = asked.sizes
    q, additive = chance.randint(1, native_narrow.FEW), chance.random() < 1 / 3
    query = torch.randn(b, h, q, asked.query.shape[-1]).to(dtype)
    row = None if asked.row is None else torch.randn(b, h, q)
    asked = replace(asked, query=query, row=row, offsets=(), query_term=None, bias=None)
    asked = replace(asked, readable=readable(chance, (b, h, q, k)))
    if not taken(asked):
        asked = replace(asked, readable=replace(asked.readable, others=()))
    if isinstance(asked.normalizer, Normalized):
        return replace(asked, query=query.abs() + 0.1)
    weight = torch.randn(chance.choice([1, h]), query.shape[-1])
    return replace(asked, kind="additive", scale=1.0, weight=weight) if additive else asked


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_few_queries_are_the_definition(normalizer: str, seed: int) -> None:
    request = few(seed, normalizer)
    assert native.refuses(request) is None and taken(request)
    for ours, expected in zip(computed(request, native.run), computed(request, dense.run, torch.float64), strict=True):
        close(ours, expected)


def test_the_drawn_ones_are_of_both_kinds() -> None:
    assert {few(seed).kind for seed in range(12)} == {"dot", "additive"}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_bfloat16_errs_no_more_than_the_tiled_kernel(normalizer: str, seed: int) -> None:
    request = few(seed, normalizer, torch.bfloat16)
    exact = computed(request, dense.run, torch.float64)
    found, other = computed(request, native.run), computed(request, tiled.run)
    for ours, theirs, expected in zip(found, other, exact, strict=True):
        if expected.numel():
            slack = 1e-2 * max(1.0, float(expected.detach().abs().max()))
            errors = [(each.double() - expected).detach().abs().max() for each in (ours, theirs)]
            assert errors[0] <= 2 * errors[1] + slack


@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_parts_of_the_keys_are_the_whole(normalizer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where some parts hold no key that a query reads."""
    monkeypatch.setattr(native_narrow, "PARTED", 16)
    for seed in range(20):
        request = few(seed, normalizer)
        close(native.run(request), dense.run(request.with_tensors([each.double() for each in request.tensors])))


@pytest.mark.parametrize("kind", ["dot", "additive"])
def test_threads_and_shares_of_a_call_change_no_bit(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    query, key, value = torch.randn(2, 4, 3, 40), torch.randn(2, 2, 1500, 40), torch.randn(2, 2, 1500, 24)
    weight = torch.randn(4, 40) if kind == "additive" else None
    request = Request(kind, query, key, value, weight=weight, readable=Readable(causal=True, start=1490))
    assert native_narrow.parts_of(request) > 1
    before, threads = computed(request, native.run), torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        again = computed(request, native.run)
        monkeypatch.setattr(native_call, "AT_ONCE", 1.0)
        shared = computed(request, native.run)
    finally:
        torch.set_num_threads(threads)
    for one, other, third in zip(before, again, shared, strict=True):
        assert torch.equal(one, other) and torch.equal(one, third)


def test_what_is_not_a_number_stays_so_and_reaches_only_its_readers() -> None:
    query, key, value = torch.randn(1, 2, 4, 8), torch.randn(1, 2, 40, 8), torch.randn(1, 2, 40, 8)
    key[0, 0, 38, 0] = value[0, 1, 37, 3] = torch.nan
    for weight in (None, torch.randn(1, 8)):
        for name, normalizer in NORMALIZERS.items():
            kind = "dot" if weight is None else "additive"
            readable = Readable(causal=True, start=36)
            request = Request(kind, query, key, value, 1.0, weight, readable, normalizer, parameter=1.5)
            mixed, to_query, *_ = computed(request, native.run)
            assert mixed[:, 0, 2:].isnan().all() and mixed[:, 1, 1:, 3].isnan().all(), name
            assert mixed[:, 0, :2].isfinite().all() and mixed[:, 1, :1].isfinite().all(), name
            assert to_query[:, 0, :2].isfinite().all() and to_query[:, 1, :1].isfinite().all(), name


def test_scores_beyond_every_exponent_are_exact() -> None:
    """Additive: a = +20, b = −20 and a standard deviation of 8."""
    query, key, value = 20 + 8 * torch.randn(2, 1, 2, 64), -20 + 8 * torch.randn(2, 1, 50, 64), torch.randn(2, 1, 50, 5)
    request = Request("additive", query, key, value, weight=torch.randn(1, 64))
    for ours, expected in zip(computed(request, native.run), computed(request, dense.run, torch.float64), strict=True):
        close(ours, expected)


@pytest.mark.parametrize("sizes", [(0, 2, 1, 4), (2, 2, 1, 0), (1, 2, 3, 0)])
def test_sizes_of_zero_give_zeros(sizes: tuple[int, int, int, int]) -> None:
    b, h, q, k = sizes
    for kind, weight in (("dot", None), ("additive", torch.randn(1, 5))):
        request = Request(kind, torch.randn(b, h, q, 5), torch.randn(b, 1, k, 5), torch.randn(b, 1, k, 3), 1.0, weight)
        mixed, *slopes = computed(request, native.run)
        assert mixed.shape == (b, h, q, 3) and not mixed.any()
        assert not any(each.any() for each in slopes)
