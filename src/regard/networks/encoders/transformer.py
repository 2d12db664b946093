"""The Transformer's encoder: every vector reads every other, or along the edges of a graph."""

from torch import Tensor, nn

from regard.layers.blocks import EncoderBlock
from regard.layers.dropout import Dropout
from regard.layers.encodings import LearnedPositions, Sinusoidal
from regard.layers.encodings.images import GridPositions, LearnedGrid
from regard.layers.linked import LinkedBlock
from regard.mechanisms.masks import Padding
from regard.networks.base import NetworkOptions, attention_of
from regard.networks.encoders.base import Encoder, Place
from regard.networks.encoders.near import Convolutions
from regard.shapes import States


class TransformerEncoder(Encoder):
    """Blocks of attention and feed-forward; Vaswani et al. 2017, arXiv 1706.03762, figure 1, left.

    Convolutions, if there are any, come first: each vector then knows its neighbours, and attention what is far.
    Vectors of an image (`grid`) have their row and column added, others their number in the sequence; with positions
    `none` nothing is added, and the answer does not depend on the order of the vectors. With edges, each block reads
    along them alone, at a cost of edges · m (graph attention, Velickovic et al. 2018, arXiv 1710.10903, with this
    library's scores in place of theirs).
    """

    def __init__(self, options: NetworkOptions, edge_features: int | None = None, grid: bool = False) -> None:
        super().__init__()
        self.options, self.in_grid = options, grid
        self.grid = self._cells() if grid else None
        self.sequence = None if grid else self._positions()
        self.dropout = Dropout(options.dropout)
        self.near = Convolutions(options.convolutions, options, grid)
        blocks = [self._block(i) for i in range(options.layers)]
        self.blocks = nn.ModuleList(
            blocks if edge_features is None else [LinkedBlock(b, edge_features) for b in blocks]
        )
        self.norm = nn.LayerNorm(options.width) if options.norm == "pre" else nn.Identity()
        for block in blocks:
            _begin(block)

    def forward(self, states: States, place: Place) -> States:
        """The new representation of each vector."""
        states = self.near(self.dropout(self._placed(states, place)), place)
        for block in self.blocks:
            if isinstance(block, LinkedBlock):
                assert place.links is not None, "a graph has edges, be it none"
                states = block(states, place.lengths, place.links)
            else:
                states = block(states, Padding(keys=place.lengths, finite=True))
        normed: Tensor = self.norm(states)
        return normed

    def _placed(self, states: States, place: Place) -> States:
        if place.cells is not None and self.grid is not None:
            placed: Tensor = self.grid(states, place.cells)
            return placed
        if self.sequence is None:
            return states
        placed = self.sequence(states)
        return placed

    def _positions(self) -> nn.Module | None:
        if self.options.positions == "learned":
            return LearnedPositions(self.options.width, self.options.longest)
        return Sinusoidal(self.options.width) if self.options.positions == "sinusoidal" else None

    def _cells(self) -> nn.Module | None:
        if self.options.positions == "learned":
            return LearnedGrid(self.options.width, self.options.longest, self.options.longest)
        return GridPositions(self.options.width) if self.options.positions == "sinusoidal" else None

    def _block(self, i: int) -> EncoderBlock:
        o = self.options
        attention = attention_of(o, f"encoder.{i}", o.position, o.reads[i])
        return EncoderBlock(attention, o.feed_forward, o.norm, o.dropout)


def _begin(block: EncoderBlock) -> None:
    """Fresh weights, with which a block adds nothing yet: on little data it learns more surely what to add.

    Paper: Bachlechner et al. 2020, arXiv 2003.04887, whose one factor a block is here the last map of each part.
    """
    for module in block.modules():
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)
    for end in block.ends:
        nn.init.zeros_(end.weight)
