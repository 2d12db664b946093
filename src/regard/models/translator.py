"""The translator: text in, a network, text out, and which source pieces each target piece was read from."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from regard.attend import Seen, observed
from regard.data.batches import cut
from regard.data.ragged import Ragged
from regard.decoding.beam import Hypothesis, Search, search
from regard.errors import DataError, OptionError
from regard.inputs.text import BEGIN, Text
from regard.models.numbers import numbers_of
from regard.networks.base import Network

BEAM_OF_FIVE = Search()
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

    The last source piece and the last target piece are the end tokens.
    """

    source: list[str]
    target: list[str]
    weights: Tensor


class Translator:
    """Two tokenizers (one object where they are joint) and the network between them."""

    def __init__(self, source: Text, target: Text, network: Network) -> None:
        self.source, self.target, self.network = source, target, network

    @property
    def device(self) -> torch.device:
        """Where the network lives."""
        return next(self.network.parameters()).device

    @property
    def _room(self) -> int:
        """Most pieces a target can have, or a source with its end token."""
        options = self.network.options
        learned = options.network == "transformer" and options.positions == "learned"
        return options.longest if learned else sys.maxsize

    def numbers(self, lines: Sequence[str]) -> Ragged:
        """The source lines as the network reads them: their pieces and the end token."""
        return numbers_of(self.source, lines)

    def check_room(self, lengths: Iterable[int], where: Where = _numbered) -> None:
        """Raises DataError for the first source, of these lengths, that has more pieces than positions were learned."""
        for index, length in enumerate(lengths):
            if length > self._room:
                raise DataError(
                    f"{where(index)}: the source may have at most {self._room - 1:,} tokens, for which the model "
                    "has learned positions",
                    got=f"{length - 1:,} tokens",
                    hint="break it into sentences, or train with --positions sinusoidal or a larger --longest",
                )

    def translate(
        self,
        lines: Sequence[str],
        how: Search = BEAM_OF_FIVE,
        *,
        batch_tokens: int = 2048,
        longest: int | None = None,
        where: Where = _numbered,
    ) -> list[list[Candidate]]:
        """For each line its n best translations, best first; a blank line gives one blank translation.

        Args:
            lines: the source, one text each.
            how: beam, n-best and length penalty.
            batch_tokens: source tokens decoded together; the translations do not depend on it.
            longest: pieces a target may have; twice the source's and 20 more unless given, and never more than the
                positions a network has learned. A target that was stopped there has `ended` False.
            where: what errors call a line, by its index.
        """
        self.network.eval()
        results: list[list[Candidate]] = [[Candidate("", [], 0.0, True)] for _ in lines]
        filled = np.array([i for i, line in enumerate(lines) if line.strip()], np.int64)
        numbers = self.numbers([lines[i] for i in filled])
        self.check_room(numbers.lengths, lambda index: where(int(filled[index])))
        order = np.argsort(-numbers.lengths, kind="stable")
        for part in cut(numbers.lengths[order], numbers.lengths[order], batch_tokens):
            tokens, lengths = numbers.padded(order[part])
            limits = [min(longest or 2 * int(length) + 20, self._room) for length in lengths]
            with torch.inference_mode():
                encoded = self.network.encode(tokens.to(self.device), lengths.to(self.device))
                found = search(self.network, encoded, limits, how)
            for place, row in zip(filled[order[part]], found, strict=True):
                results[place] = [self._candidate(each) for each in row]
        return results

    def read(self, source: str, target: Sequence[int] | str) -> Reading:
        """Where each piece of a target was read from in the source: mean weight of the heads and layers.

        One pass over the known target; the same numbers as step by step.
        """
        pieces = self.target.encode(target) if isinstance(target, str) else list(target)
        seen: dict[str, list[Tensor]] = {}

        def watch(call: Seen) -> None:
            if call.name.startswith("source."):
                seen.setdefault(call.name, []).append(call.weights().float().mean(1)[0])

        self.network.eval()
        numbers = self.numbers([source])
        self.check_room(numbers.lengths)
        tokens, lengths = numbers.padded([0])
        with torch.inference_mode(), observed(watch):
            encoded = self.network.encode(tokens.to(self.device), lengths.to(self.device))
            self.network.decode(encoded, torch.tensor([[BEGIN, *pieces]], device=self.device))
        shown = [self.target.token(piece) for piece in pieces]
        return Reading([*self.source.pieces(source), "</s>"], [*shown, "</s>"], joined(seen))

    def _candidate(self, hypothesis: Hypothesis) -> Candidate:
        tokens, score, ended = hypothesis
        return Candidate(self.target.decode(tokens), tokens, score, ended)


def joined(seen: dict[str, list[Tensor]]) -> Tensor:
    """Weights (q, k) out of the calls of one pass: single steps are put in a row, layers are averaged."""
    if not seen:
        raise OptionError(
            "alignment: the model must have attention",
            got="a network whose decoder reads only the last state",
            hint="train with --attention additive",
        )
    return torch.stack([torch.cat(calls) for calls in seen.values()]).mean(0).cpu()
