"""Encodings of positions in a sequence, in each document of a packed row, and in an image."""

import torch
from torch import Tensor, nn

from regard.errors import DataError, OptionError, ShapeError


def positions_in(ids: Tensor) -> Tensor:
    """Positions counted from 0 within each run of equal ids, (n,) or (b, n): every document begins anew.

    The ids are those of `masks.Documents`; the result is what the encodings take as `at`.

    >>> positions_in(torch.tensor([[7, 7, 7, 2, 2]])).tolist()
    [[0, 1, 2, 0, 1]]
    """
    here = torch.arange(ids.shape[-1], device=ids.device)
    first = torch.where(ids != ids.roll(1, -1), here, 0)
    return here - first.cummax(-1).values


def sinusoids(positions: int, width: int, grid: int | None = None) -> Tensor:
    """(positions, width): sine and cosine of the position at wavelengths from 2π to 20,000π.

    The first half of the width holds the sines, the second the cosines. With `grid`, positions number the cells of an
    image that is `grid` cells wide, row by row: half of the width encodes the row, half the column.
    Papers: Vaswani et al. 2017, arXiv 1706.03762, section 3.5 (they interleave sines and cosines); for images
    Parmar et al. 2018, arXiv 1802.05751.

    >>> sinusoids(2, 4)[0].tolist()
    [0.0, 0.0, 1.0, 1.0]
    """
    if torch.get_default_device().type == "meta":  # see layers/unfilled.py
        return torch.empty(positions, width)
    here = torch.arange(positions)
    if grid is None:
        return _waves(here, width)
    if grid < 1:
        raise OptionError("sinusoids: grid is the width of an image in cells", got=str(grid), hint="28")
    return torch.cat((_waves(here // grid, width // 2), _waves(here % grid, width - width // 2)), -1)


class Sinusoidal(nn.Module):
    """Adds `sinusoids` to states (b, q, m); any length, nothing to learn; of an image where `grid` cells make a row."""

    def __init__(self, width: int, grid: int | None = None) -> None:
        super().__init__()
        self.grid = grid
        self.table: Tensor
        self.register_buffer("table", sinusoids(256, width, grid), persistent=False)

    def forward(self, states: Tensor, start: int = 0, at: Tensor | None = None) -> Tensor:
        """The states with their positions added: `start` and those after it, or the positions `at`, (n,) or (b, n)."""
        chosen, end = _chosen(states, start, at)
        if end > self.table.shape[0]:
            longer = sinusoids(2 * end, states.shape[-1], self.grid)
            self.table = longer.to(self.table.device, self.table.dtype)
        return states + self.table[chosen]


class LearnedPositions(nn.Module):
    """Adds a learned vector for each position up to `longest`."""

    def __init__(self, width: int, longest: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.empty(longest, width).normal_(std=width**-0.5))

    def forward(self, states: Tensor, start: int = 0, at: Tensor | None = None) -> Tensor:
        """The states with their positions added: `start` and those after it, or the positions `at`, (n,) or (b, n)."""
        chosen, end = _chosen(states, start, at)
        if end > self.table.shape[0]:
            raise DataError(
                f"positions: learned positions end at {self.table.shape[0]}",
                got=f"a sequence of {end} positions",
                hint="positions=sinusoidal, or a larger `longest` at training",
            )
        return states + self.table[chosen]


def _waves(at: Tensor, width: int) -> Tensor:
    """(n, width) for positions (n,)."""
    half = (width + 1) // 2
    rates = torch.exp(torch.arange(half) * (-torch.log(torch.tensor(10_000.0)) / max(half - 1, 1)))
    angles = at[:, None] * rates
    return torch.cat((angles.sin(), angles.cos()), -1)[:, :width]


def _chosen(states: Tensor, start: int, at: Tensor | None) -> tuple[slice | Tensor, int]:
    """Which rows of a table, and how many it must have."""
    b, n = states.shape[:2]
    if at is None:
        return slice(start, start + n), start + n
    if tuple(at.shape) not in ((n,), (1, n), (b, n)) or at.is_floating_point() or start:
        raise ShapeError(
            f"positions: at is one whole number for every state, ({n},) or ({b}, {n}), and stands in place of start",
            got=f"{tuple(at.shape)} of {at.dtype}" + (f", start {start}" if start else ""),
            hint="at=positions_in(ids)",
        )
    if not at.numel():
        return at, 0
    least, most = at.aminmax()
    if least < 0:
        raise ShapeError("positions: at counts from 0", got=str(int(least)), hint="at=positions_in(ids)")
    return at, int(most) + 1
