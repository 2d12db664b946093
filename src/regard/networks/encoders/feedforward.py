"""Each vector alone, or with its nearest neighbours: what self-attention is explained against."""

from torch import nn

from regard.layers.blocks import FeedForward, Residual
from regard.layers.dropout import Dropout
from regard.layers.neighbours import Context
from regard.networks.base import NetworkOptions
from regard.networks.encoders.base import Encoder, Place
from regard.shapes import States


class FeedForwardEncoder(Encoder):
    """A fully connected network at each position: it sees the vector there and `context` neighbours on each side."""

    def __init__(self, options: NetworkOptions) -> None:
        super().__init__()
        width = options.width
        self.context = Context(options.context)
        self.inner = nn.Linear((2 * options.context + 1) * width, width)
        self.dropout = Dropout(options.dropout)
        self.parts = nn.ModuleList(
            FeedForward(width, options.feed_forward, options.dropout) for _ in range(options.layers)
        )
        self.around = nn.ModuleList(Residual(width, "pre", options.dropout) for _ in range(options.layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, states: States, place: Place) -> States:
        """The new representation of each vector."""
        states = self.inner(self.context(self.dropout(states), place.lengths))
        for part, around in zip(self.parts, self.around, strict=True):
            states = around(states, part)
        normed: States = self.norm(states)
        return normed
