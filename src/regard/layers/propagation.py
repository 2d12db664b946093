"""Predict, then propagate: what was found of each node alone, spread along the edges of its graph."""

from torch import nn

from regard.attend import attend
from regard.errors import OptionError
from regard.layers.linked import Linked
from regard.layers.match import drawn_seed
from regard.layers.padding import cleared
from regard.mechanisms.masks import Edges
from regard.shapes import Lengths, States


class Propagation(nn.Module):
    """States (b, n, y) of nodes, each drawn to the mean of those that it reads, again and again; nothing to learn.

        z₀ = states,   zₜ₊₁ = (1 − restart) · mean of zₜ over the sources of a node's edges + restart · z₀

    Attention whose weights are all alike, so that what is said of a node reaches nodes `steps` edges away, however
    shallow the network: personalised PageRank, in the limit. A node without edges keeps restart · z₀.

    Args:
        steps: how often.
        restart: share of a node's own state, in (0, 1]; about 1/restart steps away nothing is heard.
        dropout: chance of an edge to fall in a step, in training.

    Cost: steps · edges · y.
    Paper: Klicpera et al. 2019, arXiv 1810.05997, eq. 4, with D⁻¹A in place of D^(−1/2)AD^(−1/2).

    >>> import torch
    >>> links = Linked(torch.tensor([1, 0]), torch.tensor([0, 1]))
    >>> Propagation(1, 0.25)(torch.tensor([[[4.0], [8.0]]]), torch.tensor([2]), links).tolist()
    [[[7.0], [5.0]]]
    """

    def __init__(self, steps: int, restart: float = 0.1, dropout: float = 0.0) -> None:
        super().__init__()
        if steps < 1 or not 0 < restart <= 1:
            got = f"steps {steps}, restart {restart}"
            raise OptionError("Propagation: needs a step, and a restart above 0, at most 1", got=got, hint="10, 0.1")
        self.steps, self.restart, self.dropout = steps, restart, dropout

    def forward(self, states: States, lengths: Lengths, links: Linked) -> States:
        """New states (b, n, y); `links` as `joined` gives them for these n."""
        own = cleared(states, lengths).flatten(0, 1)[None, None]
        mask, alike = Edges(links.source, links.target), own.new_zeros(1, 1, own.shape[2], 1)
        mixed = own
        for _ in range(self.steps):
            seed = drawn_seed(self, self.dropout)
            dropout = 0.0 if seed is None else self.dropout
            around = attend(alike, alike, mixed, mask=mask, dropout=dropout, seed=seed, name="propagation")
            mixed = (1 - self.restart) * around + self.restart * own
        return mixed.view_as(states)

    def extra_repr(self) -> str:
        """What torch prints in brackets."""
        return f"{self.steps}, restart={self.restart}, dropout={self.dropout}"
