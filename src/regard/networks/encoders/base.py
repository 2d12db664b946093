"""What every encoder offers: new states of the same vectors, whatever network lies between."""

from typing import NamedTuple

from torch import Tensor, nn

from regard.layers.linked import Linked
from regard.shapes import Lengths, States


class Place(NamedTuple):
    """How many vectors each row has, and where they stand.

    Attributes:
        lengths: (b).
        cells: row and column in an image (b, n, 2).
        links: the edges of all graphs of the batch, as `layers.linked.joined` gives them.
    """

    lengths: Lengths
    cells: Tensor | None = None
    links: Linked | None = None


class Encoder(nn.Module):
    """States (b, n, m) in, states (b, n, m) out; nothing within a length depends on what lies beyond it."""

    def forward(self, states: States, place: Place) -> States:
        """The new representation of each vector."""
        raise NotImplementedError
