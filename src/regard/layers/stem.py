"""Patches of images as states, by convolutions over the whole image."""

from itertools import pairwise

from torch import Tensor, nn
from torch.nn.functional import gelu

from regard.errors import OptionError
from regard.layers.grid import Grid, convolved
from regard.shapes import Lengths, States


class ConvStem(nn.Module):
    """States (b, n, m) of patches (b, n, p · p · c), one a patch and in its cell, that see a little beyond it.

    The patches of an image are put together again; convolutions of three by three, each with stride 2, a LayerNorm
    and a GELU, halve it as often as the patch is even, with twice the channels each time; one map makes a state of
    what is left of each patch. Images of a batch may differ in size: what lies beyond one is zero to every
    convolution, so its states are those that it has alone.

    Args:
        patch: p, pixels of a patch's side; even.
        channels: c, of a pixel.
        width: m, of the states.

    Paper: Xiao et al. 2021, arXiv 2106.14881, section 4; the statistics of their BatchNorm would see padding.

    >>> import torch
    >>> cells = torch.cartesian_prod(torch.arange(2), torch.arange(3))[None]
    >>> ConvStem(4, 1, 8)(torch.randn(1, 6, 16), torch.tensor([6]), cells).shape
    torch.Size([1, 6, 8])
    """

    def __init__(self, patch: int, channels: int, width: int) -> None:
        super().__init__()
        if patch < 2 or patch % 2:
            rule, hint = "ConvStem: convolutions halve patches, whose side is even", "patch 4 or 8, or stem linear"
            raise OptionError(rule, got=f"patch {patch}", hint=hint)
        self.patch, self.rest = patch, patch
        halvings = 0
        while self.rest % 2 == 0:
            self.rest, halvings = self.rest // 2, halvings + 1
        sizes = [channels, *(max(8, width >> left) for left in reversed(range(halvings)))]
        self.halves = nn.ModuleList(nn.Conv2d(here, there, 3, stride=2, padding=1) for here, there in pairwise(sizes))
        self.norms = nn.ModuleList(nn.LayerNorm(size) for size in sizes[1:])
        self.map = nn.Linear(self.rest**2 * sizes[-1], width)
        nn.init.kaiming_normal_(self.map.weight)  # states as large as the positions that are added to them

    def forward(self, patches: States, lengths: Lengths, cells: Tensor) -> States:
        """The states; `cells` (b, n, 2) are row and column of each patch, counted from 0."""
        grid = Grid.of(cells, lengths)
        pixels = _joined(grid.spread(patches), self.patch)
        for half, norm in zip(self.halves, self.norms, strict=True):
            assert isinstance(half, nn.Conv2d)
            pixels = grid.cleared(gelu(norm(convolved(half, pixels))))
        states: States = self.map(grid.gathered(_cut(pixels, self.rest)))
        return states


def _joined(patches: Tensor, side: int) -> Tensor:
    """Patches (b, rows, columns, side · side · c) as images (b, rows · side, columns · side, c)."""
    b, rows, columns, _ = patches.shape
    return patches.view(b, rows, columns, side, side, -1).transpose(2, 3).reshape(b, rows * side, columns * side, -1)


def _cut(images: Tensor, side: int) -> Tensor:
    """Images (b, rows · side, columns · side, c) as patches (b, rows, columns, side · side · c)."""
    b, height, width, c = images.shape
    cut = images.view(b, height // side, side, width // side, side, c).transpose(2, 3)
    return cut.reshape(b, height // side, width // side, side * side * c)
