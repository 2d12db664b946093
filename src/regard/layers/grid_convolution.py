"""Convolution over the cells of an image: a block in the place of self-attention."""

from torch import nn

from regard.layers.blocks import Residual
from regard.layers.grid import Grid, convolved
from regard.shapes import States


class GridConvBlock(nn.Module):
    """Each state and what its neighbours within (kernel − 1) / 2 rows and columns add; beyond its image is nothing.

        states + dropout(W · relu(A · convolution(norm(states))))

    `ConvBlock` in two dimensions: along cells each element alone, then across elements, at a cost of n · m ·
    (kernel² + 2m).

    Args:
        width: m, of the states that come in and go out.
        kernel: how many rows and columns one reads; odd, so that it stands in the middle.
        dropout: chance of an element to fall, in training.

    Papers: separable as in Chollet 2016, arXiv 1610.02357; before attention as in Dai et al. 2021, arXiv 2106.04803.

    >>> import torch
    >>> grid = Grid.of(torch.cartesian_prod(torch.arange(2), torch.arange(3))[None], torch.tensor([6]))
    >>> GridConvBlock(8, 3)(torch.randn(1, 6, 8), grid).shape
    torch.Size([1, 6, 8])
    """

    def __init__(self, width: int, kernel: int = 5, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.along = nn.Conv2d(width, width, kernel, padding=kernel // 2, groups=width)
        self.across = nn.Linear(width, width)
        self.output = nn.Sequential(nn.ReLU(), nn.Linear(width, width))
        self.around = Residual(width, "pre", dropout)

    def forward(self, states: States, grid: Grid) -> States:
        """New states (b, n, m)."""

        def read(x: States) -> States:
            new: States = self.output(self.across(grid.gathered(convolved(self.along, grid.spread(x)))))
            return new

        new: States = self.around(states, read)
        return new
