"""The decoder-only transformer: causal self-attention over the tokens so far."""

import math
from typing import NamedTuple

from torch import Tensor, nn

from regard.layers.attention import Carried
from regard.layers.causal import CausalBlock
from regard.layers.dropout import Dropout
from regard.layers.encodings import LearnedPositions, LearnedRaster, Sinusoidal
from regard.layers.output import Output
from regard.layers.state import State
from regard.networks.base import NetworkOptions, attention_of
from regard.networks.language.base import Language
from regard.shapes import States, Tokens

SMALL = 0.02
"""Deviation of the table's first numbers, as in GPT-2."""


class Past(NamedTuple):
    """What a transformer carries: what each block does, and how many tokens were read."""

    blocks: tuple[Carried, ...]
    read: int

    def select(self, rows: Tensor, *, same_source: bool = False) -> "Past":
        """The given rows, in that order."""
        return Past(tuple(each.select(rows) for each in self.blocks), self.read)


class LanguageTransformer(Language):
    """Blocks of causal attention and feed-forward over one table of tokens, which scores the next ones, too.

    Radford et al. 2018, "Improving Language Understanding by Generative Pre-Training", section 3.1; pre- or post-norm.
    Cost of training: about 6 operations a parameter and token, and 6·layers·n·m for attention over n tokens.
    """

    def __init__(self, options: NetworkOptions, words: int) -> None:
        super().__init__()
        self.options = options
        self.table = nn.Embedding(words, options.width)
        self.output = Output(self.table)
        self.positions = self._positions()
        self.dropout = Dropout(options.dropout)
        self.blocks = nn.ModuleList(self._block(i) for i in range(options.layers))
        self.norm = nn.LayerNorm(options.width) if options.norm == "pre" else nn.Identity()
        self._initialise()

    def forward(self, tokens: Tokens) -> States:
        """States (b, n, m) after each token of whole sequences (b, n)."""
        states = self._embedded(tokens, 0)
        for block in self.blocks:
            states = block(states)
        result: States = self.norm(states)
        return result

    def advance(self, tokens: Tokens, state: State | None = None) -> tuple[States, Past]:
        """States (b, n, m) after each of n more tokens (b, n), and what is carried of all so far."""
        assert state is None or isinstance(state, Past)
        start = 0 if state is None else state.read
        states = self._embedded(tokens, start)
        present = []
        for i, block in enumerate(self.blocks):
            assert isinstance(block, CausalBlock)
            states, past = block.advance(states, None if state is None else state.blocks[i])
            present.append(past)
        return self.norm(states), Past(tuple(present), start + tokens.shape[1])

    def _embedded(self, tokens: Tokens, start: int) -> States:
        """Words and their positions, of which the first is at `start`."""
        states = self.table(tokens) * math.sqrt(self.options.width)
        if self.positions is not None:
            states = self.positions(states, start)
        result: States = self.dropout(states)
        return result

    def _positions(self) -> nn.Module | None:
        """What adds positions to words; None where they belong to the scores."""
        o = self.options
        if o.positions == "learned" and o.columns:
            return LearnedRaster(o.width, o.longest // o.columns, o.columns)
        if o.positions == "learned":
            return LearnedPositions(o.width, o.longest)
        return None if o.position else Sinusoidal(o.width, o.columns or None)

    def _block(self, i: int) -> CausalBlock:
        o = self.options
        attention = attention_of(o, f"past.{i}", o.position, o.reads[i])
        return CausalBlock(attention, o.feed_forward, o.norm, o.dropout)

    def _initialise(self) -> None:
        """Xavier's; what ends in the sum of all blocks is smaller the more of them there are.

        Words begin small beside what blocks add, so that the shared table does not at first tell each token to come
        again: 4.4 nats at the first update instead of 13 (65 characters, width 256). Sinusoids need words their size.
        """
        blocks = [block for block in self.blocks if isinstance(block, CausalBlock)]
        last = {part for each in blocks for part in (each.attention.output, each.feed_forward.outer)}
        for module in self.modules():
            if isinstance(module, nn.Linear):
                gain = 1 / math.sqrt(2 * self.options.layers) if module in last else 1.0
                nn.init.xavier_uniform_(module.weight, gain)
                nn.init.zeros_(module.bias)
        nn.init.normal_(self.table.weight, std=SMALL if self.positions is None else self.options.width**-0.5)
