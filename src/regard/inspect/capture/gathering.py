"""What is read off the weights strip by strip: never more than one strip of them exists, unless all are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

from regard.kernels.reading import greatest_of, strips_of_weights
from regard.kernels.request import Request
from regard.kernels.terms import Span

BLOCKS = 64
"""Most blocks on a side of a map."""


class Part(NamedTuple):
    """Some rows of the weights (heads, queries, keys), and which they are."""

    heads: slice
    queries: slice
    keys: Span
    weights: Tensor

    @property
    def numbers(self) -> Tensor:
        """Of the keys, rising."""
        return torch.arange(self.keys.start, self.keys.stop) if isinstance(self.keys, slice) else self.keys

    def at(self, wanted: Tensor) -> Tensor:
        """The weights (heads, queries) of one key for each query; zero where it is not among them."""
        numbers = self.numbers
        place = torch.searchsorted(numbers, wanted).clamp(max=len(numbers) - 1)
        there = numbers[place] == wanted
        found = self.weights.gather(-1, place.expand(len(self.weights), -1)[..., None])[..., 0]
        return found * there


@dataclass
class Gathered:
    """Sums of one item's weights; `best` and `at` (h, q, t) are the greatest, falling, `mixed` (h, q, e) the output."""

    sums: Tensor
    mixed: Tensor
    map: Tensor
    best: Tensor
    at: Tensor
    entropy: Tensor
    distance: Tensor
    along: Tensor
    whole: Tensor | None

    @classmethod
    def empty(cls, request: Request, keys: int, top: int, whole: bool) -> "Gathered":
        """Nothing yet; with `whole` there is room for all weights."""
        _, h, q, _ = request.sizes
        new = torch.zeros
        top = min(top, keys)
        return cls(
            sums=new(h, q),
            mixed=new(h, q, request.value.shape[-1]),
            map=new(h, *(-(-size // block_of(size)) for size in (q, keys))),
            best=new(h, q, top),
            at=torch.full((h, q, top), -1),
            entropy=new(h, q),
            distance=new(h, q),
            along=new(4, h, q),
            whole=new(h, q, keys) if whole else None,
        )

    def add(self, part: Part, value: Tensor, sizes: tuple[int, int]) -> None:
        """One strip; `value` (h, k, e) is spread to all heads, `sizes` are all queries and keys."""
        heads, queries, keys, weights = part
        place = heads, queries
        rows = torch.arange(queries.start, queries.stop)
        self.sums[place] = weights.sum(-1)
        self.mixed[place] = weights @ value[heads][:, keys]
        self.entropy[place] = _entropy(weights)
        if sizes[0] == sizes[1]:
            self.distance[place] = (weights * (part.numbers - rows[:, None]).abs().float()).sum(-1)
        for number, wanted in enumerate((rows, rows - 1, rows + 1, torch.zeros_like(rows))):
            self.along[number][place] = part.at(wanted)
        best, at = greatest_of(weights, min(self.best.shape[-1], weights.shape[-1]))
        self.best[heads, queries, : best.shape[-1]] = best
        self.at[heads, queries, : best.shape[-1]] = part.numbers[at]
        if self.whole is not None:
            self.whole[heads, queries, keys] = weights
        self._to_map(part, sizes)

    def _to_map(self, part: Part, sizes: tuple[int, int]) -> None:
        heads, queries, keys, weights = part
        (down, across), blocks = map(block_of, sizes), self.map.shape[-1]
        if keys == slice(0, sizes[1]):
            narrow = pad(weights, (0, blocks * across - sizes[1])).unflatten(-1, (blocks, across)).sum(-1)  # type: ignore[no-untyped-call]
        else:
            narrow = torch.zeros(*weights.shape[:2], blocks).index_add_(-1, part.numbers // across, weights)
        self.map[heads].index_add_(-2, torch.arange(queries.start, queries.stop) // down, narrow)


def gathered(request: Request, row: int, keys: int, *, top: int, whole: bool) -> Gathered:
    """What the weights of one row of the batch amount to, of so many keys as the caller passed."""
    found = Gathered.empty(request, keys, top, whole)
    value = request.value[row].detach().float().cpu().repeat_interleave(request.group, 0)
    sizes = (request.sizes[2], keys)
    for part in parts(request, row, slice(0, request.sizes[2])):
        found.add(part, value, sizes)
    down, across = (torch.bincount(torch.arange(size) // block_of(size)) for size in sizes)
    found.map /= down[:, None] * across
    return found


def parts(request: Request, row: int, queries: slice) -> Iterator[Part]:
    """The weights of one row of the batch and some consecutive queries, in whole rows, strip by strip."""
    read = request.with_tensors([each.detach() for each in request.tensors])
    for tile, weights in strips_of_weights(read, queries):
        if tile.rows.start <= row < tile.rows.stop:
            keys = tile.keys.cpu() if isinstance(tile.keys, Tensor) else tile.keys
            own = weights[row - tile.rows.start].detach().float().cpu()
            yield Part(tile.heads, tile.queries, keys, own)


def block_of(size: int) -> int:
    """How many queries or keys of so many a block of the map holds.

    >>> block_of(1), block_of(64), block_of(65)
    (1, 1, 2)
    """
    return max(1, -(-size // BLOCKS))


def _entropy(weights: Tensor) -> Tensor:
    """−Σ p ln p of the weights divided by their sum s, as ln s − Σ w ln w / s; zero for a row of zeros."""
    shares = weights.abs()
    tiny = torch.finfo(shares.dtype).tiny
    total = shares.sum(-1).clamp_min(tiny)
    found: Tensor = total.log() - (shares * shares.clamp_min(tiny).log()).sum(-1) / total
    return found.clamp_min(0) * (total > tiny)
