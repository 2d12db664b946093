"""Where a pixel stands that is told row by row: a learned vector of its row, and one of its column."""

import torch
from torch import Tensor, nn

from regard.errors import DataError


class LearnedRaster(nn.Module):
    """Adds a learned vector for the row and one for the column of each position, which count pixels row by row.

    rows + columns vectors instead of one for each pixel: what a place in a row is need not be learned anew in each.
    Paper: Parmar et al. 2018, arXiv 1802.05751, section 3.2.

    >>> LearnedRaster(4, rows=2, columns=3)(torch.zeros(1, 6, 4)).shape
    torch.Size([1, 6, 4])
    """

    def __init__(self, width: int, rows: int, columns: int) -> None:
        super().__init__()
        self.rows, self.columns = nn.Parameter(torch.empty(rows, width)), nn.Parameter(torch.empty(columns, width))
        for table in (self.rows, self.columns):
            nn.init.normal_(table, std=width**-0.5)

    def forward(self, states: Tensor, start: int = 0) -> Tensor:
        """States (b, q, m) with the places of pixel `start` and those after it added."""
        rows, columns = len(self.rows), len(self.columns)
        end = start + states.shape[1]
        if end > rows * columns:
            got = f"{end:,} pixels"
            raise DataError(f"positions: an image has {rows} rows of {columns} pixels", got=got, hint="fewer pixels")
        at = torch.arange(start, end, device=states.device)
        placed: Tensor = states + self.rows[at // columns] + self.columns[at % columns]
        return placed
