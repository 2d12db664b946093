"""Where things are, as far as the score feels it. A tuple of positions adds up.

i and j are the positions of a query and a key. With `grid`, positions number the cells of an image that is `grid`
cells wide, row by row: a position is (row, column) = (p // grid, p % grid), and an offset has two parts.
"""

from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor


@final
@dataclass(frozen=True)
class Rotary:
    """Turns pairs of a query's and a key's numbers by angles that grow with their positions: score feels j − i only.

    Pair r of the d/2 pairs turns by position · base^(−2r/d). Pairs are (r, r + d/2), or (2r, 2r + 1) if `interleaved`.
    With a grid the first half of the numbers turns with the row, the second with the column.
    Paper: Su et al. 2021, arXiv 2104.09864, eq. 34.
    """

    base: float = 10_000.0
    interleaved: bool = False
    grid: int | None = None


@final
@dataclass(frozen=True, eq=False)
class Alibi:
    """score −= slope · |j − i|; on a grid the distance is Euclid's. One slope (h,) a head, which may be learned.

    None takes the paper's: 2^(−8/h), 2^(−16/h), … and interpolated ones where h is no power of two.
    Paper: Press et al. 2021, arXiv 2108.12409, section 3.
    """

    slopes: Tensor | None = None
    grid: int | None = None


@final
@dataclass(frozen=True, eq=False)
class RelativeBias:
    """score += table[h, bucket(j − i)], learned: exact offsets when near, logarithmic buckets when far.

    The table is (h, buckets), or (1, buckets) for all heads. `two_way` spends half of the buckets on keys after the
    query; one-way puts these into the bucket of offset 0. Offsets of `far` and more share the last bucket. On a grid
    the table is (h, rows, columns) with odd sizes: score += table[h, rows//2 + Δrow, columns//2 + Δcolumn], and an
    offset beyond the table takes its border.
    Paper: Raffel et al. 2019, arXiv 1910.10683, section 2.1; on a grid Liu et al. 2021, arXiv 2103.14030, eq. 4.
    """

    table: Tensor
    far: int = 128
    two_way: bool = True
    grid: int | None = None


@final
@dataclass(frozen=True, eq=False)
class RelativeKeys:
    """score += scale · ⟨query, table[clip(j − i, −r, r) + r]⟩: a learned key for each offset, scaled as the score is.

    The table is (2r + 1, d) for all heads, or (h, 2r + 1, d).
    Paper: Shaw et al. 2018, arXiv 1803.02155, eq. 5.
    """

    table: Tensor


@final
@dataclass(frozen=True, eq=False)
class Bias:
    """score += bias: a tensor of the user's, (q, k), (h, q, k) or (b, h or 1, q, k), which may be learned."""

    bias: Tensor


@final
@dataclass(frozen=True, eq=False)
class EdgeBias:
    """score += bias of the edge: (edges,) or (h, edges), in the order of the `Edges` of the mask; may be learned.

    Of duplicates the biases add up.
    """

    bias: Tensor


Position = Rotary | Alibi | RelativeBias | RelativeKeys | Bias | EdgeBias


def alibi_slopes(heads: int) -> Tensor:
    """The paper's slopes (h,): a geometric sequence, filled up from that of twice the heads.

    >>> alibi_slopes(4).tolist()
    [0.25, 0.0625, 0.015625, 0.00390625]
    """
    power = 1 << (heads.bit_length() - 1)
    slopes = [2 ** (-8 * (i + 1) / power) for i in range(power)]
    between = [2 ** (-8 * (i + 1) / (2 * power)) for i in range(0, 2 * power, 2)]
    return torch.tensor(slopes + between[: heads - power], dtype=torch.float64)


def bucket(offset: Tensor, buckets: int, far: int, two_way: bool) -> Tensor:
    """T5's bucket of each offset j − i: half of a side's buckets are exact, the others logarithmic up to `far`.

    >>> bucket(torch.tensor([-200, -9, -1, 0, 1, 9]), buckets=32, far=128, two_way=True).tolist()
    [15, 8, 1, 0, 17, 24]
    """
    side = buckets // 2 if two_way else buckets
    after = (offset > 0) * side if two_way else torch.zeros_like(offset)
    distance = offset.abs() if two_way else (-offset).clamp(min=0)
    exact = max(side // 2, 1)
    ratio = (distance.clamp(min=1).double() / exact).log() / torch.tensor(far / exact).double().log()
    distant = (exact + ratio * (side - exact)).long().clamp(max=side - 1)
    return after + torch.where(distance < exact, distance, distant).clamp(max=side - 1)
