"""An ensemble: networks of one kind, trained side by side from different draws, whose probabilities are averaged.

    p(word) = 1/n · Σ_i p_i(word)

Its states are those of its members one behind the other, (b, q, n·m), so that it is a network like any other.
Paper: Hansen and Salamon 1990, "Neural network ensembles", IEEE PAMI 12 (10).
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from regard.layers.output import Output
from regard.layers.state import State
from regard.networks.base import Encoded, Network, NetworkOptions, Packed
from regard.shapes import Lengths, OneState, States, Tokens


class EnsembleState(NamedTuple):
    """What each member's decoder carries."""

    members: tuple[State, ...]

    def select(self, rows: Tensor, *, same_source: bool = False) -> "EnsembleState":
        """The given rows of each, in that order; see `State`."""
        return EnsembleState(tuple(each.select(rows, same_source=same_source) for each in self.members))


class EnsembleOutput(nn.Module):
    """The mean of the members' probabilities, and of their losses: each learns as if it were alone."""

    def __init__(self, outputs: Sequence[Output]) -> None:
        super().__init__()
        self.members = nn.ModuleList(outputs)

    def forward(self, states: Tensor) -> Tensor:
        """Log-probabilities (..., v) in float32, of states (..., n·m)."""
        each = [output(part) for output, part in self._parts(states)]
        return torch.stack(each).logsumexp(0) - math.log(len(each))

    def loss(self, states: Tensor, labels: Tensor, smoothing: float = 0.0) -> Tensor:
        """The mean over members of the summed cross-entropy of states (t, n·m) against labels (t,)."""
        each = [output.loss(part, labels, smoothing) for output, part in self._parts(states)]
        return torch.stack(each).mean()

    def _parts(self, states: Tensor) -> Iterator[tuple[Output, Tensor]]:
        return zip(self.members, states.chunk(len(self.members), -1), strict=True)  # type: ignore[arg-type]


class Ensemble(Network):
    """Members of the same options and different weights; costs as much as all of them."""

    def __init__(self, options: NetworkOptions, members: Sequence[Network]) -> None:
        super().__init__()
        self.options = options
        self.members = nn.ModuleList(members)
        self.output = EnsembleOutput([each.output for each in members])  # type: ignore[assignment]

    def encode_tokens(self, tokens: Tensor, lengths: Lengths) -> Encoded:
        """The source tokens (b, k), read by each."""
        read = [each.encode(tokens, lengths) for each in self._members]
        last = [each.last for each in read if each.last is not None]
        return Encoded(torch.cat([each.states for each in read], -1), lengths, torch.cat(last, -1) if last else None)

    def decode(self, encoded: Encoded, target: Tokens) -> States:
        """States (b, q, n·m) after each target token."""
        return torch.cat([each.decode(part, target) for each, part in self._each(encoded)], -1)

    def packed(self, source: Packed, target: Packed) -> States:
        """States (1, q, n·m) after each target token of pairs in two rows."""
        return torch.cat([each.packed(source, target) for each in self._members], -1)

    def start(self, encoded: Encoded) -> EnsembleState:
        """The state of each before the first token."""
        return EnsembleState(tuple(each.start(part) for each, part in self._each(encoded)))

    def step(self, token: Tensor, state: EnsembleState) -> tuple[OneState, EnsembleState]:  # type: ignore[override]
        """The states (b, n·m) after one more token (b)."""
        taken = [each.step(token, own) for each, own in zip(self._members, state.members, strict=True)]
        return torch.cat([states for states, _ in taken], -1), EnsembleState(tuple(after for _, after in taken))

    @property
    def _members(self) -> list[Network]:
        return [each for each in self.members if isinstance(each, Network)]

    def _each(self, encoded: Encoded) -> Iterator[tuple[Network, Encoded]]:
        """Each member with what it read itself."""
        count = len(self.members)
        states = encoded.states.chunk(count, -1)
        lasts = (None,) * count if encoded.last is None else encoded.last.chunk(count, -1)
        for each, own, last in zip(self._members, states, lasts, strict=True):
            yield each, Encoded(own, encoded.lengths, last)
