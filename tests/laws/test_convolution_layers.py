"""Convolutions are their sums term by term; positions beyond the reach of a kernel do not matter."""

import pytest
import torch
from torch import Tensor

from regard.layers.convolution import ConvBlock, Subsample
from regard.layers.neighbours import Context


def normed(block: ConvBlock, x: Tensor) -> Tensor:
    out: Tensor = block.around.norm(x)
    return out


@pytest.mark.parametrize("separable", [True, False])
@pytest.mark.parametrize("gated", [True, False])
@pytest.mark.parametrize("dilation", [1, 2])
def test_a_block_is_its_formula(separable: bool, gated: bool, dilation: int) -> None:
    torch.manual_seed(4)
    block = ConvBlock(4, 3, dilation=dilation, separable=separable, gated=gated).double()
    x = torch.randn(1, 6, 4, dtype=torch.float64)
    source, kernel = normed(block, x)[0], block.along.weight
    mixed = []
    for t in range(6):
        total = block.along.bias
        for i in range(3):
            if 0 <= (at := t + (i - 1) * dilation) < 6:
                total = total + (kernel[:, 0, i] * source[at] if separable else kernel[:, :, i] @ source[at])
        mixed.append(block.across(total))
    new = torch.stack(mixed)
    if gated:
        new = new[:, :4] * new[:, 4:].sigmoid()
    else:
        last = block.output[1]
        new = new.clamp(min=0) @ last.weight.T + last.bias
    torch.testing.assert_close(block(x, torch.tensor([6]))[0], x[0] + new)


@pytest.mark.parametrize(("kernel", "dilation", "reach"), [(1, 1, 0), (3, 1, 1), (5, 1, 2), (3, 4, 4)])
def test_a_kernel_reaches_as_far_as_it_says(kernel: int, dilation: int, reach: int) -> None:
    torch.manual_seed(5)
    block, x = ConvBlock(4, kernel, dilation=dilation), torch.randn(1, 15, 4)
    other = x.clone()
    other[0, 7] += torch.randn(4)
    changed = (block(x, torch.tensor([15])) != block(other, torch.tensor([15])))[0].any(-1).nonzero().flatten()
    assert (changed.min(), changed.max()) == (7 - reach, 7 + reach)


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_norms_stand_where_they_should(norm: str) -> None:
    torch.manual_seed(6)
    out = ConvBlock(8, 3, norm=norm)(torch.randn(2, 5, 8) * 50, torch.tensor([5, 5]))
    assert (bool(out.mean(-1).abs().max() < 1e-5)) == (norm == "post")


def test_elements_fall_in_training_only() -> None:
    block, x, lengths = ConvBlock(8, 3, dropout=0.5), torch.randn(1, 5, 8), torch.tensor([5])
    assert not torch.equal(block(x, lengths), block(x, lengths))
    block.eval()
    assert torch.equal(block(x, lengths), block(x, lengths))


def test_separable_numbers_are_few() -> None:
    count = [sum(each.numel() for each in ConvBlock(32, 5, separable=one).along.parameters()) for one in (True, False)]
    assert count == [32 * 5 + 32, 32 * 32 * 5 + 32]


def test_halving_reads_each_second_position_and_its_neighbours() -> None:
    torch.manual_seed(7)
    layer, x = Subsample(3, 2).double(), torch.randn(1, 5, 3, dtype=torch.float64)
    conv = layer.halves[0]
    assert isinstance(conv, torch.nn.Conv1d) and conv.bias is not None
    wanted = []
    for t in (0, 2, 4):
        around = [(i, t + i - 1) for i in range(3) if 0 <= t + i - 1 < 5]
        wanted.append(sum((conv.weight[:, :, i] @ x[0, at] for i, at in around), conv.bias))
    out, lengths = layer(x, torch.tensor([5]))
    torch.testing.assert_close(out[0], torch.nn.functional.gelu(torch.stack(wanted)))
    assert lengths.tolist() == [3]


def test_context_joins_neighbours_from_the_farthest_before_to_the_farthest_after() -> None:
    x = torch.tensor(
        [
            [[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [4.0, 40.0]],
            [[5.0, 50.0], [6.0, 60.0], [7.0, 70.0]] * 1 + [[8.0, 80.0]],
        ]
    )
    out = Context(2)(x, torch.tensor([4, 2]))
    assert out.shape == (2, 4, 10)
    assert out[0, 1].tolist() == [0, 0, 1, 10, 2, 20, 3, 30, 4, 40]
    assert out[1, 0].tolist() == [0, 0, 0, 0, 5, 50, 6, 60, 0, 0]
    assert torch.equal(Context(0)(x, torch.tensor([4, 4])), x)
