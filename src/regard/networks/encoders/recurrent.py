"""A recurrence reads the vectors one after the other; with attention, each state then reads all of them once."""

import torch
from torch import nn

from regard.layers.attention import Attention
from regard.layers.blocks import Residual
from regard.layers.dropout import Dropout
from regard.layers.recurrence import RecurrentEncoder
from regard.mechanisms.masks import Padding
from regard.networks.base import NetworkOptions
from regard.networks.encoders.base import Encoder, Place
from regard.networks.pattern import reads_of
from regard.shapes import States


class RecurrentStates(Encoder):
    """GRU, LSTM or RNN, in one direction or two; the relative that attention is compared with.

    Steps of a recurrence multiply matrices too small for bf16 to pay: they run in float32.
    """

    def __init__(self, options: NetworkOptions) -> None:
        super().__init__()
        width = options.width
        self.dropout = Dropout(options.dropout)
        self.recurrence = RecurrentEncoder(width, options.cell, options.layers, options.two_way)
        self.norm = nn.LayerNorm(width)
        self.attention = None
        if options.attention != "none":
            reads = reads_of(options.pattern, 1)[0]
            self.attention = Attention(
                width,
                options.heads,
                score=options.match(width // options.heads, options.heads),
                normalizer=reads.normalizer or options.weighing,
                mask=reads.mask,
                name="encoder.0",
            )
            self.around = Residual(width, "pre", options.dropout)

    def forward(self, states: States, place: Place) -> States:
        """The new representation of each vector."""
        with torch.autocast(states.device.type, enabled=False):
            states, _ = self.recurrence(self.dropout(states).float(), place.lengths)
        if (attention := self.attention) is not None:
            mask = Padding(keys=place.lengths, finite=True)
            states = self.around(states, lambda x: attention(x, mask=mask))
        normed: States = self.norm(states)
        return normed
