"""Convolutions: each vector reads its neighbours alone, further with every layer."""

from torch import nn

from regard.layers.dropout import Dropout
from regard.networks.base import NetworkOptions
from regard.networks.encoders.base import Encoder, Place
from regard.networks.encoders.near import Convolutions
from regard.shapes import States


class ConvolutionalEncoder(Encoder):
    """Layers of convolutions with residuals; Gehring et al. 2017, arXiv 1705.03122. Two-dimensional if `grid`."""

    def __init__(self, options: NetworkOptions, grid: bool = False) -> None:
        super().__init__()
        self.dropout = Dropout(options.dropout)
        self.blocks = Convolutions(options.layers, options, grid)
        self.norm = nn.LayerNorm(options.width)

    def forward(self, states: States, place: Place) -> States:
        """The new representation of each vector."""
        normed: States = self.norm(self.blocks(self.dropout(states), place))
        return normed
