"""Beam search over any network, batched; a beam of one is greedy.

A hypothesis is scored log p(target | source) / lengthᵅ, its length counting the end token; α = 0 prefers short
sentences, 1 is the mean log-probability of a token. A source is finished when no hypothesis still growing can beat
its n best finished ones, when as many have finished as the beam keeps, or at its longest allowed target; its rows
then leave the batch.
"""

from dataclasses import dataclass, field
from math import isfinite
from typing import NamedTuple

import torch
from torch import Tensor

from regard.errors import DataError, OptionError
from regard.inputs.text import BEGIN, END
from regard.layers.state import State
from regard.networks.base import Encoded, Network

STEEPEST = 10
"""The greatest exponent of a length: beyond, powers of long ones are no numbers any more."""


class Hypothesis(NamedTuple):
    """One target: its tokens without the end token, its score, and whether it ended by itself."""

    tokens: list[int]
    score: float
    ended: bool


@dataclass(frozen=True)
class Search:
    """How to search: hypotheses kept, targets returned, the exponent α of the length."""

    beam: int = 5
    n_best: int = 1
    length_penalty: float = 1.0

    def __post_init__(self) -> None:
        """Raises OptionError for a search that cannot be."""
        if self.beam < 1 or self.n_best < 1:
            got = f"beam {self.beam}, n-best {self.n_best}"
            raise OptionError("search: the beam and the targets returned are at least 1", got=got, hint="--beam 5")
        if not abs(self.length_penalty) <= STEEPEST:
            rule = f"search: the length penalty is a number from -{STEEPEST} to {STEEPEST}"
            raise OptionError(rule, got=str(self.length_penalty), hint="1.0")

    def penalised(self, log_probability: float, length: int) -> float:
        """The score that hypotheses are ranked by."""
        return log_probability / float(max(length, 1) ** self.length_penalty)


@dataclass
class _Row:
    """One source under search."""

    number: int
    longest: int
    finished: list[Hypothesis] = field(default_factory=list)

    def add(self, hypothesis: Hypothesis, keep: int) -> None:
        self.finished.append(hypothesis)
        self.finished.sort(key=lambda each: (not each.ended, -each.score))
        del self.finished[keep:]


@torch.inference_mode()
def search(network: Network, encoded: Encoded, longest: list[int], how: Search) -> list[list[Hypothesis]]:
    """For every source its n best targets, best first; those that did not end come last.

    Targets have at most `longest[row]` tokens; one that long counts as not ended. Raises DataError where the network
    scores nothing but NaN.

    Cost: one decoder step of rows × beam sequences a token.
    """
    rows = [_Row(number, limit) for number, limit in enumerate(longest)]
    device = encoded.states.device
    start = torch.arange(len(rows), device=device).repeat_interleave(how.beam)
    state: State = network.start(encoded).select(start)
    tokens = torch.full((len(rows) * how.beam, 1), BEGIN, device=device)
    scores = torch.full((len(rows), how.beam), -torch.inf, device=device)
    scores[:, 0] = 0
    done: dict[int, list[Hypothesis]] = {}
    while rows:
        states, state = network.step(tokens[:, -1], state)
        words = network.output(states)
        scores, parents, last = _grow(scores, words, how.beam, rows, tokens, how)
        tokens = torch.cat((tokens[parents], last[:, None]), 1)
        best = scores[:, 0].tolist()
        going = [i for i, row in enumerate(rows) if not _settled(row, tokens, scores, i, best[i], how)]
        for i, row in enumerate(rows):
            if row.finished and i not in going:
                done[row.number] = row.finished[: how.n_best]
        if len(going) == len(rows):
            state = state if how.beam == 1 else state.select(parents, same_source=True)
            continue
        rows = [rows[i] for i in going]
        kept = torch.tensor(going, device=device, dtype=torch.long)
        members = (kept[:, None] * how.beam + torch.arange(how.beam, device=device)).flatten()
        state, tokens, scores = state.select(parents[members]), tokens[members], scores[kept]
    return [done[number] for number in range(len(longest))]


def _grow(
    scores: Tensor, words: Tensor, beam: int, rows: list[_Row], tokens: Tensor, how: Search
) -> tuple[Tensor, Tensor, Tensor]:
    """One more token: the new scores (rows, beam), which sequences they continue, and their last tokens.

    Twice as many candidates as hypotheses are looked at, so that those which end leave enough that go on.
    """
    count, vocabulary = scores.shape[0], words.shape[-1]
    words[:, :END] = -torch.inf  # padding, the unknown word and the beginning are never written
    totals = (scores[:, :, None] + words.view(count, beam, vocabulary)).flatten(1)
    best, places = totals.topk(min(2 * beam, totals.shape[1]), dim=1)
    origins, last = places // vocabulary, places % vocabulary
    ended = last == END
    for i, j in (ended & best.isfinite())[:, :beam].nonzero().tolist():
        line = tokens[i * beam + int(origins[i, j])].tolist()[1:]
        score = how.penalised(float(best[i, j]), len(line) + 1)
        rows[i].add(Hypothesis(line, score, True), max(beam, how.n_best))
    best = best.masked_fill(ended, -torch.inf)
    scores, order = best.topk(beam, dim=1)
    parents = origins.gather(1, order) + torch.arange(count, device=scores.device)[:, None] * beam
    return scores, parents.flatten(), last.gather(1, order).flatten()


def _settled(row: _Row, tokens: Tensor, scores: Tensor, i: int, best: float, how: Search) -> bool:
    """Whether a source needs no more steps; one that reached its longest target gets what it has so far."""
    length = tokens.shape[1] - 1
    if not row.finished and not isfinite(best):
        raise DataError(
            "search: the network's scores must be numbers",
            got="NaN or infinity for every word",
            hint="its training has diverged: train again with a smaller --learning-rate",
        )
    if length >= row.longest:
        for j in range(scores.shape[1]):
            if len(row.finished) < how.n_best and scores[i, j].isfinite():
                line = tokens[i * scores.shape[1] + j].tolist()[1:]
                row.add(Hypothesis(line, how.penalised(float(scores[i, j]), length), False), how.n_best)
        return True
    if len(row.finished) < how.n_best:
        return False
    # Log-probabilities only fall, and the longest target divides by most: nothing growing can score above this.
    hope = max(how.penalised(best, length + 1), how.penalised(best, row.longest + 1))
    return row.finished[how.n_best - 1].score >= hope or len(row.finished) >= how.beam
