"""A memory network: the question reads the sentences of its story, hop by hop."""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from regard.attend import attend
from regard.layers.attention import split
from regard.layers.dropout import Dropout
from regard.layers.match import Match
from regard.layers.padding import last_of
from regard.layers.weighing import Weighing
from regard.mechanisms.masks import Padding
from regard.mechanisms.normalizers import Plain, SoftmaxWithSink
from regard.networks.base import NetworkOptions
from regard.networks.encoders.base import Encoder, Place
from regard.shapes import Lengths, OneState, States

TYINGS = ("adjacent", "layer-wise")
"""How the tables of the hops are shared."""
EMPTY = 50
"""Empty places of a memory, whose vectors are zero: each has the score 0, takes its share and gives nothing."""


class Tables(NamedTuple):
    """Which of a sentence's vectors is a hop's key, which its value, and which the question's."""

    key: int
    value: int
    question: int = 0

    @classmethod
    def of(cls, tying: str, hop: int) -> "Tables":
        """Adjacent: the values of a hop are the keys of the next. Layer-wise: all hops have the same ones."""
        return cls(hop, hop + 1) if tying == "adjacent" else cls(0, 1, 2)


def tables_of(options: NetworkOptions) -> int:
    """How many vectors a network of these choices asks of each sentence."""
    if options.network != "memory":
        return 1
    return options.layers + 1 if options.tying == "adjacent" else 3


class MemoryHops(Encoder):
    """u ← H·u + Σ_i p_i·value[i], as many times as there are hops;  p_i = e^(u · key[i]) / (50 + Σ_j e^(u · key[j])).

    States come in with the vectors of `layers.sentences` side by side, (b, n, tables · m); the question is the last of
    each row. Out come (b, n, m): of the question u after all hops, of the sentences the values of the last. H is
    learned with layer-wise tying, and the identity with adjacent. The 50 are empty places, which a memory of published
    size has beside its sentences: without them yes and no are told apart far worse (docs/results.md). With a normalizer
    that is named there are none. Each hop goes through `attend`, where observers see
    it as `hop.0`, `hop.1`, …; the question is a key that may not be read. In training with `plain` set there is no
    softmax (p = the score itself), which is how a linear start begins.

    Paper: Sukhbaatar et al. 2015, arXiv 1503.08895, sections 2 and 4.1.
    """

    def __init__(self, options: NetworkOptions) -> None:
        super().__init__()
        size = options.width // options.heads
        self.options, self.plain = options, False
        self.match = Match(options.score, size, options.heads, scale=1.0)
        auto = options.normalizer == "auto" and options.attention != "linear"
        self.weigh = Weighing(SoftmaxWithSink(math.log(EMPTY)) if auto else options.weighing, options.heads)
        self.between = nn.Linear(options.width, options.width, bias=False) if options.tying == "layer-wise" else None
        self.dropout = Dropout(options.dropout)

    def forward(self, states: States, place: Place) -> States:
        """The question after its hops, and the sentences as it read them last."""
        told = self.dropout(states).unflatten(-1, (-1, self.options.width))
        question = last_of(told[..., self._tables(0).question, :], place.lengths)
        for hop in range(self.options.layers):
            read = self._read(question, told, hop, place.lengths)
            question = (question if self.between is None else self.between(question)) + read
        values = told[..., self._tables(self.options.layers - 1).value, :]
        last = torch.arange(states.shape[1], device=states.device) == (place.lengths - 1)[:, None]
        return torch.where(last[..., None], question[:, None].to(values.dtype), values)

    def _tables(self, hop: int) -> Tables:
        return Tables.of(self.options.tying, hop)

    def _read(self, question: OneState, told: Tensor, hop: int, lengths: Lengths) -> OneState:
        """What the question takes from the sentences in one hop (b, m)."""
        tables, heads = self._tables(hop), self.options.heads
        mixed = attend(
            split(question[:, None], heads),
            split(told[..., tables.key, :], heads),
            split(told[..., tables.value, :], heads),
            score=self.match(),
            normalizer=Plain() if self.training and self.plain else self.weigh(),
            mask=Padding(keys=lengths - 1, finite=True),
            name=f"hop.{hop}",
        )
        return mixed.transpose(1, 2).flatten(1)
