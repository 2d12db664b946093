"""The conformer: a transformer whose every block holds a convolution, too."""

from torch import nn

from regard.layers.conformer import ConformerBlock
from regard.layers.grid import Grid
from regard.networks.base import NetworkOptions, attention_of
from regard.networks.encoders.base import Place
from regard.networks.encoders.transformer import TransformerEncoder
from regard.shapes import States


class ConformerEncoder(TransformerEncoder):
    """Blocks of half a feed-forward, attention, convolution, half a feed-forward; Gulati et al. 2020, arXiv 2005.08100.

    Positions, patterns and convolutions before the blocks are those of a transformer; over an image (`grid`) every
    convolution has two dimensions.
    """

    def __init__(self, options: NetworkOptions, grid: bool = False) -> None:
        super().__init__(options, None, grid)
        self.norm = nn.Identity()

    def forward(self, states: States, place: Place) -> States:
        """The new representation of each vector."""
        states = self.near(self.dropout(self._placed(states, place)), place)
        grid = None
        if self.in_grid:
            assert place.cells is not None, "vectors of an image have cells"
            grid = Grid.of(place.cells, place.lengths)
        for block in self.blocks:
            states = block(states, place.lengths, grid)
        normed: States = self.norm(states)
        return normed

    def _block(self, i: int) -> ConformerBlock:  # type: ignore[override]
        o = self.options
        attention = attention_of(o, f"encoder.{i}", o.position, o.reads[i])
        return ConformerBlock(attention, o.feed_forward, o.kernel, o.dropout, grid=self.in_grid)
