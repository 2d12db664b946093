"""Beam search in the native core: many tokens in one call, so that nothing of Python stands between two steps.

The same hypotheses as `Growing`'s of the same network, which judges it, and the same scores (src/native/search.h).
"""

from collections.abc import Callable
from ctypes import Array, c_char, create_string_buffer

import torch
from torch import Tensor

from regard.decoding.growing import Beam, Hypothesis, diverged
from regard.inputs.text import BEGIN, END
from regard.kernels.likeliest import MOST
from regard.kernels.native_call import done
from regard.layers.encodings import LearnedPositions
from regard.native import SEARCH, SO_FAR, address, library
from regard.networks.base import Encoded
from regard.networks.pooled import Pool, PooledDecoder, Where
from regard.networks.transformer import Transformer

AT_ONCE = 16
"""Tokens after which Python has its turn: Ctrl-C acts within some."""
DIVERGED = 2


def suits(decoder: PooledDecoder, longest: list[int], how: Beam) -> bool:
    """Whether hypotheses can grow in the core: no wider than words are found, no longer than positions are known."""
    positions = decoder.network.target_positions
    learned = isinstance(positions, LearnedPositions) and max(longest) > len(positions.table)
    return how.looked_at <= MOST and not learned


class PooledSearch:
    """Sources under search by one decoder."""

    def __init__(self, decoder: PooledDecoder, encoded: Encoded, longest: list[int], how: Beam) -> None:
        start, sources, most = decoder.start(encoded), len(longest), max(longest)
        self.decoder, self.how, self.source = decoder, how, start.source
        self.pool: Pool = start.pool
        self.at_work, self.position, self.free, self.now = sources, 0, 0, 0
        rows, self.row, self.keep = sources * how.beam, most + 2, max(how.beam, how.n_best)
        self.slots = torch.zeros(2, rows, self.row, dtype=torch.int32)
        self.tokens = torch.full((2, rows, self.row), BEGIN, dtype=torch.int32)
        self.starts, self.counts = (
            each.repeat_interleave(how.beam) for each in (self.source.starts, self.source.counts)
        )
        self.scores = torch.full((sources, how.beam), -torch.inf)
        self.scores[:, 0] = 0
        self.numbers, self.limits = torch.arange(sources), torch.tensor(longest)
        self.held = torch.zeros(sources, dtype=torch.int64)
        self.finished = torch.zeros(sources, self.keep, dtype=torch.float64)
        self.lengths = torch.zeros(sources, self.keep, dtype=torch.int64)
        self.written = torch.zeros(sources, self.keep, self.row, dtype=torch.int32)
        network = decoder.network
        self.states, self.table = torch.empty(rows, network.options.width), network.target_table.weight
        self.positions = _positions(network, most)
        self.choice, self._kept = decoder.output.choice(self.states, how.looked_at, END)

    def go(self, steps: int) -> None:
        """So many tokens more, or as many as there are places for; none where no source is left."""
        rows = self.at_work * self.how.beam
        self.pool.used = self.free
        pool, slots, free = self.pool.take(rows, self.slots[self.now, :rows, : self.position])
        if pool is not self.pool:
            self.pool, self.slots[self.now, :rows, : self.position] = pool, slots
        steps = min(steps, (pool.places - free) // rows)
        call = self._call(SO_FAR.pack(self.at_work, self.position, free, self.now, steps))
        code = library().search(call)
        if code == DIVERGED:
            raise diverged("search", "NaN or infinity")
        done(code)
        self.at_work, self.position, self.free, self.now, _ = SO_FAR.unpack_from(call, len(call) - SO_FAR.size)

    def found(self) -> list[list[Hypothesis]]:
        """For every source its n best targets, as `Growing` tells them."""
        kept = [min(held, self.how.n_best) for held in self.held.tolist()]
        scores, lengths = self.finished.tolist(), self.lengths.tolist()
        return [
            [self._hypothesis(self.written[i, j], scores[i][j], lengths[i][j]) for j in range(count)]
            for i, count in enumerate(kept)
        ]

    @staticmethod
    def _hypothesis(line: Tensor, score: float, length: int) -> Hypothesis:
        ended = length >= 0
        return Hypothesis(line[: length if ended else -1 - length].tolist(), score, ended)

    def _call(self, so_far: bytes) -> "Array[c_char]":
        """The search as the core sees it."""
        where = Where(self.states, self.slots[0], self.starts, self.counts)
        step = self.decoder.told(self.pool, self.source, where, *3 * (0,))
        lines = (*self.slots, *self.tokens, self.starts, self.counts, self.scores, self.numbers, self.limits, self.held)
        fixed = SEARCH.pack(
            address(self.table),
            address(self.positions),
            self.decoder.network.options.width**0.5,
            *map(address, (*lines, self.finished, self.lengths, self.written)),
            *(self.row, self.how.beam, self.how.n_best, self.keep, END),
            self.how.length_penalty,
        )
        call = step + self.choice + fixed + so_far
        return create_string_buffer(call, len(call))


def search_pooled(
    decoder: PooledDecoder, encoded: Encoded, longest: list[int], how: Beam, told: Callable[[], object] | None = None
) -> list[list[Hypothesis]]:
    """What `Growing` finds; `told` is called before each token."""
    search = PooledSearch(decoder, encoded, longest, how)
    while search.at_work:
        if told is not None:
            told()
        search.go(AT_ONCE if told is None else 1)
    return search.found()


def _positions(network: Transformer, most: int) -> Tensor | None:
    """What is added to the first `most` words (most, m)."""
    positions = network.target_positions
    return None if positions is None else positions(torch.zeros(1, most, network.options.width))[0].contiguous()
