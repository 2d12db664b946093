"""The translator: texts or items in, a network, text out, and what each target piece was read from."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from regard.attend import Seen, observed
from regard.data.batches import cut
from regard.data.examples import Examples
from regard.decoding.beam import Search
from regard.decoding.growing import Hypothesis
from regard.errors import DataError, OptionError
from regard.inputs.base import Input
from regard.inputs.store import Store
from regard.inputs.text import BEGIN, Text
from regard.models.beside import side_by_side
from regard.models.limits import How, Limits, beginning, prefixed
from regard.models.numbers import Numbered, numbers_of
from regard.models.writing import Writing
from regard.networks.base import Network
from regard.networks.items import Source

BEAM_OF_FIVE = Search()
TOKENS, VECTORS = 2048, 8192
"""What is decoded together unless it is said otherwise, of texts and of items."""

Sources = Sequence[str] | Examples | Store
"""Texts, or items with their kind and where each came from, encoded already or not."""

Where = Callable[[int], str]
"""Says where a line stands: 0 → `train.de:1`."""


def _numbered(index: int) -> str:
    return f"line {index + 1}"


class Candidate(NamedTuple):
    """One translation: its text, its pieces' numbers, its score, and whether it ended before the longest length."""

    text: str
    tokens: list[int]
    score: float
    ended: bool


class Reading(NamedTuple):
    """What each target piece read: display pieces and weights (q, k); rows sum to one if the normalizer makes them.

    The last target piece, and of texts the last source piece, are the end tokens.
    """

    source: list[str]
    target: list[str]
    weights: Tensor


class Translator:
    """What reads the source, a tokenizer or an input of any kind, the target's tokenizer, and the network between them.

    Where both sides are texts, their tokenizers may be one object.
    """

    def __init__(self, source: Text | Input, target: Text, network: Network) -> None:
        self.source, self.target, self.network = source, target, network
        self.writing = Writing(network)

    @property
    def device(self) -> torch.device:
        """Where the network lives."""
        return next(self.network.parameters()).device

    @property
    def room(self) -> int:
        """Most pieces a target can have, or a source with its end token."""
        options = self.network.options
        learned = options.network != "recurrent" and options.positions == "learned"
        return options.longest if learned else sys.maxsize

    def stored(self, sources: Sources) -> Numbered | Store:
        """The sources as the network reads them."""
        return stored(self.source, sources)

    def check_room(self, lengths: Iterable[int], where: Where = _numbered) -> None:
        """Raises DataError for the first source, of these lengths, that has more pieces than positions were learned."""
        for index, length in enumerate(lengths):
            if length > self.room:
                raise DataError(
                    f"{where(index)}: the source may have at most {self.room - 1:,} tokens, for which the model "
                    "has learned positions",
                    got=f"{length - 1:,} tokens",
                    hint="break it into sentences, or train with --positions sinusoidal or a larger --longest",
                )

    def translate(
        self,
        sources: Sources,
        how: How = BEAM_OF_FIVE,
        *,
        batch_tokens: int | None = None,
        longest: int | None = None,
        prefixes: Sequence[str] | None = None,
        where: Where = _numbered,
    ) -> list[list[Candidate]]:
        """For each source its n best translations, best first, or those that are drawn, as they come.

        A blank line gives one blank translation.

        Args:
            sources: texts in a list, or the items of a model that reads items.
            how: a `Search` (beam, n-best, penalties, rules) or `Draws`.
            batch_tokens: source tokens, or vectors, decoded together; the translations do not depend on it.
            longest: pieces a target may have; unless given, twice the source's and 20 more, or what training found
                items to need, and never more than the positions a network has learned. A target that was stopped there
                has `ended` False.
            prefixes: what the target of each source begins with, "" for nothing; more pieces by as many.
            where: what errors call a line, by its index.
        """
        if self.network.training:
            self.network.eval()
        results: list[list[Candidate]] = [[Candidate("", [], 0.0, True)] for _ in range(len(sources))]
        filled, there = _filled(sources)
        given = prefixed(self.target, prefixes, len(sources), where) if prefixes else [[]] * len(sources)
        known, limits = self.stored(there), Limits.of(how, longest, self.room)
        self.check_room(known.lengths, lambda index: where(int(filled[index])))
        order = np.argsort(-known.lengths, kind="stable")
        together = batch_tokens or (VECTORS if isinstance(sources, Examples | Store) else TOKENS)

        def write(part: slice) -> None:
            batch, places = known.batch(order[part]).to(self.device), filled[order[part]].tolist()
            most = [
                limits.limit(self._limit(length), len(given[place]), where, place)
                for length, place in zip(batch.lengths.tolist(), places, strict=True)
            ]
            found = self.writing.targets(batch, most, beginning(how, [given[place] for place in places]), places)
            for place, row in zip(places, found, strict=True):
                results[place] = [self._candidate(each) for each in row]

        self.writing.make_ready()
        side_by_side(write, cut(known.lengths[order], known.lengths[order], together), self.device)
        return results

    def read(self, source: Any, target: Sequence[int] | str) -> Reading:
        """Where each piece of a target was read from in the source: mean weight of the heads and layers.

        One pass over the known target; the same numbers as step by step.
        """
        pieces = self.target.encode(target) if isinstance(target, str) else list(target)
        seen: dict[str, list[Tensor]] = {}

        def watch(call: Seen) -> None:
            if call.name.startswith("source."):
                seen.setdefault(call.name, []).append(call.weights().float().mean(1)[0])

        self.network.eval()
        sources = [source] if isinstance(self.source, Text) else Examples(self.source.kind, [source], origin="source")
        known = self.stored(sources)
        self.check_room(known.lengths)
        with torch.inference_mode(), observed(watch):
            encoded = self.network.encode(*known.batch([0]).to(self.device))
            self.network.decode(encoded, torch.tensor([[BEGIN, *pieces]], device=self.device))
        shown = [self.target.token(piece) for piece in pieces]
        weights = joined(seen, self.network.options.members)
        return Reading(self._names(source), [*shown, "</s>"], weights)

    def _names(self, source: Any) -> list[str]:
        """What each state of the source is called."""
        if isinstance(self.source, Text):
            return [*self.source.pieces(source), "</s>"]
        assert isinstance(self.network.source, Source), "items are read by their own part of a network"
        return self.network.source.halved(self.source.names(source))

    def _limit(self, length: int) -> int:
        """Most pieces of the target of so long a source."""
        if isinstance(self.network.source, Source):
            return self.network.source.how.most_tokens
        return 2 * length + 20

    def _candidate(self, hypothesis: Hypothesis) -> Candidate:
        tokens, score, ended = hypothesis
        return Candidate(self.target.decode(tokens), tokens, score, ended)


def stored(source: Text | Input, sources: Sources) -> Numbered | Store:
    """Texts as their pieces and the end token, items as their vectors."""
    if isinstance(sources, Store):
        return sources
    if isinstance(sources, Examples):
        assert not isinstance(source, Text), "items are read by an input"
        return Store(source, sources)
    assert isinstance(source, Text), "texts are read by a tokenizer"
    return Numbered(numbers_of(source, sources))


def _filled(sources: Sources) -> tuple[NDArray[np.int64], Sources]:
    """The sources that are not blank, and their numbers among all."""
    if isinstance(sources, Examples | Store):
        return np.arange(len(sources)), sources
    filled = [index for index, line in enumerate(sources) if line.strip()]
    return np.array(filled, np.int64), [sources[index] for index in filled]


def joined(seen: dict[str, list[Tensor]], members: int = 1) -> Tensor:
    """Weights (q, k) out of the calls of one pass: single steps are put in a row, layers and members are averaged."""
    if not seen:
        raise OptionError(
            "alignment: the model must have attention",
            got="a network whose decoder reads only the last state",
            hint="train with --attention additive",
        )
    rows = torch.stack([torch.cat(calls) for calls in seen.values()]).mean(0)
    return rows.view(members, -1, rows.shape[-1]).mean(0).cpu()
