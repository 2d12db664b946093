"""One head of one call of attention, with everything that decides its numbers."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from regard.attend import attend
from regard.kernels.reference.masks import may_read
from regard.kernels.reference.scores import of_head
from regard.mechanisms.masks import Mask
from regard.mechanisms.normalizers import Normalizer, Plain
from regard.mechanisms.positions import Position
from regard.mechanisms.scores import Score
from regard.reading import weights


class Names(NamedTuple):
    """What queries and keys are called."""

    rows: list[str]
    columns: list[str]


def number(given: float | Tensor, head: int) -> float:
    """What one head has of a number for all heads, or of a tensor with one for each."""
    return float(of_head(given, head).detach())


class Truth(NamedTuple):
    """What regard itself gives: scores with everything added (h, q, k), weights (h, q, k), output (h, q, e)."""

    scores: Tensor
    weights: Tensor
    output: Tensor


@dataclass(frozen=True)
class Call:
    """One call of `attend` without a batch: query (h, q, d), key (g, k, d), value (g, k, e), and its choices."""

    query: Tensor
    key: Tensor
    value: Tensor
    score: Score
    normalizer: Normalizer
    mask: Mask | None = None
    positions: tuple[Position, ...] = ()
    start: int | None = None

    @property
    def heads(self) -> int:
        """How many heads read."""
        return self.query.shape[0]

    @property
    def standing(self) -> int:
        """Where the first query stands."""
        return self.key.shape[1] - self.query.shape[1] if self.start is None else self.start

    def truth(self) -> Truth:
        """The answer of the door. Scores come through it, too: with `Plain` a weight is a score."""
        vectors = self.query[None], self.key[None]
        about = {"mask": self.mask, "position": self.positions, "query_start": self.start}
        with torch.no_grad():
            scores = weights(*vectors, score=self.score, normalizer=Plain(), **about).weights[0]  # type: ignore[arg-type]
            read = weights(*vectors, score=self.score, normalizer=self.normalizer, **about).weights[0]  # type: ignore[arg-type]
            mixed = attend(*vectors, self.value[None], score=self.score, normalizer=self.normalizer, **about)[0]  # type: ignore[arg-type]
        return Truth(scores, read, mixed)

    def readable(self, head: int) -> Tensor:
        """True where a query of that head may read a key: (q, k), asked pair by pair."""
        queries, keys = self.query.shape[1], self.key.shape[1]
        if self.mask is None:
            return torch.ones(queries, keys, dtype=torch.bool)
        pairs = [may_read(self.mask, 0, head, q, k, self.standing) for q in range(queries) for k in range(keys)]
        return torch.tensor(pairs, dtype=torch.bool).reshape(queries, keys)

    def of_head(self, head: int) -> tuple[Tensor, Tensor, Tensor]:
        """Query, key and value of a head in float64."""
        shared = head // (self.heads // self.key.shape[0])
        own = self.query[head], self.key[shared], self.value[shared]
        query, key, value = (each.detach().double().cpu() for each in own)
        return query, key, value
