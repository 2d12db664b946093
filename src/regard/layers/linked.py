"""Attention along the edges of a padded batch of graphs: time and memory by the edge, never by the pair of nodes."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from regard.errors import ShapeError
from regard.layers.blocks import EncoderBlock
from regard.layers.padding import cleared
from regard.mechanisms.masks import Edges
from regard.mechanisms.positions import EdgeBias
from regard.shapes import Lengths, States


class Linked(NamedTuple):
    """The edges of a graph: node target[i] reads node source[i], (e,) each; features (e, f) if there are any."""

    source: Tensor
    target: Tensor
    features: Tensor | None = None

    def to(self, device: torch.device | str) -> "Linked":
        """The same on a device."""
        return Linked(*(None if each is None else each.to(device) for each in self))  # type: ignore[arg-type]


def joined(graphs: Sequence[Linked], lengths: Sequence[int], nodes: int) -> Linked:
    """A batch of graphs as one whose parts are not linked: node j of graph i has the number i · nodes + j.

    Args:
        graphs: at least one; all with features of one width, or none.
        lengths: how many nodes each has.
        nodes: n, of the padded batch (b, n, m).

    Raises:
        ShapeError: an edge that leads beyond its graph.

    >>> link = Linked(torch.tensor([0, 1]), torch.tensor([1, 0]))
    >>> joined([link, link], [2, 2], nodes=3).source.tolist()
    [0, 1, 3, 4]
    """
    sources, targets = [], []
    for i, (graph, length) in enumerate(zip(graphs, lengths, strict=True)):
        _check(graph, i, length)
        sources.append(graph.source + i * nodes)
        targets.append(graph.target + i * nodes)
    given = [graph.features for graph in graphs if graph.features is not None]
    return Linked(torch.cat(sources), torch.cat(targets), torch.cat(given) if given else None)


def _check(graph: Linked, i: int, length: int) -> None:
    ends = torch.cat((graph.source, graph.target))
    if ends.numel() and not (int(ends.min()) >= 0 and int(ends.max()) < length):
        raise ShapeError(
            f"joined: every edge of graph {i} joins two of its {length} nodes, which are counted from 0",
            got=f"numbers of nodes from {int(ends.min())} to {int(ends.max())}",
            hint="number the nodes of each graph from 0",
        )


class LinkedBlock(nn.Module):
    """An encoder's block in which each node of a graph reads the nodes that its edges come from, and no other.

    A node without edges reads nothing; let each node be linked to itself where it shall read its own state. Features
    of an edge are a number for each head, added to the score of the edge: nothing at first, and learned.

    Args:
        block: whose attention has no positions of its own.
        features: f, of every edge; 0 where edges have none.

    Cost: the block's, with b · n + e in place of b · n² for matching and mixing.
    Paper: a number of an edge that is added to its score as in Ying et al. 2021, arXiv 2106.05234, section 3.1.3.
    """

    def __init__(self, block: EncoderBlock, features: int = 0) -> None:
        super().__init__()
        self.block = block
        self.edge_weight = nn.Parameter(torch.zeros(block.attention.heads, features)) if features else None

    def forward(self, states: States, lengths: Lengths, links: Linked) -> States:
        """New states (b, n, m) of the nodes; `links` as `joined` gives them for these n."""
        block, mask = self.block, Edges(links.source, links.target)
        bias = None
        if self.edge_weight is not None and links.features is not None:
            bias = EdgeBias(self.edge_weight @ links.features.mT)
        flat = cleared(states, lengths).flatten(0, 1)[None]
        flat = block.around_attention(flat, lambda x: block.attention(x, mask=mask, bias=bias))
        new: Tensor = block.around_feed_forward(flat, block.feed_forward)
        return new.view_as(states)
