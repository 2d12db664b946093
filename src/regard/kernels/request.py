"""The one form that every mechanism is brought to, and the only thing a kernel sees."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from regard.mechanisms.normalizers import Normalizer, Softmax
from regard.shapes import Key, Lengths, MayRead, Query, Value


@dataclass(frozen=True)
class Readable:
    """Who may read whom, in numbers: query i of row b stands at start[b] + i and reads key j if

    j < key_lengths[b], i < query_lengths[b], and, where causal, j ≤ start[b] + i. `finite` promises that nothing
    is NaN or infinite where it cannot be read.
    """

    causal: bool = False
    start: int | Lengths = 0
    key_lengths: Lengths | None = None
    query_lengths: Lengths | None = None
    finite: bool = False

    @property
    def never_empty(self) -> bool:
        """Whether every query can be known, without looking at values, to read at least one key."""
        lengths = self.key_lengths is not None or self.query_lengths is not None
        return not lengths and (not self.causal or (isinstance(self.start, int) and self.start >= 0))

    def standing(self, queries: int, device: torch.device) -> Tensor:
        """Where queries stand: (b or 1, q)."""
        start = self.start[:, None] if isinstance(self.start, Tensor) else self.start
        return torch.arange(queries, device=device)[None] + start

    def dense(self, queries: int, keys: int, device: torch.device) -> MayRead | None:
        """True where a query may read a key: (b or 1, 1, q or 1, k); None if everywhere."""
        allowed = None
        key = torch.arange(keys, device=device)
        if self.key_lengths is not None:
            allowed = key < self.key_lengths[:, None, None, None]
        if self.causal:
            past = key <= self.standing(queries, device)[:, None, :, None]
            allowed = past if allowed is None else allowed & past
        if self.query_lengths is not None:
            exists = torch.arange(queries, device=device) < self.query_lengths[:, None]
            allowed = exists[:, None, :, None] if allowed is None else allowed & exists[:, None, :, None]
        return allowed

    def alive(self, queries: int, device: torch.device) -> Tensor | None:
        """True for queries that may read at least one key: (b or 1, 1, q, 1); None if all are known to."""
        if self.never_empty:
            return None
        alive = torch.ones(1, queries, dtype=torch.bool, device=device)
        if self.causal:
            alive = alive & (self.standing(queries, device) >= 0)
        if self.key_lengths is not None:
            alive = alive & (self.key_lengths > 0)[:, None]
        if self.query_lengths is not None:
            alive = alive & (torch.arange(queries, device=device) < self.query_lengths[:, None])
        return alive[:, None, :, None]


@dataclass(frozen=True)
class Request:
    """One attention to compute, ready for a kernel.

    kind "dot": score = scale · ⟨query, key⟩; kind "additive": score = Σ_d weight_d · tanh(query_d + key_d).
    What nobody may read has already been cut off or zeroed, so it can do no harm.
    """

    kind: Literal["dot", "additive"]
    query: Query
    key: Key
    value: Value
    scale: float = 1.0
    weight: Tensor | None = None
    readable: Readable = Readable()
    normalizer: Normalizer = Softmax()  # noqa: RUF009  (frozen)
    dropout: float = 0.0
    seed: int | Tensor = 0

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """(b, h, q, k)."""
        b, h, q, _ = self.query.shape
        return b, h, q, self.key.shape[2]

    @property
    def group(self) -> int:
        """How many query heads share a key head: query head h reads key head h // group."""
        return self.query.shape[1] // self.key.shape[1]
