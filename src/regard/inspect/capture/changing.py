"""What is changed in all passes of a look: heads whose output is zero, and positions that nobody may read."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from regard.attend import Seen, observed
from regard.kernels.opaque import run
from regard.kernels.readable import Graph
from regard.kernels.request import Request
from regard.mechanisms.masks import Keys
from regard.planning import chosen


class Changed(NamedTuple):
    """One call as it is changed: what is computed, whether anew, and the heads (from 0) that pass on zero."""

    seen: Seen
    again: bool = False
    heads: tuple[int, ...] = ()

    def computed(self, mixed: Tensor) -> Tensor:
        """The output (b, h, q, e) under the mask."""
        return run(chosen(self.seen.request, "auto"), self.seen.request) if self.again else mixed

    def passed(self, mixed: Tensor) -> Tensor:
        """The output with zeros of the heads that are dropped."""
        if not self.heads:
            return mixed
        mixed = mixed.clone()
        mixed[:, list(self.heads)] = 0
        return mixed


class Changes:
    """Changes of every pass while they hold.

    Args:
        heads: by the name of a call in its pass, as `Held` has it: which heads, from 0.
        hidden: positions, from 0, that nobody may read.
        reads: by the names that the network gives to calls: how often one pass makes each, and whether its keys are the
            positions that are hidden.
    """

    def __init__(
        self, heads: Mapping[str, tuple[int, ...]], hidden: tuple[int, ...], reads: Mapping[str, tuple[int, bool]]
    ) -> None:
        self.heads, self.hidden, self.reads = heads, hidden, reads
        self._made: dict[str, int] = {}
        self._marks: dict[tuple[int, torch.device], Keys] = {}

    def of(self, seen: Seen) -> Changed:
        """The next call of a pass, changed."""
        often, judged = self.reads.get(seen.name, (1, False))
        number = self._made.get(seen.name, 0) % often
        self._made[seen.name] = number + 1
        heads = self.heads.get(f"{seen.name} ({number + 1})" if number else seen.name, ())
        if not (judged and self.hidden):
            return Changed(seen, False, heads)
        marks = self._marked(seen.keys, seen.request.query.device)
        mask = marks if seen.choice.mask is None else seen.choice.mask & marks
        return Changed(
            seen._replace(request=_hiding(seen.request, marks), choice=seen.choice._replace(mask=mask)), True, heads
        )

    def _marked(self, keys: int, device: torch.device) -> Keys:
        """One mask for all calls over so many keys."""
        if (keys, device) not in self._marks:
            marked = torch.ones(keys, dtype=torch.bool, device=device)
            marked[[place for place in self.hidden if place < keys]] = False
            self._marks[keys, device] = Keys(marked)
        return self._marks[keys, device]


_changes: ContextVar[Changes | None] = ContextVar("regard_changes", default=None)


@contextmanager
def changing(changes: Changes) -> Iterator[None]:
    """Within this block every pass is changed, whether `held` holds its calls or nobody does; on this thread only."""

    def watch(seen: Seen) -> Callable[[Tensor], Tensor]:
        now = changes.of(seen)
        return lambda mixed: now.passed(now.computed(mixed))

    token = _changes.set(changes)
    try:
        with observed(watch):
            yield
    finally:
        _changes.reset(token)


def changed(seen: Seen) -> Changed:
    """A call under the changes that hold now, if any do."""
    changes = _changes.get()
    return Changed(seen) if changes is None else changes.of(seen)


def _hiding(request: Request, marks: Keys) -> Request:
    """The request, whose queries read marked keys alone; of a graph, without the edges that come from others."""
    readable = request.readable
    if readable.graph is None:
        return replace(request, readable=replace(readable, others=(*readable.others, marks)))
    source, target, order = readable.graph
    kept = marks.marked[source]
    number = torch.where(kept, kept.cumsum(0) - 1, -1)
    order = torch.where(order >= 0, number[order.clamp(min=0)], -1) if len(number) else order
    return replace(request, readable=replace(readable, graph=Graph(source[kept], target[kept], order)))
