"""Convolutions over images are those of each image alone; neither padding nor the order of patches matters to them."""

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv2d, gelu

from regard.layers.grid import Grid
from regard.layers.grid_convolution import GridConvBlock
from regard.layers.stem import ConvStem

SIZES = [(2, 3), (4, 1), (1, 1), (3, 3)]
LENGTHS = torch.tensor([rows * columns for rows, columns in SIZES])
STEMS = [(2, 1, 5), (4, 1, 6), (6, 3, 16), (8, 3, 8), (12, 1, 9)]


def cells(rows: int, columns: int) -> Tensor:
    return torch.cartesian_prod(torch.arange(rows), torch.arange(columns))


def stem(patch: int, channels: int, width: int) -> ConvStem:
    """Away from where it begins, in double precision."""
    torch.manual_seed(3)
    made = ConvStem(patch, channels, width).double()
    with torch.no_grad():
        for each in made.parameters():
            each.add_(0.3 * torch.randn_like(each))
    return made


def batch(features: int, beyond: float) -> tuple[Tensor, Tensor]:
    """Images of all sizes in one batch; `beyond` stands behind their patches, and cells that are nowhere."""
    random = torch.Generator().manual_seed(1)
    patches = torch.randn(len(SIZES), int(LENGTHS.max()), features, generator=random, dtype=torch.float64)
    there = torch.full((*patches.shape[:2], 2), 10**9)
    for image, size in enumerate(SIZES):
        there[image, : LENGTHS[image]] = cells(*size)
        patches[image, LENGTHS[image] :] = beyond
    return patches, there


@pytest.mark.parametrize(("patch", "channels", "width"), STEMS)
def test_an_image_of_a_batch_gives_the_states_that_it_gives_alone(patch: int, channels: int, width: int) -> None:
    layer, (patches, there) = stem(patch, channels, width), batch(patch**2 * channels, torch.nan)
    together = layer(patches, LENGTHS, there)
    assert together.shape == (4, 9, width)
    for image, size in enumerate(SIZES):
        n = int(LENGTHS[image])
        alone = layer(patches[image : image + 1, :n], LENGTHS[image : image + 1], cells(*size)[None])
        torch.testing.assert_close(together[image, :n], alone[0])


def test_gradients_know_nothing_of_what_lies_beyond_an_image() -> None:
    layer = stem(4, 1, 6)
    found = []
    for beyond in (0.0, torch.nan):
        patches, there = batch(16, beyond)
        states = layer(patches.requires_grad_(), LENGTHS, there)
        sum(states[image, :n].square().sum() for image, n in enumerate(LENGTHS.tolist())).backward()
        found.append([each.grad.clone() for each in (patches, *layer.parameters()) if each.grad is not None])
        layer.zero_grad()
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize(("patch", "rest"), [(4, 1), (12, 3)])
def test_a_stem_is_its_formula(patch: int, rest: int) -> None:
    layer = stem(patch, 3, 6)
    image = torch.randn(3, 2 * patch, 3 * patch, dtype=torch.float64)
    pixels = image[None]
    for half, norm in zip(layer.halves, layer.norms, strict=True):
        halved = conv2d(pixels, half.weight, half.bias, stride=2, padding=1)
        pixels = gelu(norm(halved.permute(0, 2, 3, 1))).permute(0, 3, 1, 2)
    squares = image.unfold(1, patch, patch).unfold(2, patch, patch).permute(1, 2, 3, 4, 0).reshape(1, 6, -1)
    left = pixels[0].unfold(1, rest, rest).unfold(2, rest, rest).permute(1, 2, 3, 4, 0).reshape(6, -1)
    torch.testing.assert_close(layer(squares, torch.tensor([6]), cells(2, 3)[None])[0], layer.map(left))


def test_a_state_belongs_to_its_cell_wherever_the_patch_stands() -> None:
    layer, order = stem(4, 1, 6), torch.randperm(6, generator=torch.Generator().manual_seed(1))
    patches, there = torch.randn(1, 6, 16, dtype=torch.float64), cells(2, 3)[None]
    plain = layer(patches, torch.tensor([6]), there)
    torch.testing.assert_close(layer(patches[:, order], torch.tensor([6]), there[:, order]), plain[:, order])


def test_what_is_spread_is_gathered_again() -> None:
    patches, there = batch(5, torch.nan)
    grid = Grid.of(there, LENGTHS)
    assert (grid.rows, grid.columns) == (4, 3)
    spread = grid.spread(patches)
    assert grid.real is not None and int(grid.real.sum()) == int(LENGTHS.sum())
    assert (spread[~grid.real] == 0).all() and spread.isfinite().all()
    assert torch.equal(grid.gathered(spread), patches.nan_to_num(0.0))


@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_a_block_over_cells_is_its_formula_for_each_image_of_a_batch(kernel: int) -> None:
    torch.manual_seed(3)
    layer = GridConvBlock(5, kernel).double()
    states, there = batch(5, 0.0)
    together = layer(states, Grid.of(there, LENGTHS))
    for image, (rows, columns) in enumerate(SIZES):
        alone = states[image, : rows * columns]
        normed = layer.around.norm(alone).T.view(1, 5, rows, columns)
        mixed = conv2d(normed, layer.along.weight, layer.along.bias, padding=kernel // 2, groups=5)
        added = layer.output(layer.across(mixed.view(5, -1).T))
        torch.testing.assert_close(together[image, : rows * columns], alone + added)
