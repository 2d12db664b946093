"""Short sequences, by the kernel of their own: the definition, at every edge, whatever threads and layouts do."""

import random
from dataclasses import replace

import pytest
import torch
from attention_case import close
from test_native_kernel import computed, readable, threads_and_parts_change_no_bit
from torch import Tensor

from regard.kernels import dense, native, native_short, tiled
from regard.kernels.native_call import Plan
from regard.kernels.native_masks import Masked
from regard.kernels.readable import Readable
from regard.kernels.request import Request
from regard.native import why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

SIZES = [(9, 1), (16, 16), (20, 20), (33, 47), (63, 17), (17, 63), (64, 31), (64, 64)]
"""Queries and keys."""


def taken(request: Request) -> bool:
    return native_short.takes(request, Masked.of(request, Plan.of(request)))


def vectors(chance: random.Random, q: int, k: int, dtype: torch.dtype) -> list[Tensor]:
    """Query, key and value of any sizes, groups and layouts."""
    b, g, group = chance.randint(1, 3), chance.randint(1, 3), chance.randint(1, 3)
    d, e = chance.choice([1, 8, 20, 32, 64]), chance.choice([1, 16, 33, 64])
    sizes = ((g * group, q, d), (g, k, d), (g, k, e))
    if chance.random() < 1 / 2:
        return [torch.randn(b, n, heads, size).transpose(1, 2).to(dtype) for heads, n, size in sizes]
    return [torch.randn(b, heads, n, size + 3)[..., :size].to(dtype) for heads, n, size in sizes]


def short(seed: int, dtype: torch.dtype = torch.float32) -> Request:
    """A request of short sequences under masks of intervals, half of them with dropout."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    query, key, value = vectors(chance, *SIZES[seed % len(SIZES)], dtype)
    request = Request(
        "dot", query, key, value, chance.choice([0.3, -0.2]), dropout=chance.choice([0.0, 0.4]), seed=seed
    )
    asked = replace(request, readable=readable(chance, request.sizes))
    return asked if taken(asked) else replace(asked, readable=replace(asked.readable, others=()))


def exact(request: Request) -> list[Tensor]:
    return computed(request, dense.run, torch.float64)


@pytest.mark.parametrize("seed", range(40))
def test_short_sequences_are_the_definition(seed: int) -> None:
    request = short(seed)
    assert native.refuses(request) is None and taken(request)
    for ours, expected in zip(computed(request, native.run), exact(request), strict=True):
        close(ours, expected)


@pytest.mark.parametrize("seed", range(24))
def test_bfloat16_errs_no_more_than_the_tiled_kernel(seed: int) -> None:
    request = short(seed, torch.bfloat16)
    found, other = computed(request, native.run), computed(request, tiled.run)
    for ours, theirs, expected in zip(found, other, exact(request), strict=True):
        slack = 1e-2 * max(1.0, float(expected.detach().abs().max()))
        errors = [(each.double() - expected).detach().abs().max() for each in (ours, theirs)]
        assert errors[0] <= 2 * errors[1] + slack


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("dropout", [0.0, 0.4])
def test_lengths_of_none_one_and_all(dtype: torch.dtype, dropout: float) -> None:
    """Padding has no gradient, whatever it holds, and padded queries get zeros."""
    query, key, value = torch.randn(3, 4, 2, 20, 16).to(dtype)
    keys, queries = torch.tensor([0, 1, 20, 33]), torch.tensor([20, 20, 1, 0])
    request = Request("dot", query, key, value, readable=Readable(False, 0, keys, queries), dropout=dropout)
    expected = exact(request)
    for padded in (key, value):
        padded[1, :, 1:] = torch.nan
    query[2, :, 1:] = torch.nan
    assert taken(request)
    mixed, *slopes = computed(request, native.run)
    for ours, right in zip((mixed, *slopes), expected, strict=True):
        slack = 4e-6 if dtype == torch.float32 else 2e-2
        torch.testing.assert_close(ours.double(), right, rtol=slack, atol=slack)
    assert not mixed[[0, 3]].any() and not mixed[2, :, 1:].any()
    assert not any(each[0].any() or each[3].any() for each in slopes)
    assert not any(each[1, :, 1:].any() for each in slopes[1:])


@pytest.mark.parametrize("size", [63, 64, 65])
def test_what_is_longer_is_left_to_tiles(size: int) -> None:
    query = torch.randn(1, 2, size, 8)
    assert taken(Request("dot", query, query[:, :, :9], query[:, :, :9])) == (size <= native_short.SHORT)
    request = Request("dot", query[:, :, :9], query, query)
    assert taken(request) == (size <= native_short.SHORT)
    close(native.run(request), dense.run(request.with_tensors([each.double() for each in request.tensors])))


def test_what_else_is_added_is_left_to_tiles() -> None:
    request = Request("dot", *torch.randn(3, 1, 2, 20, 8))
    assert taken(request)
    for other in ({"row": torch.ones(1, 2, 20)}, {"column": torch.ones(1, 2, 20)}, {"bias": torch.ones(1, 1, 20, 20)}):
        assert not taken(replace(request, **other))


@pytest.mark.parametrize("seed", [2, 3])
def test_threads_and_parts_change_no_bit(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    request = short(seed)
    assert torch.equal(native.run(request), computed(request, native.run)[0])
    threads_and_parts_change_no_bit(request, monkeypatch)


def test_what_is_not_a_number_stays_so_and_reaches_only_its_readers() -> None:
    query, key, value = torch.randn(3, 1, 2, 40, 8)
    key[0, 0, 30, 0], value[0, 1, 25, 3] = torch.nan, torch.inf
    request = Request("dot", query, key, value, readable=Readable(causal=True))
    assert taken(request)
    mixed, to_query, *_ = computed(request, native.run)
    assert mixed[0, 0, 30:].isnan().all() and mixed[0, 0, :30].isfinite().all()
    assert mixed[0, 1, 25:, 3].isinf().all() and mixed[0, 1, :25].isfinite().all()
    assert to_query[0, 0, :30].isfinite().all() and to_query[0, 1, :25].isfinite().all()
    assert native.run(replace(request, readable=Readable()))[0, 0].isnan().all()


@pytest.mark.parametrize("within", [False, True])
def test_results_lie_as_the_vectors_do(within: bool) -> None:
    """As layers split heads: joining them again copies nothing."""
    sizes = (2, 20, 3, 16) if within else (2, 3, 20, 16)
    query = torch.randn(sizes).transpose(1, 2) if within else torch.randn(sizes)
    request = Request("dot", query, query, query)
    for each in computed(request, native.run):
        assert (each.transpose(1, 2) if within else each).is_contiguous()
