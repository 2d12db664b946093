"""Additive scores in tiles: the formula, whatever the spread of the inputs, in memory that does not grow with it."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from regard.kernels import additive_tiles
from regard.kernels.additive_tiles import scores, slopes

SHAPES = [
    (1, 1, 1, 1),
    (2, 1, 9, 4),
    (3, 9, 1, 5),
    (1, 33, 7, 3),
    (2, 70, 130, 16),
    (40, 5, 6, 8),
    (1, 12, 300, 128),
    (2, 16, 16, 129),
]
"""Pairs, rows, keys and dimensions."""


class Given(NamedTuple):
    query: Tensor
    key: Tensor
    weight: Tensor
    gradient: Tensor

    def to(self, dtype: torch.dtype) -> "Given":
        return Given(*(each.to(dtype) for each in self))


class Found(NamedTuple):
    scores: Tensor
    to_query: Tensor
    to_key: Tensor
    to_weight: Tensor


def draw(shape: tuple[int, int, int, int], spread: float = 1.0, own_weights: bool = True) -> Given:
    """Values that float32 holds exactly, in float64."""
    p, r, k, d = shape
    generator = torch.Generator().manual_seed(p + r + k + d)
    sizes = (p, r, d), (p, k, d), (p if own_weights else 1, d), (p, r, k)
    query, key, weight, gradient = (torch.randn(size, generator=generator).double() for size in sizes)
    return Given((query * spread).float().double(), (key * spread).float().double(), weight, gradient)


def formula(given: Given) -> Found:
    """The sum over dimensions as it is written, one key after the other, and its gradients by autograd."""
    query, key, weight = (each.detach().clone().requires_grad_() for each in given[:3])
    each_key = [((query + one[:, None]).tanh() * weight[:, None]).sum(-1) for one in key.unbind(1)]
    found = torch.stack(each_key, -1)
    found.backward(given.gradient)
    gradients = [each.grad for each in (query, key, weight)]
    assert all(each is not None for each in gradients)
    return Found(found.detach(), *(each for each in gradients if each is not None))


def tiled(given: Given) -> Found:
    return Found(scores(*given[:3]), *slopes(*given))


def error(found: Tensor, truth: Tensor) -> float:
    """Root mean square."""
    assert found.shape == truth.shape
    return float((found.double() - truth).square().mean().sqrt())


def wild_and_tame(generator: torch.Generator) -> Given:
    given = draw((2, 20, 30, 13))
    spread = 10 ** torch.linspace(-2, 3, 13, dtype=torch.float64)[torch.randperm(13, generator=generator)]
    return given._replace(query=(given.query * spread).float().double(), key=(given.key * spread).float().double())


def apart(distance: float) -> Given:
    """Queries far on one side and keys on the other, so that their sums are near 0."""
    given = draw((2, 20, 30, 13))
    return given._replace(query=(given.query + distance).float().double(), key=(given.key - distance).float().double())


HARD: dict[str, Callable[[], Given]] = {
    "spread 0.1": lambda: draw((2, 20, 30, 12), 0.1),
    "spread 3": lambda: draw((2, 20, 30, 12), 3),
    "spread 8": lambda: draw((2, 20, 30, 12), 8),
    "spread 30": lambda: draw((2, 20, 30, 12), 30),
    "opposite 20": lambda: apart(20),
    "opposite 1000": lambda: apart(1000),
    "wild and tame": lambda: wild_and_tame(torch.Generator().manual_seed(0)),
    "only keys wild": lambda: draw((2, 20, 30, 12))._replace(key=draw((2, 20, 30, 12), 1000).key),
    "all saturated": lambda: draw((2, 20, 30, 12))._replace(key=draw((2, 20, 30, 12)).key + 50),
}


@pytest.mark.parametrize("own_weights", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_scores_and_slopes_are_those_of_the_formula(shape: tuple[int, int, int, int], own_weights: bool) -> None:
    given = draw(shape, own_weights=own_weights)
    for found, truth in zip(tiled(given), formula(given), strict=True):
        torch.testing.assert_close(found, truth, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("case", HARD)
def test_spread_and_shift_do_no_harm(case: str) -> None:
    given = HARD[case]()
    for found, truth in zip(tiled(given), formula(given), strict=True):
        torch.testing.assert_close(found, truth, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("case", HARD)
def test_errors_in_float32_are_those_of_plain_torch(case: str) -> None:
    given = HARD[case]()
    truth, plain, found = formula(given), formula(given.to(torch.float32)), tiled(given.to(torch.float32))
    assert {each.dtype for each in found} == {torch.float32}
    eps = torch.finfo(torch.float32).eps
    terms = float(given.weight.abs().sum(-1).mean()) / math.sqrt(given.weight.shape[-1])
    amounts = math.sqrt(given.gradient[0].numel())
    for name, scale in (("scores", terms), ("to_query", 1.0), ("to_key", 1.0), ("to_weight", amounts)):
        allowed = 2 * error(getattr(plain, name), getattr(truth, name)) + 4 * eps * scale
        assert error(getattr(found, name), getattr(truth, name)) <= allowed, name


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_inputs_are_computed_in_float32(dtype: torch.dtype) -> None:
    given = draw((3, 20, 30, 16)).to(dtype)
    for found, same in zip(tiled(given), tiled(given.to(torch.float32)), strict=True):
        assert found.dtype == torch.float32
        assert torch.equal(found, same)


@pytest.mark.parametrize("own_weights", [False, True])
def test_small_pieces_give_the_same(monkeypatch: pytest.MonkeyPatch, own_weights: bool) -> None:
    given = draw((5, 20, 50, 27), 6, own_weights)
    truth = formula(given)
    monkeypatch.setattr(additive_tiles, "TILE", 512)
    for found, expected in zip(tiled(given), truth, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


def test_the_same_inputs_give_the_same_bits() -> None:
    given = draw((3, 40, 50, 20), 5).to(torch.float32)
    for first, second in zip(tiled(given), tiled(given), strict=True):
        assert torch.equal(first, second)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_what_is_not_finite_harms_only_its_own_scores(value: float) -> None:
    given = draw((2, 20, 30, 12))
    given.query[1, 3, 5] = given.key[0, 7, 2] = value
    given.query[0, 4, 8] = given.key[0, 9, 8] = value
    torch.testing.assert_close(tiled(given).scores, formula(given).scores, rtol=1e-12, atol=1e-12, equal_nan=True)


def test_opposite_infinities_give_nan_where_they_meet_and_nowhere_else() -> None:
    given = draw((2, 20, 30, 12))
    given.query[0, 4, 8], given.key[0, 9, 8] = math.inf, -math.inf
    found = tiled(given)
    assert found.scores.isnan().nonzero().tolist() == [[0, 4, 9]]
    torch.testing.assert_close(found, formula(given), rtol=1e-12, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_gradients_of_any_size_stay_in_range(scale: float) -> None:
    """Where queries and keys are as far and as opposite as products admit, and a little more."""
    for reach in (9.9, 39.0, 43.0, 44.5):
        signs = torch.tensor([-1.0, 1.0], dtype=torch.float64)[torch.arange(20 * 8).view(1, 20, 8) % 3 % 2]
        given = draw((1, 20, 20, 8))._replace(query=signs * reach, key=-signs * reach)
        given = given._replace(gradient=given.gradient * scale)
        truth, found = formula(given), tiled(given.to(torch.float32))
        for name in Found._fields:
            size = float(getattr(truth, name).abs().max())
            assert error(getattr(found, name), getattr(truth, name)) <= 1e-5 * size, (reach, name)


@pytest.mark.parametrize("shape", [(0, 2, 3, 4), (2, 0, 3, 4), (2, 2, 0, 4), (2, 2, 3, 0)])
def test_nothing_comes_of_nothing(shape: tuple[int, int, int, int]) -> None:
    given = draw(shape)
    found = tiled(given)
    assert [each.shape for each in found] == [given.gradient.shape, *(each.shape for each in given[:3])]
    assert not any(each.any() for each in found)


class Watch(TorchDispatchMode):
    """How many numbers the largest result of an operation has, and how many sigmoids are taken, one a sum."""

    def __init__(self) -> None:
        super().__init__()
        self.largest = self.sums = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        found = func(*args, **(kwargs or {}))
        for each in found if isinstance(found, tuple | list) else [found]:
            if isinstance(each, Tensor):
                self.largest = max(self.largest, each.untyped_storage().nbytes() // each.element_size())
        if "sigmoid_." in str(func):
            self.sums += found.numel()
        return found


@pytest.mark.parametrize("spread", [1, 30])
def test_memory_does_not_grow_with_pairs_of_rows_and_keys_and_dimensions(
    monkeypatch: pytest.MonkeyPatch, spread: float
) -> None:
    monkeypatch.setattr(additive_tiles, "TILE", 2**16)
    given = draw((1, 24, 2048, 64), spread).to(torch.float32)
    inputs = max(each.numel() for each in given)
    with Watch() as watch:
        tiled(given)
    assert watch.largest <= max(inputs, 2 * 2**16) < 24 * 2048 * 64 / 8


def taken(given: Given) -> int:
    with Watch() as watch:
        scores(*given[:3])
        slopes(*given)
    return watch.sums


@pytest.mark.parametrize("case", ["spread 3", "opposite 20", "opposite 1000", "only keys wild", "all saturated"])
def test_no_exponential_of_a_sum_is_taken_where_all_is_in_range(case: str) -> None:
    assert taken(HARD[case]()) == 0


def test_one_side_alone_is_moved_in() -> None:
    given = draw((2, 20, 30, 12)).to(torch.float32)
    given.query[0, 0, 5], given.query[1, 1, 5] = -1e4, 1e4
    assert taken(given) == 0
    given.key[0, 0, 5], given.key[1, 1, 5] = 1e4, -1e4
    assert taken(given) == 2 * given.gradient.numel() * 12, "once for the scores, once for the slopes"
