"""How much of the source a target has read, and what hypotheses pay for what they left out.

    cp = β · Σ_i ln min(1, Σ_j weight[j, i])    over source positions i and the steps j of a target, its end included

Weights are the mean of heads and layers, as `Translator.read` tells them. Paper: Wu et al. 2016, arXiv 1609.08144,
section 7, equation 14.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from regard.attend import Seen, observed
from regard.errors import OptionError
from regard.layers.state import State
from regard.networks.base import Encoded, Stepped

LEAST = 1e-6
"""What a position counts that was not read at all: normalizers with a threshold give true zeros."""


class Covered(NamedTuple):
    """A decoder's state, and what was read of each source position (b, k); beyond the source, one."""

    state: State
    read: Tensor

    def select(self, rows: Tensor, *, same_source: bool = False) -> "Covered":
        """The given rows, in that order; see `State`."""
        return Covered(self.state.select(rows, same_source=same_source), self.read.index_select(0, rows))

    def penalties(self) -> list[float]:
        """Σ ln min(1, read) of each row: 0 where everything was read, else below."""
        penalties: list[float] = self.read.clamp(LEAST, 1.0).log().sum(1).tolist()
        return penalties


class Watched:
    """A network whose steps tell what they read: the same to ask for as of `Network`, step by step."""

    def __init__(self, network: Stepped) -> None:
        self.network, self.output, self.encode = network, network.output, network.encode

    def start(self, encoded: Encoded) -> Covered:
        """The state before the first token, when nothing is read."""
        places = torch.arange(encoded.states.shape[1], device=encoded.states.device)
        beyond = (places >= encoded.lengths[:, None]).float()
        return Covered(self.network.start(encoded), beyond)

    def step(self, token: Tensor, state: Covered) -> tuple[Tensor, Covered]:
        """The state (b, m) to score the next word from, and what was read until then.

        Raises OptionError where nothing was read. Cost: the step, and its attention to the source once more.
        """
        seen: list[Tensor] = []

        def watch(call: Seen) -> None:
            if call.name.startswith("source."):
                seen.append(call.weights().float().mean(1)[:, 0])

        with observed(watch):
            states, after = self.network.step(token, state.state)
        if not seen:
            raise OptionError(
                "coverage: the model must have attention",
                got="a network whose decoder reads only the last state",
                hint="leave --coverage-penalty out, or train with --attention additive",
            )
        return states, Covered(after, state.read + torch.stack(seen).mean(0))
