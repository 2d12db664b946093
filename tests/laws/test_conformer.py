"""The conformer's block is its formula; padding, batches and what stands beyond a length never matter."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from regard.layers.attention import Attention
from regard.layers.conformer import ConformerBlock, ConvModule
from regard.layers.grid import Grid
from regard.networks.base import NetworkOptions
from regard.networks.encoders import build_encoder
from regard.networks.encoders.base import Place


def block(kernel: int = 3, *, grid: bool = False) -> ConformerBlock:
    torch.manual_seed(4)
    made = ConformerBlock(Attention(8, 2), hidden=12, kernel=kernel, dropout=0.0, grid=grid).double().eval()
    with torch.no_grad():
        for each in made.parameters():
            each.add_(torch.randn_like(each) * 0.2)
    return made


def states(rows: int = 1, n: int = 6) -> Tensor:
    return torch.randn(rows, n, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(n))


def test_a_block_is_its_formula_with_its_gradients() -> None:
    one, x = block(), states().requires_grad_()
    norms = [each.norm for each in one.around]
    half = x + F.silu(norms[0](x) @ one.first.inner.weight.T + one.first.inner.bias) @ one.first.outer.weight.T / 2
    half = half + one.first.outer.bias / 2
    read = half + one.attention(norms[1](half))
    value, gate = one.convolution.inner(norms[2](read)).chunk(2, -1)
    gated = F.pad(value * gate.sigmoid(), (0, 0, 1, 1))
    kernel = one.convolution.along.weight[:, 0]
    near = sum(kernel[:, i] * gated[:, i : i + 6] for i in range(3)) + one.convolution.along.bias
    turned = read + one.convolution.outer(F.silu(one.convolution.norm(near)))
    last = one.last
    expected = one.norm(turned + last.outer(F.silu(last.inner(norms[3](turned)))) / 2)
    found = one(x, torch.tensor([6]))
    torch.testing.assert_close(found, expected, atol=1e-9, rtol=1e-9)
    upstream = torch.randn(found.shape, dtype=torch.float64)
    wanted = [x, *one.parameters()]
    slopes = (torch.autograd.grad(each, wanted, upstream, retain_graph=True) for each in (found, expected))
    for ours, theirs in zip(*slopes, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-9, rtol=1e-9)


def test_what_is_padded_never_matters_even_if_it_is_no_number() -> None:
    one, x = block(5), states(3, 9)
    lengths = torch.tensor([9, 4, 1])
    spoilt = x.clone()
    spoilt[1, 4:], spoilt[2, 1:] = torch.nan, torch.inf
    found = one(spoilt, lengths)
    for row, length in enumerate(lengths.tolist()):
        alone = one(x[row : row + 1, :length], lengths[row : row + 1])
        torch.testing.assert_close(found[row, :length], alone[0], atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize("positions", ["sinusoidal", "none"])
def test_over_an_image_convolutions_have_rows_and_columns(positions: str) -> None:
    module = ConvModule(8, 3, grid=True).double()
    cells = torch.cartesian_prod(torch.arange(4), torch.arange(5))[None]
    grid = Grid.of(cells, torch.tensor([20]))
    other = states(n=20)
    changed = other.clone()
    changed[0, 7] += torch.randn(8, dtype=torch.float64)
    moved = (module(other, grid) - module(changed, grid))[0].abs().amax(-1) > 1e-12
    assert moved.nonzero()[:, 0].tolist() == [1, 2, 3, 6, 7, 8, 11, 12, 13]
    options = NetworkOptions(
        network="conformer", width=8, layers=1, heads=2, feed_forward=8, dropout=0.0, kernel=3, positions=positions
    )
    encoder = build_encoder(options, grid=True).double()
    assert encoder(other, Place(torch.tensor([20]), cells)).shape == (1, 20, 8)


def test_a_fresh_one_adds_nothing_yet() -> None:
    options = NetworkOptions(
        network="conformer", width=8, layers=2, heads=2, feed_forward=8, dropout=0.0, positions="none"
    )
    x = states()
    found = build_encoder(options).double()(x, Place(torch.tensor([6])))
    torch.testing.assert_close(found, F.layer_norm(x, (8,)), atol=1e-4, rtol=1e-4)
