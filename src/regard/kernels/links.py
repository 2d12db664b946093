"""The edges of a graph, sorted by target, and what is added up or compared over the edges of each target.

Numbers of edges are (..., edges), numbers of targets (..., targets).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

CACHED = 1 << 21
"""Numbers of one operand that are worked on together on a CPU: eight megabytes, which a cache may hold."""
RESIDENT = 1 << 24
"""The same elsewhere, where a call costs more than its numbers."""


def taken(numbers: Tensor, places: Tensor) -> Tensor:
    """numbers[..., places]; over two axes torch is ten times faster than over three."""
    flat = numbers.flatten(0, -2).index_select(1, places)
    return flat.view(*numbers.shape[:-1], len(places))


@dataclass(frozen=True)
class Links:
    """Where edges go, rising, and where they come from: (edges,) each, numbers below `targets` and `sources`."""

    target: Tensor
    source: Tensor
    targets: int
    sources: int

    @cached_property
    def start(self) -> Tensor:
        """Edges of target i are those from start[i] to start[i + 1]."""
        return torch.searchsorted(self.target, torch.arange(self.targets + 1, device=self.target.device))

    @cached_property
    def against(self) -> "tuple[Links, Tensor]":
        """The same edges the other way round, and the places from which sorting took them."""
        order = self.source.argsort(stable=True)
        return Links(self.source[order], self.target[order], self.sources, self.targets), order

    @property
    def count(self) -> Tensor:
        """How many edges each target has."""
        return self.start.diff()

    def chunks(self, width: int) -> Iterator[tuple[slice, Tensor, Tensor]]:
        """Some edges, their targets and sources, when each edge needs `width` numbers."""
        held = CACHED if self.target.device.type == "cpu" else RESIDENT
        size = max(held // max(width, 1), 1)
        for first in range(0, len(self.target), size):
            part = slice(first, first + size)
            yield part, self.target[part], self.source[part]

    def spread(self, numbers: Tensor) -> Tensor:
        """Each target's number, given to all of its edges."""
        return taken(numbers, self.target)

    def total(self, numbers: Tensor) -> Tensor:
        """Each target's sum, zero without edges."""
        flat = numbers.flatten(0, -2)
        sums = flat.new_zeros(len(flat), self.targets).index_add(1, self.target, flat)
        return sums.view(*numbers.shape[:-1], self.targets)

    def peak(self, numbers: Tensor) -> Tensor:
        """Each target's greatest number, −∞ without edges. A constant: no gradient passes."""
        flat = numbers.detach().flatten(0, -2)
        starts = self.start.expand(len(flat), -1).contiguous()
        highest: Tensor = torch.segment_reduce(flat, "max", offsets=starts, axis=1, unsafe=True)
        return highest.view(*numbers.shape[:-1], self.targets)

    def shares(self, numbers: Tensor, total: Tensor) -> Tensor:
        """Each edge's number divided by its target's total."""
        return numbers * self.spread(total.masked_fill(self.count == 0, 1.0).reciprocal())
