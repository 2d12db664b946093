"""The hypotheses of a beam search as they grow, in numbers alone: of any network, by whichever engine it runs.

A hypothesis is scored log p(target | source) / lengthᵅ, its length counting the end token; α = 0 prefers short
sentences, 1 is the mean log-probability of a token. A source is finished when no hypothesis still growing can beat
its n best finished ones, when as many have finished as the beam keeps, or at its longest allowed target; its rows
then leave the batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regard.errors import DataError, OptionError, RegardError
from regard.inputs.text.vocabulary import BEGIN, END

STEEPEST = 10
"""The greatest exponent of a length: beyond, powers of long ones are no numbers any more."""
Array = NDArray[Any]


class Hypothesis(NamedTuple):
    """One target: its tokens without the end token, its score, and whether it ended by itself."""

    tokens: list[int]
    score: float
    ended: bool


@dataclass(frozen=True)
class Beam:
    """How wide to search: hypotheses kept, targets returned, the exponent α of the length."""

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

    @property
    def looked_at(self) -> int:
        """How many next tokens of each hypothesis count: twice the beam, so that enough go on where some end."""
        return 2 * self.beam

    def penalised(self, log_probability: float, length: int) -> float:
        """The score that hypotheses are ranked by."""
        return log_probability / float(max(length, 1) ** self.length_penalty)

    def nothing_left(self) -> RegardError:
        """The error of a source without a next token that has a probability."""
        return diverged("search", "infinity")


class Growing:
    """The hypotheses of the sources that are still under search, one token longer with each `take`.

    Attributes:
        rows: the number of each of these sources.
        tokens: (rows · beam, length), the first of them the one that targets begin with.
    """

    def __init__(self, longest: Sequence[int], how: Beam) -> None:
        self.how, self.rows = how, np.arange(len(longest))
        self.tokens = np.full((len(longest) * how.beam, 1), BEGIN)
        self._longest = np.array(longest, np.int64)
        self._scores = np.full((len(longest), how.beam), -inf, np.float32)
        self._scores[:, 0] = 0
        self._finished: list[list[Hypothesis]] = [[] for _ in longest]

    @property
    def last(self) -> Array:
        """The last token of each hypothesis."""
        return np.ascontiguousarray(self.tokens[:, -1])

    def take(self, values: Array, words: Array, unread: Sequence[float] | None = None) -> tuple[Array, bool]:
        """Which hypotheses are continued, by their rows before, and whether these are all of the same sources' rows.

        Log-probabilities (r, c) and the words (r, c) they are of, best first, as many as `Beam.looked_at` or all.
        `unread`: what each hypothesis pays beside. Raises DataError for scores that are no numbers.
        """
        if np.isnan(values).any():
            raise diverged("search", "NaN")
        (count, beam), each = self._scores.shape, values.shape[1]
        totals = (self._scores[:, :, None] + values.reshape(count, beam, each)).reshape(count, beam * each)
        best, places = _largest(totals, self.how.looked_at)
        origins, last = places // each, np.take_along_axis(words.reshape(count, -1), places, 1)
        ended = last == END
        if ended.any():
            self._finish(best, origins, ended, unread)
            best, order = _largest(np.where(ended, np.float32(-inf), best), beam)
            origins, last = np.take_along_axis(origins, order, 1), np.take_along_axis(last, order, 1)
        parents = (origins[:, :beam] + np.arange(0, count * beam, beam)[:, None]).ravel()
        self._scores = best[:, :beam]
        self.tokens = np.concatenate((self.tokens[parents], last[:, :beam].reshape(-1, 1)), 1)
        return self._settle(parents, None if unread is None else [unread[parent] for parent in parents.tolist()])

    def found(self) -> list[list[Hypothesis]]:
        """For every source its n best targets, best first; those that did not end come last."""
        return [each[: self.how.n_best] for each in self._finished]

    def _finish(self, best: Array, origins: Array, ended: Array, unread: Sequence[float] | None) -> None:
        """Keeps what has ended among the first `beam` candidates of each source."""
        beam = self.how.beam
        for i, j in np.argwhere((ended & np.isfinite(best))[:, :beam]).tolist():
            at = i * beam + int(origins[i, j])
            self._keep(self.rows[i], at, float(best[i, j]), unread, max(beam, self.how.n_best), ended=True)

    def _keep(self, row: int, at: int, total: float, unread: Sequence[float] | None, most: int, *, ended: bool) -> None:
        line = self.tokens[at].tolist()[1:]
        score = self.how.penalised(total, len(line) + ended) + (unread[at] if unread else 0.0)
        finished = self._finished[row]
        finished.append(Hypothesis(line, score, ended))
        finished.sort(key=lambda each: (not each.ended, -each.score))
        del finished[most:]

    def _settle(self, parents: Array, unread: Sequence[float] | None) -> tuple[Array, bool]:
        """Lets go of the sources that need no more steps."""
        best, length = self._scores[:, 0], self.tokens.shape[1] - 1
        going = np.isfinite(best) & (length < self._longest[self.rows])
        for i, row in enumerate(self.rows.tolist()):
            if self._finished[row] or not going[i]:
                going[i] = not self._settled(i, row, unread)
        if going.all():
            return parents, True
        members = np.repeat(going, self.how.beam)
        self.rows, self._scores, self.tokens = self.rows[going], self._scores[going], self.tokens[members]
        return parents[members], False

    def _settled(self, i: int, row: int, unread: Sequence[float] | None) -> bool:
        """Whether a source needs no more steps; one that reached its longest target gets what it has so far."""
        how, length, longest = self.how, self.tokens.shape[1] - 1, int(self._longest[row])
        best, finished = float(self._scores[i, 0]), self._finished[row]
        if not isfinite(best):
            if finished:
                return True
            raise how.nothing_left()
        if length >= longest:
            for j, total in enumerate(self._scores[i].tolist()):
                if len(finished) < how.n_best and isfinite(total):
                    self._keep(row, i * how.beam + j, total, unread, how.n_best, ended=False)
            return True
        if len(finished) < how.n_best:
            return False
        # Log-probabilities only fall, the longest target divides by most, and nobody is paid for reading: nothing
        # growing can score above this.
        hope = max(how.penalised(best, length + 1), how.penalised(best, longest + 1))
        return finished[how.n_best - 1].score >= hope or len(finished) >= how.beam


def diverged(place: str, what: str) -> DataError:
    """The error of a network whose scores are no numbers; `place` says who asks."""
    rule, got = f"{place}: the network's scores must be numbers", f"{what} for every word"
    return DataError(rule, got=got, hint="its training has diverged: train again with a smaller --learning-rate")


def _largest(numbers: Array, count: int) -> tuple[Array, Array]:
    """The largest of each row and where they stand, from the first down; of equals, the first."""
    places = np.argsort(-numbers, 1, kind="stable")[:, :count]
    return np.take_along_axis(numbers, places, 1), places
