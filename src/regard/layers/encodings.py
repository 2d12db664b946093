"""Where a vector stands, added to the vector itself."""

import torch
from torch import Tensor, nn

from regard.errors import DataError


def sinusoids(positions: int, width: int) -> Tensor:
    """(positions, width): sine and cosine of the position at wavelengths from 2π to 20,000π.

    The first half of the width holds the sines, the second the cosines.
    Paper: Vaswani et al. 2017, arXiv 1706.03762, section 3.5. Differs: they interleave the two.

    >>> sinusoids(2, 4)[0].tolist()
    [0.0, 0.0, 1.0, 1.0]
    """
    half = (width + 1) // 2
    rates = torch.exp(torch.arange(half) * (-torch.log(torch.tensor(10_000.0)) / max(half - 1, 1)))
    angles = torch.arange(positions)[:, None] * rates
    return torch.cat((angles.sin(), angles.cos()), -1)[:, :width]


class Sinusoidal(nn.Module):
    """Adds `sinusoids` to states (b, q, m); any length, nothing to learn."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.table: Tensor
        self.register_buffer("table", sinusoids(256, width), persistent=False)

    def forward(self, states: Tensor, start: int = 0) -> Tensor:
        """The states, the first of which stands at position `start`, with their positions added."""
        end = start + states.shape[1]
        if end > self.table.shape[0]:
            longer = sinusoids(2 * end, states.shape[-1])
            self.table = longer.to(self.table.device, self.table.dtype)
        return states + self.table[start:end]


class LearnedPositions(nn.Module):
    """Adds a learned vector for each position up to `longest`."""

    def __init__(self, width: int, longest: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.empty(longest, width).normal_(std=width**-0.5))

    def forward(self, states: Tensor, start: int = 0) -> Tensor:
        """The states, the first of which stands at position `start`, with their positions added."""
        end = start + states.shape[1]
        if end > self.table.shape[0]:
            raise DataError(
                f"positions: learned positions end at {self.table.shape[0]}",
                got=f"a sequence of {end} positions",
                hint="positions=sinusoidal, or a larger `longest` at training",
            )
        return states + self.table[start:end]
