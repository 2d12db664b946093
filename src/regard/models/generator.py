"""The generator: a text goes on, token by token, and of every text it can be told how likely it is."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from regard.data.batches import cut
from regard.data.stream import Stream, Stretches, places_told
from regard.decoding.sampling import Drawn, Sampling, sample
from regard.inputs.text import END, UNKNOWN, Text
from regard.inputs.text.normal import normalized
from regard.models.limits import check_allowed
from regard.models.nats import Surprise, nats_of
from regard.models.numbers import numbers_of
from regard.models.wording import Continuation, Wording
from regard.networks.language import Language

TOKENS = 8192
"""Tokens that are read together unless it is said otherwise; nothing depends on it."""
SAMPLING = Sampling()


class Generator(Wording):
    """A tokenizer and a language model. A line end is a token, END, and what a text begins with is one, too.

    `each_line` says that every line is a text of its own; else all lines are one continuous text.
    """

    def __init__(self, text: Text, network: Language, each_line: bool) -> None:
        super().__init__(text)
        self.network, self.each_line = network, each_line

    @property
    def device(self) -> torch.device:
        """Where the network lives."""
        return next(self.network.parameters()).device

    def stream(self, lines: Sequence[str]) -> Stream:
        """The lines as the network reads them."""
        return stream_of(self.text, lines, self.each_line)

    def surprise(self, lines: Sequence[str], batch_tokens: int = TOKENS) -> Surprise:
        """How unlikely each line is, given those before it where the text is continuous.

        A token is told from at least half a window before it, as far as there is so much.
        """
        stream = self.stream(lines)
        nats = np.zeros(len(stream), np.float64)
        with torch.inference_mode():
            for chosen, states, tokens in self.told(stream, self.stretches(stream), batch_tokens):
                nats[places_told(chosen)] = nats_of(self.network.scores, states, tokens)
        ends = np.flatnonzero(stream.tokens == END)
        characters = np.array([len(normalized(line)) + 1 for line in lines], np.int64)
        unknown = int((stream.tokens == UNKNOWN).sum())
        return Surprise(np.add.reduceat(nats, ends[:-1]), np.diff(ends), characters, unknown)

    def stretches(self, stream: Stream) -> Stretches:
        """The pieces in which a text is told: every token once, from at least half a window before it."""
        window = self.network.options.longest
        return stream.stretches(window, context=window - max(1, window // 2))

    def told(
        self, stream: Stream, stretches: Stretches, batch_tokens: int = TOKENS
    ) -> Iterator[tuple[Stretches, Tensor, Tensor]]:
        """Every stretch once, in batches: the states (t, m) that its tokens are told from, and these tokens (t).

        They are in the order of `places_told`.
        """
        self.network.eval()
        order = np.argsort(-stretches.lengths, kind="stable")
        for part in cut(stretches.lengths[order], stretches.lengths[order], batch_tokens):
            chosen = stretches.take(order[part])
            before, after, told = stream.rows(chosen).to(self.device)
            yield chosen, self.network(before)[told], after[told]

    def generate(
        self,
        prefixes: Sequence[str],
        how: Sampling = SAMPLING,
        *,
        first: int = 0,
        rows: int = 64,
        numbers: Sequence[int] | None = None,
    ) -> list[Continuation]:
        """A continuation of each prefix, which may hold line ends; of an empty one, a text from its beginning.

        Drawn from the seed and the prefix's number, counted from `first` unless `numbers` are given; `rows` are drawn
        together. Raises DataError where what the rules allow has no room.
        """
        check_allowed(how)
        self.network.eval()
        numbers = range(first, first + len(prefixes)) if numbers is None else numbers
        begun = [[END, *self.numbers(prefix)] for prefix in prefixes]
        order = sorted(range(len(begun)), key=lambda i: len(begun[i]))
        found: dict[int, Drawn] = {}
        for start in range(0, len(order), rows):
            part = order[start : start + rows]
            drawn = sample(self.network, [begun[i] for i in part], [numbers[i] for i in part], how)
            found.update(zip(part, drawn, strict=True))
        return [self.continuation(begun[i], found[i]) for i in range(len(begun))]


def stream_of(text: Text, lines: Sequence[str], each_line: bool) -> Stream:
    """Lines as one row of tokens, END before the first and after each; four bytes a token."""
    tokens = np.concatenate((np.array([END], np.int32), numbers_of(text, lines).flat))
    return Stream(tokens, np.flatnonzero(tokens == END) if each_line else np.array([0, len(tokens) - 1]))
