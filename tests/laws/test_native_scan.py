"""Causal sums in the native core: the loop in torch judges them, whatever heads, chunks, labels, order and threads."""

import random

import pytest
import torch
from attention_case import close
from torch import Tensor

from regard.kernels import native_call, native_scan
from regard.kernels.scan import Order, scan
from regard.native import why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

HEADS = [(1, 1), (2, 1), (4, 2), (1, 2), (2, 4)]


@pytest.fixture(autouse=True)
def on_every_instruction_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where torch is faster."""
    monkeypatch.setattr(native_scan, "SLOW", ())


def drawn(seed: int, n: int, heads: tuple[int, int]) -> tuple[list[Tensor], Tensor | None]:
    """Query, key and value in any layout, and labels by chance."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    (h, g), b, f, e = heads, chance.randint(1, 2), chance.choice([1, 20, 64]), chance.choice([1, 17, 33])
    sizes = ((h, f), (g, f), (g, e))
    vectors = [torch.randn(b, n, heads, size).transpose(1, 2) for heads, size in sizes]
    labels = torch.randint(0, 4, (chance.choice([1, b]), n)).sort(1).values if chance.random() < 1 / 2 else None
    return vectors if chance.random() < 1 / 2 else [each.contiguous() for each in vectors], labels


@pytest.mark.parametrize("order", [Order(), Order(strict=True), Order(reverse=True), Order(reverse=True, strict=True)])
@pytest.mark.parametrize("heads", HEADS, ids=str)
@pytest.mark.parametrize("n", [1, 31, 32, 33, 100, 3000])
def test_the_sums_and_their_gradients_are_those_of_the_loop(n: int, heads: tuple[int, int], order: Order) -> None:
    vectors, labels = drawn(n, n, heads)
    results = []
    for dtype in (torch.float32, torch.float64):
        leaves = [each.detach().to(dtype).requires_grad_() for each in vectors]
        mixed = scan(*leaves, labels, order)
        results.append([mixed, *torch.autograd.grad(mixed.square().sum(), leaves)])
    for ours, exact in zip(*results, strict=True):
        close(ours, exact)


def test_threads_change_no_bit() -> None:
    vectors, _ = drawn(2, 5000, (1, 1))
    threads, found = torch.get_num_threads(), []
    try:
        for count in (1, 3):
            torch.set_num_threads(count)
            found.append(native_scan.scanned(*vectors, None, reverse=False, strict=False))
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(*found)


def test_parts_of_a_long_call_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, labels = drawn(3, 200, (2, 4))
    whole = native_scan.scanned(*vectors, labels, reverse=True, strict=False)
    monkeypatch.setattr(native_call, "AT_ONCE", 1.0)
    assert torch.equal(whole, native_scan.scanned(*vectors, labels, reverse=True, strict=False))


def test_bfloat16_is_summed_in_float32() -> None:
    vectors, _ = drawn(4, 300, (2, 2))
    half = [each.bfloat16() for each in vectors]
    assert native_scan.takes(*half)
    close(scan(*half), scan(*(each.double() for each in half)))


def test_what_it_does_not_take_goes_through_the_loop() -> None:
    vectors, _ = drawn(5, 20, (1, 1))
    assert not native_scan.takes(*(each.double() for each in vectors))
    assert not native_scan.takes(*(each.to("meta") for each in vectors))
