"""Where a vector stands in an image: its row in one half of the width, its column in the other."""

import torch
from torch import Tensor, nn

from regard.errors import DataError
from regard.layers.encodings.sequences import LearnedPositions, Sinusoidal
from regard.shapes import States


class GridPositions(nn.Module):
    """Adds the sinusoids of its row to the first half of each state, those of its column to the second.

    Images of any size, and of different ones in a batch; nothing to learn. Paper: Parmar et al. 2018, arXiv 1802.05751.

    >>> GridPositions(4)(torch.zeros(1, 2, 4), torch.tensor([[[0, 0], [0, 1]]]))[0, 0].tolist()
    [0.0, 1.0, 0.0, 1.0]
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.rows, self.columns = Sinusoidal(width // 2), Sinusoidal(width - width // 2)

    def forward(self, states: States, cells: Tensor) -> States:
        """States (b, n, m) with the positions of their cells added: row and column, (b, n, 2), counted from 0."""
        return _halves(states, cells, self.rows, self.columns)


class LearnedGrid(nn.Module):
    """Adds a learned vector of its row to the first half of each state, one of its column to the second."""

    def __init__(self, width: int, rows: int, columns: int) -> None:
        super().__init__()
        self.rows, self.columns = LearnedPositions(width // 2, rows), LearnedPositions(width - width // 2, columns)

    def forward(self, states: States, cells: Tensor) -> States:
        """States (b, n, m) with the positions of their cells added: row and column, (b, n, 2), counted from 0."""
        size = len(self.rows.table), len(self.columns.table)
        if cells.numel() and bool((cells.flatten(0, -2).amax(0) >= cells.new_tensor(size)).any()):
            rows, columns = (cells.flatten(0, -2).amax(0) + 1).tolist()
            raise DataError(
                f"LearnedGrid: learned positions end at {size[0]} rows and {size[1]} columns of cells",
                got=f"an image of {rows} rows and {columns} columns",
                hint="GridPositions, which knows any size, or smaller images",
            )
        return _halves(states, cells, self.rows, self.columns)


def _halves(states: States, cells: Tensor, rows: nn.Module, columns: nn.Module) -> States:
    """One half of the width goes through what knows rows, the other through what knows columns."""
    half = states.shape[-1] // 2
    parts = rows(states[..., :half], at=cells[..., 0]), columns(states[..., half:], at=cells[..., 1])
    return torch.cat(parts, -1)
