"""A graph some of whose features are names of classes rather than numbers: an atom's element, a bond's kind."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from regard.data.items import Graph


@dataclass(frozen=True, eq=False)
class TaggedGraph(Graph):
    """A graph whose nodes and edges have tags beside their features, or in their place.

    Attributes:
        tags: t whole numbers or texts (n, t) of each node, that mean no size.
        edge_tags: the same of each edge (e, t), if any.
    """

    tags: NDArray[Any] | None = None
    edge_tags: NDArray[Any] | None = None
