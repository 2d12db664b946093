"""The calls of one pass, held as they were computed; single steps over the same keys are one call."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import torch
from torch import Tensor

from regard.attend import Seen, observed
from regard.inspect.capture.changing import changed
from regard.kernels.request import Request
from regard.mechanisms.masks import Keys

Found = TypeVar("Found")
Change = Callable[[str, Seen, Tensor], Tensor]
"""From a call's name, the call and its output to what is passed on in its place."""


@dataclass
class Held:
    """One call, or a decoder's steps over the same keys in a row: what was asked, and what came out.

    Attributes:
        name: unique in its pass.
        steps: what `attend` told, once a step.
        outputs: (b, h, q, e) of each.
    """

    name: str
    steps: list[Seen]
    outputs: list[Tensor] = field(default_factory=list)

    @property
    def keys(self) -> int:
        """k, of the keys as the caller passed them."""
        return self.steps[0].keys

    @property
    def request(self) -> Request:
        """What was computed; the queries of all steps in one."""
        first = self.steps[0].request
        if len(self.steps) == 1:
            return first
        every = [step.request for step in self.steps]
        rows = [each.row for each in every if each.row is not None]
        joined = first.over(torch.cat([each.query for each in every], 2), first.key, first.value)
        return replace(joined, row=torch.cat(rows, 2)) if rows else joined

    @property
    def output(self) -> Tensor:
        """(b, h, q, e)."""
        return torch.cat(self.outputs, 2)

    @property
    def query(self) -> Tensor:
        """As the caller passed it, (b, h, q, d)."""
        return torch.cat([_four_axes(step.query) for step in self.steps], 2)

    @property
    def key(self) -> Tensor:
        """As the caller passed it, (b, g, k, d)."""
        return _four_axes(self.steps[0].key)

    def goes_on_with(self, seen: Seen) -> bool:
        """Whether a call is one more step: one query under the same name, over the very same keys, with no position."""
        last = self.steps[-1]
        same = seen.key.data_ptr() == last.key.data_ptr() and seen.key.shape == last.key.shape
        alike = seen.name == last.name and seen.query.shape == last.query.shape
        alike = alike and seen.request.readable.others == last.request.readable.others
        return same and alike and type(seen.choice.score) is type(last.choice.score) and _single(seen) and _single(last)


def held(run: Callable[[], Found], change: Change | None = None) -> tuple[Found, list[Held]]:
    """What `run` gives, and every call of `attend` under it; `change` may pass on something else than the outputs.

    Under `changing`, calls are held as they are masked there, and their outputs before heads are dropped.
    """
    calls: list[Held] = []

    def watch(seen: Seen) -> Callable[[Tensor], Tensor]:
        now = changed(seen)
        seen = now.seen
        own = next((call for call in calls if call.goes_on_with(seen)), None)
        if own is None:
            own = Held(_unused(seen.name or "attend", {call.name for call in calls}), [])
            calls.append(own)
        own.steps.append(seen)

        def hear(mixed: Tensor) -> Tensor:
            mixed = now.computed(mixed)
            passed = mixed if change is None else change(own.name, seen, mixed)
            own.outputs.append(passed)
            return now.passed(passed)

        return hear

    with observed(watch):
        found = run()
    return found, calls


def _single(seen: Seen) -> bool:
    request = seen.request
    readable = request.readable
    alike = readable.graph is None and all(isinstance(mask, Keys) for mask in readable.others)
    still = alike and not readable.causal and readable.query_lengths is None
    return request.sizes[2] == 1 and still and not seen.choice.positions


def _unused(name: str, used: set[str]) -> str:
    """The name, with a number behind it where another call has it.

    >>> _unused("pool", {"pool", "pool (2)"})
    'pool (3)'
    """
    number, found = 1, name
    while found in used:
        number += 1
        found = f"{name} ({number})"
    return found


def _four_axes(tensor: Tensor) -> Tensor:
    if tensor.dim() < 4:
        return tensor.reshape((1,) * (4 - tensor.dim()) + tuple(tensor.shape))
    return tensor.flatten(0, -4)
