"""The recurrent translator: a decoder fed the source's last state at every step, and its cure, the match.

    order bahdanau: c_t = read(z_{t−1}, h);  z_t = cell([y_{t−1}; c_t], z_{t−1});     o_t = tanh(W[z_t; c_t; y_{t−1}])
    order luong:    z_t = cell([y_{t−1}; o_{t−1}], z_{t−1});  c_t = read(z_t, h);     o_t = tanh(W[z_t; c_t])
    order late:     z_t = cell(y_{t−1}, z_{t−1});  c_t = read(z_t, h);     o_t = tanh(W[z_t; c_t])
    attention none: c_t is the encoder's last state, always

Nothing that was read reaches the next step in the late order, so that all steps of a known target are one call, and all
matches another: some 2.4 times as fast as Luong's on words. Its dropout falls on the states of the encoder and of the
decoder, too.

Papers: Cho et al. 2014, arXiv 1406.1078; Bahdanau et al. 2014, arXiv 1409.0473, section 3; Luong et al. 2015,
arXiv 1508.04025, section 3.3 (input feeding).
"""

import math
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

import torch
from torch import Tensor, nn

from regard.attend import attend
from regard.checks import unknown
from regard.layers.dropout import Dropout
from regard.layers.output import Output
from regard.layers.recurrence import Cell, CellState, RecurrentEncoder, Steps
from regard.layers.weighing import Weighing
from regard.mechanisms.masks import Padding
from regard.networks.base import Encoded, Network, NetworkOptions
from regard.shapes import OneState, States, Tokens

ORDERS = ("bahdanau", "luong", "late")


def _full_precision(tokens: Tensor) -> AbstractContextManager[object]:
    """Steps of a recurrence multiply matrices too small for bf16 to pay; the output layer alone uses it."""
    return torch.autocast(tokens.device.type, enabled=False)


class RecurrentState(NamedTuple):
    """What the decoder carries: its cell, what it is fed of what it last gave out, and the source with its keys."""

    cell: CellState
    given: OneState
    encoded: Encoded
    keys: Tensor

    def select(self, rows: Tensor, *, same_source: bool = False) -> "RecurrentState":
        """The given rows, in that order; see `State`."""
        cell, given = self.cell.select(rows), self.given.index_select(0, rows)
        if same_source:
            return RecurrentState(cell, given, self.encoded, self.keys)
        states, lengths, last = self.encoded
        last = None if last is None else last.index_select(0, rows)
        encoded = Encoded(states.index_select(0, rows), lengths.index_select(0, rows), last)
        return RecurrentState(cell, given, encoded, self.keys.index_select(0, rows))


class Reader(nn.Module):
    """Matches a decoder's state with every encoder state: cosine, a small network, or zᵀWh; `none` reads the last."""

    def __init__(self, options: NetworkOptions) -> None:
        super().__init__()
        self.attention, width = options.attention, options.width
        if self.attention != "none":
            self.match = options.match(width)
            self.weigh = Weighing(options.weighing, 1)
        if self.attention == "additive":
            self.query, self.key = nn.Linear(width, width), nn.Linear(width, width, bias=False)

    def keys(self, states: States) -> States:
        """What the states are matched by, computed once a source."""
        keys: Tensor = self.key(states) if self.attention == "additive" else states
        return keys

    def forward(self, shown: OneState, encoded: Encoded, keys: States) -> OneState:
        """c (b, m): the weighted sum of the encoder's states."""
        return self.all(shown[:, None], encoded, keys)[:, 0]

    def all(self, shown: States, encoded: Encoded, keys: States) -> States:
        """c (b, q, m) for each of the decoder's states."""
        if self.attention == "none":
            assert encoded.last is not None
            return encoded.last[:, None].expand_as(shown)
        query = self.query(shown) if self.attention == "additive" else shown
        mixed = attend(
            query[:, None],
            keys[:, None],
            encoded.states[:, None],
            score=self.match(),
            normalizer=self.weigh(),
            mask=Padding(keys=encoded.lengths, finite=True),
            name="source.0",
        )
        return mixed[:, 0]


class Recurrent(Network):
    """RNN, GRU or LSTM encoder and decoder with the attention of one's choice between them.

    `source` is how many words it has, or what reads it in place of a table and an encoder.
    """

    def __init__(self, options: NetworkOptions, source: int | nn.Module, target_words: int) -> None:
        super().__init__()
        if options.order not in ORDERS:
            raise unknown("order", options.order, list(ORDERS))
        self.options, width = options, options.width
        self.luong, self.late = options.order == "luong", options.order == "late"
        if isinstance(source, int):
            self.source_table = nn.Embedding(source, width)
        self.target_table = self.source_table if options.shared else nn.Embedding(target_words, width)
        if isinstance(source, int):
            self.encoder = RecurrentEncoder(width, options.cell, options.layers, options.two_way)
        self.bridge = nn.Linear(width, width)
        self.reader = Reader(options)
        self.cell = Steps(width, width, options.cell) if self.late else Cell(2 * width, width, options.cell)
        self.mix = nn.Linear(3 * width if options.order == "bahdanau" else 2 * width, width)
        self.dropout = Dropout(options.dropout)
        self.output = Output(self.target_table)
        for table in [each for each in self.children() if isinstance(each, nn.Embedding)]:
            nn.init.normal_(table.weight, std=width**-0.5)
        if not isinstance(source, int):
            self.source = source

    def encode_tokens(self, tokens: Tensor, lengths: Tensor) -> Encoded:
        """The source tokens (b, k), read."""
        with self._precision(tokens):
            states, last = self.encoder(self._embedded(self.source_table, tokens), lengths)
        return Encoded(self.dropout(states) if self.late else states, lengths, last)

    def decode(self, encoded: Encoded, target: Tokens) -> States:
        """States (b, q, m) after each target token."""
        if self.late:
            return self._at_once(self._embedded(self.target_table, target), self.start(encoded))[0]
        with _full_precision(target):
            words, state, read = self._embedded(self.target_table, target), self.start(encoded), []
            for word in words.unbind(1):
                state, context = self._advance(word, state)
                read.append((state.given if self.luong else state.cell.shown, context))
            given, contexts = (torch.stack(each, 1) for each in zip(*read, strict=True))
            states: States = self.dropout(given if self.luong else self._give(given, contexts, words))
        return states

    def start(self, encoded: Encoded) -> RecurrentState:
        """The state before the first token: z₀ = tanh(W · the encoder's last state)."""
        assert encoded.last is not None
        shown = torch.tanh(self.bridge(encoded.last))
        zero = torch.zeros_like(shown)
        return RecurrentState(CellState(shown, zero), zero, encoded, self.reader.keys(encoded.states))

    def step(self, token: Tensor, state: RecurrentState) -> tuple[OneState, RecurrentState]:  # type: ignore[override]
        """The state (b, m) after one more token (b)."""
        word = self._embedded(self.target_table, token)
        if self.late:
            states, state = self._at_once(word[:, None], state)
            return states[:, 0], state
        state, context = self._advance(word, state)
        given = state.given if self.luong else self._give(state.cell.shown, context, word)
        return self.dropout(given), state

    def _at_once(self, words: States, state: RecurrentState) -> tuple[States, RecurrentState]:
        """States (b, q, m) after each word, in the late order, and the state after the last."""
        shown, cell = self.cell(words, state.cell)
        given = self._give(self.dropout(shown), self.reader.all(shown, state.encoded, state.keys))
        return self.dropout(given), state._replace(cell=cell)

    def _precision(self, tokens: Tensor) -> AbstractContextManager[object]:
        """Sequences whose steps are one call gain from bf16 (an LSTM's training on a CPU: up to twice as fast)."""
        return nullcontext() if self.late else _full_precision(tokens)

    def _advance(self, word: OneState, state: RecurrentState) -> tuple[RecurrentState, OneState]:
        """The state after a word, and the context it was read with. Only Luong's order feeds what is given out back."""
        cell, given, encoded, keys = state
        if self.luong:
            cell = self.cell(torch.cat((word, given), -1), cell)
            context = self.reader(cell.shown, encoded, keys)
            given = self._give(cell.shown, context)
        else:
            context = self.reader(cell.shown, encoded, keys)
            cell = self.cell(torch.cat((word, context), -1), cell)
        return RecurrentState(cell, given, encoded, keys), context

    def _give(self, *parts: Tensor) -> Tensor:
        """o, of one step or of all at once."""
        return torch.tanh(self.mix(torch.cat(parts, -1)))

    def _embedded(self, table: nn.Embedding, tokens: Tensor) -> Tensor:
        words: Tensor = self.dropout(table(tokens) * math.sqrt(self.options.width))
        return words
