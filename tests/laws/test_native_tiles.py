"""What products of bfloat16 by tiles (AMX) could break: torch's own tiles, threads, what lies behind an odd end.

Where there are no tiles the same laws hold for what takes their place.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor

import regard
from regard import Causal, Padding
from regard.native import why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


def vectors(*sizes: int) -> list[Tensor]:
    return [torch.randn(2, 3, *sizes).bfloat16().requires_grad_() for _ in range(3)]


def both(query: Tensor, key: Tensor, value: Tensor) -> list[Tensor]:
    """Output and gradients, by the core."""
    mixed = regard.attend(query, key, value, mask=Causal(), kernel="native")
    return [mixed, *torch.autograd.grad(mixed, (query, key, value), torch.ones_like(mixed))]


def same(one: list[Tensor], other: list[Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_torch_and_the_core_leave_each_other_s_tiles_alone() -> None:
    left, right = torch.randn(100, 130).bfloat16(), torch.randn(130, 90).bfloat16()
    given = vectors(150, 80)
    product, attended = left @ right, both(*given)
    for _ in range(5):
        assert torch.equal(left @ right, product)
        assert same(both(*given), attended)


def test_several_python_threads_give_the_bits_of_one() -> None:
    cases = [vectors(n, 64) for n in (40, 150, 300, 515)]
    alone = [both(*given) for given in cases]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda given: both(*given), cases * 4))
    assert all(same(one, alone[i % 4]) for i, one in enumerate(together))


@pytest.mark.parametrize("length", [31, 33, 63, 127])
@pytest.mark.parametrize("unreadable", [float("nan"), float("inf")])
def test_what_lies_behind_an_odd_number_of_keys_never_matters(length: int, unreadable: float) -> None:
    query, key, value = (each.detach() for each in vectors(130, 64))
    key[:, :, length:], value[:, :, length:] = unreadable, unreadable
    found = regard.attend(query, key, value, mask=Padding(keys=[length, length]), kernel="native")
    short = regard.attend(query, key[:, :, :length], value[:, :, :length], kernel="dense")
    torch.testing.assert_close(found, short, atol=1e-2, rtol=1.6e-2)  # two places of bfloat16
