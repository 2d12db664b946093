"""Blocks of convolution: each vector knows its neighbours, in the sequence or in the image."""

from torch import nn

from regard.layers.convolution import ConvBlock
from regard.layers.grid import Grid
from regard.layers.grid_convolution import GridConvBlock
from regard.networks.base import NetworkOptions
from regard.networks.encoders.base import Place
from regard.shapes import Lengths, States


class Convolutions(nn.ModuleList):
    """So many blocks, one after the other; over rows and columns if `grid`, else along the sequence."""

    def __init__(self, blocks: int, options: NetworkOptions, grid: bool) -> None:
        block = GridConvBlock if grid else ConvBlock
        super().__init__(block(options.width, options.kernel, dropout=options.dropout) for _ in range(blocks))
        self.grid = grid

    def forward(self, states: States, place: Place) -> States:
        """New states (b, n, m)."""
        if len(self):
            where = self._where(place)
            for block in self:
                states = block(states, where)
        return states

    def _where(self, place: Place) -> Grid | Lengths:
        if not self.grid:
            return place.lengths
        assert place.cells is not None, "vectors of an image have cells"
        return Grid.of(place.cells, place.lengths)
