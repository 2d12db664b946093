"""What positions do to the score of one pair: they turn its vectors, or add a number."""

import math

import torch
from torch import Tensor

from regard.kernels.reference.masks import Pair, edges, entry
from regard.kernels.reference.scores import match_of, of_head
from regard.mechanisms.masks import Edges, Mask, inside
from regard.mechanisms.positions import Alibi, Bias, EdgeBias, Position, RelativeBias, RelativeKeys, Rotary
from regard.mechanisms.scores import Score


def cell(position: int, grid: int) -> tuple[int, int]:
    """Row and column of a position on a grid that many cells wide."""
    return position // grid, position % grid


def turned(vector: Tensor, positions: tuple[Position, ...], position: int) -> Tensor:
    """The vector as every Rotary turns it; on a grid its first half by the row, its second by the column."""
    for rotary in positions:
        if isinstance(rotary, Rotary) and rotary.grid is None:
            vector = _turned(vector, rotary, position)
        elif isinstance(rotary, Rotary) and rotary.grid is not None:
            row, column = cell(position, rotary.grid)
            half = vector.numel() // 4 * 2
            vector = torch.cat((_turned(vector[:half], rotary, row), _turned(vector[half:], rotary, column)))
    return vector


def _turned(vector: Tensor, rotary: Rotary, position: int) -> Tensor:
    """Pair r of the n/2 pairs turned by position · base^(−2r/n); where n is odd, the last number stays."""
    pairs = vector.numel() // 2
    numbers = list(vector)
    for r in range(pairs):
        angle = position * rotary.base ** (-r / pairs)
        first, second = (2 * r, 2 * r + 1) if rotary.interleaved else (r, r + pairs)
        x, y = vector[first], vector[second]
        numbers[first] = x * math.cos(angle) - y * math.sin(angle)
        numbers[second] = x * math.sin(angle) + y * math.cos(angle)
    return torch.stack(numbers) if numbers else vector


def added(position: Position, pair: Pair, heads: int, score: Score, query: Tensor, mask: Mask | None) -> float | Tensor:
    """What a position adds to the pair's score; `query` is the prepared one, not turned."""
    head = pair.head
    match position:
        case Rotary():
            return 0.0
        case Alibi(slopes, grid):
            slope = paper_slope(head, heads) if slopes is None else of_head(slopes, head)
            return -slope * distance(pair.standing, pair.key, grid)
        case RelativeBias(table):
            own = table[head if table.shape[0] > 1 else 0].double()
            return own[place_in_table(position, pair.standing, pair.key)]
        case RelativeKeys(table):
            learned = (table if table.dim() == 2 else table[head]).double()
            reach = len(learned) // 2
            offset = min(max(pair.key - pair.standing, -reach), reach)
            return match_of(score, query, learned[offset + reach], head)
        case Bias(bias):
            return entry(bias, pair).double()
        case EdgeBias(bias):
            (graph,) = (leaf for leaf in inside(mask) if isinstance(leaf, Edges))
            own = (bias if bias.dim() == 1 else bias[head if len(bias) > 1 else 0]).double()
            return sum((own[number] for number in edges(graph, pair)), 0.0)


def distance(i: int, j: int, grid: int | None) -> float:
    """How far apart two positions are, on a line or a grid."""
    return abs(j - i) if grid is None else math.dist(cell(i, grid), cell(j, grid))


def paper_slope(head: int, heads: int) -> float:
    """ALiBi's: for p heads, a power of two, 2^(−8/p), 2^(−16/p), …; of those for 2p every other one for the rest."""
    power = 2 ** int(math.log2(heads))
    step = head + 1 if head < power else head - power + 1 / 2
    return float(2 ** (-8 * step / power))


def place_in_table(position: RelativeBias, i: int, j: int) -> int | tuple[int, int]:
    """Where a head's table holds the bias of a key at j for a query at i."""
    if position.grid is None:
        return bucket(j - i, position.table.shape[1], position.far, position.two_way)
    there, here = cell(j, position.grid), cell(i, position.grid)
    reach = [size // 2 for size in position.table.shape[1:]]
    row, column = (min(max(t - h, -r), r) + r for t, h, r in zip(there, here, reach, strict=True))
    return row, column


def bucket(offset: int, buckets: int, far: int, two_way: bool) -> int:
    """T5's: half of a side's buckets are exact. The rest part exact … far into equal ratios: bucket exact + n begins
    at exact · (far / exact)^(n/rest), and both sides to the power `rest` are whole numbers.
    """
    side = buckets // 2 if two_way else buckets
    first = side if two_way and offset > 0 else 0
    away = abs(offset) if two_way else max(-offset, 0)
    exact = max(side // 2, 1)
    if away < exact:
        return first + min(away, side - 1)
    rest = side - exact
    begun = [n for n in range(rest) if away**rest * exact**n >= exact**rest * far**n]
    return first + exact + max(begun) if begun else first + side - 1
