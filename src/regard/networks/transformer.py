"""The Transformer: every position reads every other at once; the decoder reads its past and the source."""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from regard.layers.blocks import DecoderBlock, EncoderBlock
from regard.layers.dropout import Dropout
from regard.layers.encodings import LearnedPositions, Sinusoidal, positions_in
from regard.layers.output import Output
from regard.layers.state import KeyValue
from regard.mechanisms.masks import Causal, Documents, Mask, Padding
from regard.networks.base import Encoded, Network, NetworkOptions, Packed, attention_of
from regard.shapes import Lengths, OneState, States, Tokens


class TransformerState(NamedTuple):
    """What the decoder carries: its own past and the source, one of each a block, and how far it has come."""

    past: tuple[KeyValue | None, ...]
    source: tuple[KeyValue, ...]
    lengths: Lengths
    position: int

    def select(self, rows: Tensor, *, same_source: bool = False) -> "TransformerState":
        """The given rows, in that order; see `State`."""
        past = tuple(None if each is None else each.select(rows) for each in self.past)
        if same_source:
            return self._replace(past=past)
        source = tuple(each.select(rows) for each in self.source)
        return TransformerState(past, source, self.lengths.index_select(0, rows), self.position)


class Transformer(Network):
    """Encoder-decoder of Vaswani et al. 2017, arXiv 1706.03762, figure 1; pre- or post-norm.

    `source` is how many words it has, or what reads it in place of a table and an encoder.

    Cost of training: about 6 operations a parameter and token, and 12·layers·n·m for attention over n tokens.
    """

    def __init__(self, options: NetworkOptions, source: int | nn.Module, target_words: int) -> None:
        super().__init__()
        self.options, width, own = options, options.width, 0
        if isinstance(source, int):
            self.source_table, own = nn.Embedding(source, width), options.layers
        self.target_table = self.source_table if options.shared else nn.Embedding(target_words, width)
        self.output = Output(self.target_table)
        self.positions = self._positions()
        self.target_positions = self._positions() if options.positions == "learned" else self.positions
        self.dropout = Dropout(options.dropout)
        self.encoder = nn.ModuleList(self._encoder_block(i) for i in range(own))
        self.decoder = nn.ModuleList(self._decoder_block(i) for i in range(options.layers))
        final = nn.LayerNorm if options.norm == "pre" else nn.Identity
        self.encoder_norm = final(width) if own else nn.Identity()
        self.decoder_norm = final(width)
        self._initialise()
        if not isinstance(source, int):
            self.source = source

    def encode_tokens(self, tokens: Tensor, lengths: Lengths) -> Encoded:
        """The source tokens (b, k), read."""
        return Encoded(self._read(self.embedded_source(tokens), Padding(keys=lengths, finite=True)), lengths)

    def decode(self, encoded: Encoded, target: Tokens) -> States:
        """States (b, q, m) after each target token."""
        return self._advance(target, self.start(encoded))[0]

    def start(self, encoded: Encoded) -> TransformerState:
        """The state before the first token: the source's keys and values, computed once."""
        source = tuple(block.source.remember(encoded.states) for block in self._decoder_blocks())
        return TransformerState((None,) * len(source), source, encoded.lengths, 0)

    def step(self, token: Tensor, state: TransformerState) -> tuple[OneState, TransformerState]:  # type: ignore[override]
        """The state (b, m) after one more token (b)."""
        states, state = self._advance(token[:, None], state)
        return states[:, 0], state

    def packed(self, source: Packed, target: Packed) -> States:
        """States (1, q, m) after each target token, as `decode` has them for every pair alone."""
        words = self._embedded(self.source_table, self.positions, source.tokens, at=positions_in(source.ids))
        encoded = self._read(words, Documents(source.ids))
        states = self._embedded(self.target_table, self.target_positions, target.tokens, at=positions_in(target.ids))
        of_source, of_target = Documents(source.ids, target.ids), Causal() & Documents(target.ids)
        for block in self._decoder_blocks():
            states, _ = block(states, None, block.source.remember(encoded), of_source, of_target)
        return self.decoder_norm(states)  # type: ignore[no-any-return]

    def embedded_source(self, tokens: Tensor) -> States:
        """The vectors (b, k, m) of source tokens."""
        return self._embedded(self.source_table, self.positions, tokens)

    def embedded_target(self, target: Tokens, start: int) -> States:
        """The vectors (b, q, m) of target tokens, the first at position `start`."""
        return self._embedded(self.target_table, self.target_positions, target, start)

    def _read(self, states: States, mask: Mask) -> States:
        """The encoder's states of embedded words."""
        for block in self.encoder:
            states = block(states, mask)
        return self.encoder_norm(states)  # type: ignore[no-any-return]

    def _advance(self, target: Tokens, state: TransformerState) -> tuple[States, TransformerState]:
        states = self.embedded_target(target, state.position)
        mask = Padding(keys=state.lengths, finite=True)
        pasts = []
        for block, past, source in zip(self.decoder, state.past, state.source, strict=True):
            states, present = block(states, past, source, mask)
            pasts.append(present)
        after = state._replace(past=tuple(pasts), position=state.position + target.shape[1])
        return self.decoder_norm(states), after

    def _embedded(
        self, table: nn.Embedding, positions: nn.Module | None, tokens: Tensor, start: int = 0, at: Tensor | None = None
    ) -> States:
        words = table(tokens) * math.sqrt(self.options.width)
        states: Tensor = self.dropout(words if positions is None else positions(words, start, at))
        return states

    def _decoder_blocks(self) -> list[DecoderBlock]:
        return [block for block in self.decoder if isinstance(block, DecoderBlock)]

    def _positions(self) -> nn.Module | None:
        """What adds positions to words; None where they belong to the scores of self-attention."""
        if self.options.positions == "learned":
            return LearnedPositions(self.options.width, self.options.longest)
        return None if self.options.position else Sinusoidal(self.options.width)

    def _encoder_block(self, i: int) -> EncoderBlock:
        o = self.options
        return EncoderBlock(attention_of(o, f"encoder.{i}", o.position, o.reads[i]), o.feed_forward, o.norm, o.dropout)

    def _decoder_block(self, i: int) -> DecoderBlock:
        o = self.options
        itself = attention_of(o, f"decoder.{i}", o.position, o.reads[i])
        source = attention_of(o, f"source.{i}", reads=None)
        return DecoderBlock(itself, source, o.feed_forward, o.norm, o.dropout)

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
            elif isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=self.options.width**-0.5)
                with torch.no_grad():
                    module.weight[0].zero_()
