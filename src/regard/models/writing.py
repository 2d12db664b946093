"""How a translator's targets are written: its network made ready for many steps, in a precision of choice."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from regard.checks import unknown
from regard.decoding.beam import Search, search
from regard.decoding.drawing import draw
from regard.decoding.growing import Hypothesis
from regard.inputs.batch import Batch
from regard.layers.state import State
from regard.models.limits import How
from regard.networks.base import Network, Stepped
from regard.networks.pooled import PRECISIONS, ready_to_step
from regard.shapes import OneState


class Writing:
    """Targets of batches by one network, whose weights may change in between.

    Attributes:
        each_step: called before each token of a batch is searched for or drawn; what it raises ends the search.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.each_step: Callable[[], object] | None = None
        self._precision = "fp32"
        self._made: tuple[tuple[object, ...], Stepped] | None = None
        self._parameters: list[Tensor] = []

    @property
    def precision(self) -> str:
        """What matrices are multiplied in: `fp32`, `bf16` or `int8`.

        Of an encoder of items that is not fp32 they are bf16. Raises OptionError, when it is set, for another name,
        and for one that a network or a processor cannot.
        """
        return self._precision

    @precision.setter
    def precision(self, precision: str) -> None:
        if precision not in PRECISIONS:
            raise unknown("--precision", precision, [*PRECISIONS])
        self._made = None
        ready_to_step(self.network, precision)
        self._precision = precision

    @torch.inference_mode()
    def targets(self, batch: Batch, limits: list[int], how: How, numbers: list[int]) -> list[list[Hypothesis]]:
        """The targets of a batch, searched for or drawn; sources bear these numbers."""
        steps = self.network if isinstance(how, Search) and how.coverage_penalty else self.make_ready()
        encoded = steps.encode(*batch)
        if isinstance(how, Search):
            return search(steps, encoded, limits, how, self.each_step)
        told = steps if self.each_step is None else Told(steps, self.each_step)
        return draw(told, encoded, limits, how, [how.first + number for number in numbers])

    def make_ready(self) -> Stepped:
        """The network ready for steps; made again where its weights may have changed. Threads want it done before.

        Fused optimizers change them without leaving another version: where it has been set to train, they may have.
        """
        if self._made is None or self._made[0] != self._version():
            self._parameters = [*self.network.parameters()]
            self._made = self._version(), ready_to_step(self.network, self.precision)
        return self._made[1]

    def _version(self) -> tuple[object, ...]:
        return self.network.trainings, *((each.data_ptr(), each._version) for each in self._parameters)


class Told:
    """Steps, each of which is told before it is taken."""

    def __init__(self, steps: Stepped, told: Callable[[], object]) -> None:
        self.steps, self.told, self.output = steps, told, steps.output
        self.encode, self.start = steps.encode, steps.start

    def step(self, token: Tensor, state: Any) -> tuple[OneState, State]:
        """The same."""
        self.told()
        return self.steps.step(token, state)
