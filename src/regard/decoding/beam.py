"""Beam search over any network, batched; a beam of one is greedy.

A hypothesis is scored log p(target | source) / lengthᵅ, its length counting the end token; α = 0 prefers short
sentences, 1 is the mean log-probability of a token. A source is finished when no hypothesis still growing can beat
its n best finished ones, when as many have finished as the beam keeps, or at its longest allowed target; its rows
then leave the batch.
"""

from dataclasses import dataclass, field
from math import inf, isfinite
from typing import NamedTuple

import torch
from torch import Tensor, nn

from regard.decoding.coverage import Covered, Watched
from regard.decoding.rules import Rule, Step, apply, barred_by_all
from regard.errors import DataError, OptionError
from regard.inputs.text import BEGIN, END, UNKNOWN
from regard.layers.output import Output
from regard.layers.state import State
from regard.networks.base import Encoded, Stepped

STEEPEST = 10
"""The greatest exponent of a length: beyond, powers of long ones are no numbers any more."""


class Hypothesis(NamedTuple):
    """One target: its tokens without the end token, its score, and whether it ended by itself."""

    tokens: list[int]
    score: float
    ended: bool


@dataclass(frozen=True)
class Search:
    """How to search: hypotheses kept, targets returned, the exponent α of the length, and what is chosen beyond.

    `coverage_penalty` is β of decoding/coverage.py; `unknown` lets the unknown word be written; `rules` are about the
    next token.
    """

    beam: int = 5
    n_best: int = 1
    length_penalty: float = 1.0
    coverage_penalty: float = 0.0
    unknown: bool = False
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        """Raises OptionError for a search that cannot be."""
        if self.beam < 1 or self.n_best < 1:
            got = f"beam {self.beam}, n-best {self.n_best}"
            raise OptionError("search: the beam and the targets returned are at least 1", got=got, hint="--beam 5")
        if not abs(self.length_penalty) <= STEEPEST:
            rule = f"search: the length penalty is a number from -{STEEPEST} to {STEEPEST}"
            raise OptionError(rule, got=str(self.length_penalty), hint="1.0")
        if not (isfinite(self.coverage_penalty) and self.coverage_penalty >= 0):
            got = str(self.coverage_penalty)
            raise OptionError("search: the coverage penalty is at least 0", got=got, hint="0.2, or 0 for none")

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
def search(network: Stepped, encoded: Encoded, longest: list[int], how: Search) -> list[list[Hypothesis]]:
    """For every source its n best targets, best first; those that did not end come last.

    Targets have at most `longest[row]` tokens; one that long counts as not ended. Raises DataError where the network
    scores nothing but NaN.

    Cost: one decoder step of rows × beam sequences a token.
    """
    rows = [_Row(number, limit) for number, limit in enumerate(longest)]
    device = encoded.states.device
    start = torch.arange(len(rows), device=device).repeat_interleave(how.beam)
    stepped = Watched(network) if how.coverage_penalty else network
    state: State = stepped.start(encoded).select(start)
    tokens = torch.full((len(rows) * how.beam, 1), BEGIN, device=device)
    scores = torch.full((len(rows), how.beam), -torch.inf, device=device)
    scores[:, 0] = 0
    done: dict[int, list[Hypothesis]] = {}
    while rows:
        states, state = stepped.step(tokens[:, -1], state)  # type: ignore[arg-type]
        following = _following(stepped.output, states, rows, tokens, how)
        unread = _unread(state, len(tokens), how)
        scores, parents, last = _grow(scores, following, unread, rows, tokens, how)
        tokens = torch.cat((tokens[parents], last[:, None]), 1)
        best = scores[:, 0].tolist()
        unread = [unread[parent] for parent in parents.tolist()] if how.coverage_penalty else unread
        going = [i for i, row in enumerate(rows) if not _settled(row, tokens, scores, i, unread, how, best[i])]
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


def _following(
    output: nn.Module, states: Tensor, rows: list[_Row], tokens: Tensor, how: Search
) -> tuple[Tensor, Tensor]:
    """Log-probabilities (r, c) of the words (r, c) that may follow each sequence: as many as a source could take."""
    count = 2 * how.beam
    if isinstance(output, Output) and not how.rules and not how.unknown:
        return output.likeliest(states, count, END)
    words = _words(output(states), rows, tokens, how)
    values, places = words.topk(min(count, words.shape[1]), dim=1)
    return values, places


def _words(words: Tensor, rows: list[_Row], tokens: Tensor, how: Search) -> Tensor:
    """The log-probabilities of next words without what is never written, and after the rules."""
    words[:, : UNKNOWN if how.unknown else END] = -inf  # what is never written, and the unknown word unless it may be
    if how.unknown:
        words[:, BEGIN] = -inf
    if not how.rules:
        return words
    numbers = torch.tensor([row.number for row in rows], device=tokens.device).repeat_interleave(how.beam)
    return apply(how.rules, words, Step(tokens, torch.ones_like(numbers), numbers))


def _unread(state: State, count: int, how: Search) -> list[float]:
    """What each sequence pays for the source that it has not read."""
    if not how.coverage_penalty:
        return [0.0] * count
    assert isinstance(state, Covered), "a network that is watched"
    return [how.coverage_penalty * each for each in state.penalties()]


def _grow(
    scores: Tensor,
    following: tuple[Tensor, Tensor],
    unread: list[float],
    rows: list[_Row],
    tokens: Tensor,
    how: Search,
) -> tuple[Tensor, Tensor, Tensor]:
    """One more token: the new scores (rows, beam), which sequences they continue, and their last tokens.

    Twice as many candidates as hypotheses are looked at, so that those which end leave enough that go on.
    """
    (count, beam), (values, words) = scores.shape, following
    totals = (scores[:, :, None] + values.view(count, beam, -1)).flatten(1)
    best, places = totals.topk(min(2 * beam, totals.shape[1]), dim=1)
    origins, last = places // values.shape[1], words.view(count, -1).gather(1, places)
    ended = last == END
    if bool(ended.any()):
        for i, j in (ended & best.isfinite())[:, :beam].nonzero().tolist():
            origin = i * beam + int(origins[i, j])
            line = tokens[origin].tolist()[1:]
            score = how.penalised(float(best[i, j]), len(line) + 1) + unread[origin]
            rows[i].add(Hypothesis(line, score, True), max(beam, how.n_best))
        best, order = best.masked_fill(ended, -torch.inf).topk(beam, dim=1)
        origins, last = origins.gather(1, order), last.gather(1, order)
    firsts = torch.arange(0, count * beam, beam, device=scores.device)[:, None]
    return best[:, :beam], (origins[:, :beam] + firsts).flatten(), last[:, :beam].flatten()


def _settled(row: _Row, tokens: Tensor, scores: Tensor, i: int, unread: list[float], how: Search, best: float) -> bool:
    """Whether a source needs no more steps; one that reached its longest target gets what it has so far."""
    length, beam = tokens.shape[1] - 1, scores.shape[1]
    if best == -inf and row.finished:
        return True
    if best == -inf and how.rules:
        raise barred_by_all("search")
    if not row.finished and not isfinite(best):
        raise DataError(
            "search: the network's scores must be numbers",
            got="NaN or infinity for every word",
            hint="its training has diverged: train again with a smaller --learning-rate",
        )
    if length >= row.longest:
        for j in range(beam):
            if len(row.finished) < how.n_best and scores[i, j].isfinite():
                line = tokens[i * beam + j].tolist()[1:]
                score = how.penalised(float(scores[i, j]), length) + unread[i * beam + j]
                row.add(Hypothesis(line, score, False), how.n_best)
        return True
    if len(row.finished) < how.n_best:
        return False
    # Log-probabilities only fall, the longest target divides by most, and nobody is paid for reading: nothing growing
    # can score above this.
    hope = max(how.penalised(best, length + 1), how.penalised(best, row.longest + 1))
    return row.finished[how.n_best - 1].score >= hope or len(row.finished) >= how.beam
