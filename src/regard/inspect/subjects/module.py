"""Any torch module that calls `attend`, with its inputs; what it is good for only its user knows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from regard.errors import OptionError
from regard.inspect.capture.calls import Place
from regard.inspect.capture.held import Held, held
from regard.inspect.record import Axis, Step
from regard.inspect.subjects.base import Answer, Removal, Variant

Scoring = Callable[[Any], Tensor]
"""From what the module gives to one number."""
Removing = Callable[[int], Sequence[Any]]
"""From the number of a position to the module's inputs without it."""


class Ours:
    """As `Subject` has it; the last call's keys are judged, if there is an answer to judge them by."""

    steps: tuple[Step, ...] = ()

    def __init__(
        self,
        network: nn.Module,
        inputs: Sequence[Any],
        axes: Mapping[str, Sequence[str]],
        answer: Scoring | None,
        remove: Removing | None,
    ) -> None:
        self.network, self.inputs, self.answer, self.remove = network, inputs, answer, remove
        with torch.inference_mode():
            _, calls = held(lambda: network(*inputs))
        self.axes = {name: Axis(name, "vectors", tuple(labels)) for name, labels in axes.items()}
        self.places = {call.name: self._placed(call, calls) for call in calls}
        self.judged = self.places[calls[-1].name].keys if calls else ""
        self.answers: tuple[Answer, ...] = () if answer is None else (Answer("the answer", 0, slice(0, None)),)
        self.removal = Removal("as the caller does it" if remove is not None else "", ())
        self.headline = {
            "input": ", ".join(str(tuple(each.shape)) if isinstance(each, Tensor) else repr(each) for each in inputs),
            "output": "",
            "target": "" if answer is None else "the answer",
            "confidence": "",
            "task": "attend",
        }

    def told(self, network: nn.Module, variants: Sequence[Variant]) -> Tensor:
        """The answer of each variant, (variants, 1); without one, all that the module gives."""
        return torch.stack([self._told(network(*self._inputs(variant))) for variant in variants])

    def place(self, name: str) -> Place:
        """What a call of that name is."""
        return self.places[name]

    def readers(self, names: Sequence[str]) -> list[str]:
        """The last call."""
        return list(names[-1:])

    def twin(self, seed: int) -> nn.Module | None:
        """Nobody knows how to build it again."""
        return None

    def _inputs(self, variant: Variant) -> Sequence[Any]:
        if not variant.without or self.remove is None:
            return self.inputs
        if len(variant.without) > 1:
            got = f"{len(variant.without)} positions at a time"
            raise OptionError("look: `remove` removes one position", got=got, hint="leave `remove` out for so many")
        return self.remove(variant.without[0])

    def _told(self, given: Any) -> Tensor:
        if self.answer is not None:
            return self.answer(given).reshape(1)
        first = next((each for each in (given if isinstance(given, tuple | list) else [given])), None)
        return first.reshape(-1) if isinstance(first, Tensor) else torch.zeros(0)

    def _placed(self, call: Held, calls: Sequence[Held]) -> Place:
        """Its axes by their lengths, and which call of its role it is."""
        b, _, q, _ = call.request.sizes
        if b != 1:
            rule = "look: one item at a time"
            raise OptionError(rule, got=f"a batch of {b} in {call.name!r}", hint="module inputs of one item, x[:1]")
        roles = [_role(*each.request.sizes[2:3], each.keys) for each in calls]
        number = calls.index(call)
        layer = roles[: number + 1].count(roles[number])
        return Place(call.name, roles[number], layer, self._axis(q), self._axis(call.keys))

    def _axis(self, size: int) -> str:
        """The first axis of that length; else a new one."""
        for name, axis in self.axes.items():
            if len(axis.labels) == size:
                return name
        name = "query" if size == 1 else f"positions ({size})"
        self.axes[name] = Axis(name, "vectors", tuple(str(number) for number in range(1, size + 1)))
        return name


def _role(queries: int, keys: int) -> str:
    return "self" if queries == keys else "pool" if queries == 1 else "cross"
