"""What every layer over padded sequences keeps: neither padding nor another row matters, and an empty row is zero."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from regard.layers.convolution import ConvBlock, Subsample
from regard.layers.neighbours import Context
from regard.layers.padding import cleared, inside, last_of
from regard.layers.pooling import POOLS, Pool

LENGTHS = torch.tensor([7, 3, 0, 1, 4])
Made = Callable[[], nn.Module]

POOLED: dict[str, Made] = {f"pool {kind}": lambda kind=kind: Pool(kind, 8, 2) for kind in POOLS}
POOLED |= {
    f"pool {score} {normalizer}": lambda score=score, normalizer=normalizer: Pool(
        "attention", 8, 4, score=score, normalizer=normalizer
    )
    for score, normalizer in (("additive", "softmax"), ("bilinear", "entmax"), ("dot", "sigmoid"), ("features", None))
}
ALONG: dict[str, Made] = {
    "convolution": lambda: ConvBlock(8, 3),
    "plain": lambda: ConvBlock(8, 5, separable=False, norm="post"),
    "gated": lambda: ConvBlock(8, 3, gated=True),
    "plain, gated, dilated": lambda: ConvBlock(8, 3, dilation=3, separable=False, gated=True),
    "pointwise": lambda: ConvBlock(8, 1),
    "context": lambda: Context(2),
    "context of none": lambda: Context(0),
}
HALVED: dict[str, Made] = {
    "subsample": lambda: Subsample(8, 6),
    "subsample twice": lambda: Subsample(8, 6, times=2),
    "subsample thrice": lambda: Subsample(8, 6, times=3),
}
LAYERS = POOLED | ALONG | HALVED


def made(name: str) -> nn.Module:
    """Away from where it begins, in double precision."""
    torch.manual_seed(3)
    layer = LAYERS[name]().double()
    with torch.no_grad():
        for each in layer.parameters():
            each.add_(0.3 * torch.randn_like(each))
    return layer


def rows_of(name: str, layer: nn.Module, states: Tensor, lengths: Tensor) -> list[Tensor]:
    """What each row becomes: its vector, or its states within its length."""
    out = layer(states, lengths)
    if name in POOLED:
        return list(out)
    out, ends = out if name in HALVED else (out, lengths)
    return [row[:end] for row, end in zip(out, ends.tolist(), strict=True)]


def states(seed: int = 0) -> Tensor:
    return torch.randn(5, 7, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("name", LAYERS)
def test_a_row_of_a_batch_equals_the_row_alone(name: str) -> None:
    layer, x = made(name), states()
    for row, together in enumerate(rows_of(name, layer, x, LENGTHS)):
        length = LENGTHS[row : row + 1]
        (alone,) = rows_of(name, layer, x[row : row + 1, : int(length)], length)
        torch.testing.assert_close(together, alone)


@pytest.mark.parametrize("name", LAYERS)
def test_nothing_beyond_a_length_matters_not_even_what_is_not_a_number(name: str) -> None:
    layer, x = made(name), states()
    noisy = x.masked_fill(~inside(LENGTHS, 7)[..., None], torch.nan).requires_grad_()
    plain, found = (rows_of(name, layer, each, LENGTHS) for each in (x, noisy))
    for one, other in zip(plain, found, strict=True):
        assert torch.equal(one, other)
    total = sum(row.square().sum() for row in found)
    assert isinstance(total, Tensor)
    for slope in torch.autograd.grad(total, [noisy, *layer.parameters()], materialize_grads=True):
        assert slope.isfinite().all()
    slope = torch.autograd.grad(sum(row.sum() for row in rows_of(name, layer, noisy, LENGTHS)), noisy)[0]  # type: ignore[arg-type]
    assert not slope[~inside(LENGTHS, 7)].any()


@pytest.mark.parametrize("name", POOLED)
def test_a_row_of_no_positions_is_zero(name: str) -> None:
    assert made(name)(states(), LENGTHS)[2].tolist() == [0.0] * 8


@pytest.mark.parametrize("name", LAYERS)
def test_a_batch_of_empty_rows_is_no_mistake(name: str) -> None:
    layer, lengths = made(name), torch.zeros(2, dtype=torch.long)
    out = layer(torch.zeros(2, 0, 8, dtype=torch.float64), lengths)
    if name in HALVED:
        out, ends = out
        assert ends.tolist() == [0, 0]
    assert not out.any() and out.shape[0] == 2


def test_lengths_halve_upwards_and_states_beyond_them_are_zero() -> None:
    x = torch.randn(6, 9, 8)
    for times, wanted in ((1, [5, 4, 4, 1, 1, 0]), (2, [3, 2, 2, 1, 1, 0])):
        out, lengths = Subsample(8, 6, times)(x, torch.tensor([9, 8, 7, 2, 1, 0]))
        assert lengths.tolist() == wanted and out.shape == (6, wanted[0], 6)
        assert torch.equal(out, cleared(out, lengths))


def test_what_is_cleared_keeps_its_type_and_its_other_axes() -> None:
    numbers = torch.arange(1, 13).reshape(2, 3, 2)
    assert cleared(numbers, torch.tensor([2, 0])).tolist() == [[[1, 2], [3, 4], [0, 0]], [[0, 0]] * 3]
    assert cleared(numbers[..., 0], torch.tensor([9, 1])).tolist() == [[1, 3, 5], [7, 0, 0]]
    assert last_of(numbers, torch.tensor([2, 3])).tolist() == [[3, 4], [11, 12]]
