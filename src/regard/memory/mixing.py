"""A memory mixed into what a model says next, or answers: the k nearest entries vote, by how near they are.

    p(answer) = (1 − λ) · p_model(answer) + λ · p_memory(answer)    p_memory(a) = Σ weight[j] over entries of value a
    λ = share · M/(e^sink + M)                                       M = Σ_j exp(−‖query − key[j]‖² / temperature)

The query is the state that the model's own answer is scored from. Without a sink λ is `share` everywhere, as in
Khandelwal et al. 2020, arXiv 1911.00172, equation 3; with one it falls where nothing near was remembered, as if the
model itself were one more entry that is always as near. Paper for translations: Khandelwal et al. 2021, arXiv
2010.00710.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from regard.errors import FolderError, OptionError
from regard.memory.entries import Value
from regard.memory.memory import Memory


@dataclass(frozen=True, kw_only=True)
class Mixing:
    """How a memory is mixed in.

    Attributes:
        k: entries that are read.
        temperature: of their weights; squared distances are divided by it.
        share: λ at most, from 0 to 1.
        sink: ln M from which on the memory has more than half of `share`; None for `share` everywhere.
    """

    k: int = 8
    temperature: float = 1.0
    share: float = 0.5
    sink: float | None = None

    def __post_init__(self) -> None:
        """Raises OptionError for numbers that make no sense."""
        if self.k < 1 or not 0 < self.temperature < math.inf:
            rule = "memory: k must be at least 1, and the temperature a number above 0"
            raise OptionError(rule, got=f"k {self.k}, temperature {self.temperature}", hint="k 8, temperature 1.0")
        if not 0 <= self.share <= 1:
            raise OptionError("memory: the share must be from 0 to 1", got=str(self.share), hint="0.5")
        if self.sink is not None and not math.isfinite(self.sink):
            raise OptionError("memory: the sink must be a number, or none", got=str(self.sink), hint="leave it out")

    def to_json(self) -> dict[str, Any]:
        """All of it, in JSON's types."""
        return asdict(self)

    @classmethod
    def of(cls, memory: Memory) -> "Mixing":
        """As it was settled with the memory; FolderError where nothing was, or where it cannot be that."""
        told = memory.settings.get("mixing")
        if told is None:
            rule = f"{memory.where}: how the memory is mixed in must have been settled"
            hint = "the same regard remember command again goes on, and settles it"
            raise FolderError(rule, got="a memory that was not taught to its end", hint=hint)
        try:
            return cls(**told)
        except (TypeError, OptionError) as error:
            rule, hint = f"{memory.where}: the mixing must be one that can be", "regard remember settles it anew"
            raise FolderError(rule, got=repr(told)[:80], hint=hint) from error

    def lambda_of(self, distances: Tensor) -> Tensor:
        """λ (q) of squared distances (q, k).

        >>> Mixing(share=0.5, sink=0.0).lambda_of(torch.tensor([[0.0], [50.0]])).mul(100).round().tolist()
        [25.0, 0.0]
        """
        if self.sink is None:
            return torch.full(distances.shape[:1], self.share)
        return self.share * ((-distances / self.temperature).logsumexp(1) - self.sink).sigmoid()


class Mixed(nn.Module):
    """What scores answers, with a memory beside it: log-probabilities (..., v) of states (..., m).

    `answers` are what the numbers 0 … v − 1 stand for, those first that the model itself knows. Cost: as `Memory.read`.
    """

    def __init__(self, own: nn.Module, memory: Memory, mixing: Mixing, answers: Sequence[Value]) -> None:
        super().__init__()
        self.own, self.memory, self.mixing = own, memory, mixing
        self.numbers = {name: number for number, name in enumerate(answers)}

    def forward(self, states: Tensor) -> Tensor:
        """The mixture, in float32; the model's own where nothing is remembered."""
        flat = states.reshape(-1, states.shape[-1])
        own = self.own_scores(flat)
        read = self.memory.read(flat, self.mixing.k, self.mixing.temperature)
        if read.weights.shape[1]:
            share = self.mixing.lambda_of(read.distances)[:, None]
            numbers = torch.tensor([[self._number(value) for value in row] for row in read.values])
            voted = torch.zeros(own.shape).scatter_add_(1, numbers, share * read.weights)
            own = torch.logaddexp(own + torch.log1p(-share).to(own.device), voted.log().to(own.device))
        return own.view(*states.shape[:-1], -1)

    def _number(self, value: Value) -> int:
        """The number of an answer."""
        if value not in self.numbers:
            rule = f"{self.memory.where}: the values must be answers of the model, or classes settled with the memory"
            raise FolderError(rule, got=repr(value)[:80], hint="regard remember writes them so")
        return self.numbers[value]

    def own_scores(self, states: Tensor) -> Tensor:
        """The model's own log-probabilities (n, v); those of answers that only the memory knows are −∞."""
        own: Tensor = self.own(states).float()
        if isinstance(self.own, nn.Linear):
            own = own.log_softmax(-1)
        return nn.functional.pad(own, (0, len(self.numbers) - own.shape[1]), value=-math.inf)
