"""Each position with its neighbours: what self-attention is explained against."""

import torch
from torch import nn

from regard.errors import OptionError
from regard.layers.padding import cleared
from regard.shapes import Lengths, States


class Context(nn.Module):
    """States (b, n, m), each joined with its `count` neighbours before and after it: (b, n, (2 · count + 1) · m).

    From the farthest before to the farthest after; beyond the ends of a row stand zeros. Nothing to learn.

    >>> Context(1)(torch.tensor([[[1.0], [2.0], [9.0]]]), torch.tensor([2]))[0, :2].tolist()
    [[0.0, 1.0, 2.0], [1.0, 2.0, 0.0]]
    """

    def __init__(self, count: int) -> None:
        super().__init__()
        if count < 0:
            raise OptionError("Context: the count of neighbours is at least 0", got=str(count), hint="2")
        self.count = count

    def forward(self, states: States, lengths: Lengths) -> States:
        """The states with their neighbours."""
        n = states.shape[1]
        wide = torch.nn.functional.pad(cleared(states, lengths), (0, 0, self.count, self.count))
        return torch.cat([wide[:, shift : shift + n] for shift in range(2 * self.count + 1)], -1)

    def extra_repr(self) -> str:
        """What torch prints in brackets."""
        return str(self.count)
