"""What the native core reads off the weights is what the strips say, in float64."""

from dataclasses import replace

import pytest
import torch
from attention_case import close
from test_native_additive import additive
from test_native_kernel import NORMALIZERS, drawn
from torch import Tensor

from regard.kernels import dense, native, native_reading, reading
from regard.kernels.request import Request
from regard.mechanisms.normalizers import Normalized, Plain
from regard.native import why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

READ = [name for name, kind in NORMALIZERS.items() if not isinstance(kind, Plain | Normalized)]


def full(request: Request) -> Tensor:
    """All weights, exactly."""
    return dense.weights(request.with_tensors([each.double() for each in request.tensors]))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("normalizer", READ)
def test_the_greatest_are_those_of_the_full_matrix(normalizer: str, seed: int) -> None:
    request = drawn(seed, normalizer)
    top = min(5, request.sizes[3])
    assert native_reading.takes(request)
    weights, keys = native_reading.greatest(request, top)
    exact = full(request)
    close(weights, exact.topk(top).values)
    close(weights, torch.where(keys < 0, 0.0, exact.gather(-1, keys.clamp(min=0))))
    assert torch.equal(keys < 0, weights == 0)


@pytest.mark.parametrize("size", [1, 7, 64, 500])
@pytest.mark.parametrize("normalizer", READ)
def test_a_summary_sums_the_full_matrix(normalizer: str, size: int) -> None:
    request = drawn(size, normalizer)
    exact, (b, h, q, k) = full(request), request.sizes
    assert native_reading.takes(request)
    found = reading.summary(request, size)
    shares = exact / exact.sum(-1, keepdim=True).clamp_min(1e-300)
    close(found.entropy, torch.special.entr(shares).sum(-1))
    close(found.columns, exact.sum(-2))
    rows, columns = -(-q // size), -(-k // size)
    squares = torch.nn.functional.pad(exact, (0, columns * size - k, 0, rows * size - q))
    close(found.blocks, squares.view(b, h, rows, size, columns, size).amax((3, 5)))


def test_additive_weights_are_read_too() -> None:
    request = additive(3)
    close(native_reading.greatest(request, 1)[0], full(request).topk(1).values)


def test_equal_weights_keep_the_order_of_their_keys_and_dropout_does_not_matter() -> None:
    request = Request(
        "dot", torch.zeros(1, 1, 20, 8), torch.zeros(1, 1, 200, 8), torch.zeros(1, 1, 200, 1), dropout=0.5
    )
    weights, keys = native_reading.greatest(request, 4)
    assert keys.eq(torch.arange(4)).all() and weights.eq(1 / 200).all()


def test_what_is_not_a_number_comes_first() -> None:
    query, key = torch.randn(1, 1, 20, 8), torch.randn(1, 1, 200, 8)
    query[0, 0, 3] = torch.nan
    weights, _ = native_reading.greatest(Request("dot", query, key, key), 4)
    assert weights[0, 0, 3].isnan().all() and weights.isnan().sum() == 4


def test_parts_of_a_long_reading_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    request = replace(drawn(6), dropout=0.0)
    whole = native_reading.summary(request, 10)
    monkeypatch.setattr(native, "AT_ONCE", 1.0)
    for one, other in zip(whole, native_reading.summary(request, 10), strict=True):
        assert torch.equal(one, other)


def test_weights_that_may_be_negative_are_read_in_strips() -> None:
    assert not native_reading.takes(drawn(1, "plain")) and not native_reading.takes(drawn(1, "normalized"))
