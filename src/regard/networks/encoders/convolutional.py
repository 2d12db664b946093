"""Convolutions: each vector reads its neighbours alone, further with every layer."""

from torch import nn

from regard.layers.convolution import ConvBlock
from regard.layers.dropout import Dropout
from regard.networks.base import NetworkOptions
from regard.networks.encoders.base import Encoder, Place
from regard.shapes import States


class ConvolutionalEncoder(Encoder):
    """Layers of one-dimensional convolutions with residuals; Gehring et al. 2017, arXiv 1705.03122."""

    def __init__(self, options: NetworkOptions) -> None:
        super().__init__()
        self.dropout = Dropout(options.dropout)
        self.blocks = nn.ModuleList(
            ConvBlock(options.width, options.kernel, dropout=options.dropout) for _ in range(options.layers)
        )
        self.norm = nn.LayerNorm(options.width)

    def forward(self, states: States, place: Place) -> States:
        """The new representation of each vector."""
        states = self.dropout(states)
        for block in self.blocks:
            states = block(states, place.lengths)
        normed: States = self.norm(states)
        return normed
