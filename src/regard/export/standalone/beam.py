"""Beam search in numpy, step for step as regard searches; a beam of one is greedy."""

from dataclasses import dataclass, field
from math import inf

import numpy as np

from regard.export.standalone.candidates import Beam
from regard.export.standalone.graphs import Array
from regard.inputs.text.vocabulary import BEGIN, END


@dataclass
class Found:
    """One target: its tokens without the end, its score, and whether it ended."""

    tokens: list[int]
    score: float
    ended: bool


@dataclass
class _Row:
    """One source under search."""

    longest: int
    finished: list[Found] = field(default_factory=list)

    def add(self, found: Found, keep: int) -> None:
        self.finished.append(found)
        self.finished.sort(key=lambda each: (not each.ended, -each.score))
        del self.finished[keep:]


class Decoder:
    """What a search is over: a network in the middle of its work, with a state of each row."""

    def step(self, tokens: Array) -> Array:
        """Log-probabilities of what comes next, after one more token a row."""
        raise NotImplementedError

    def select(self, rows: Array) -> None:
        """Goes on with these rows, in this order."""
        raise NotImplementedError


def search(decoder: Decoder, longest: list[int], how: Beam) -> list[list[Found]]:
    """For every source its n best targets, best first; the decoder has `beam` rows of each."""
    rows, beam = [_Row(each) for each in longest], how.beam
    every, tokens = rows, np.full((len(rows) * beam, 1), BEGIN)
    scores = np.full((len(rows), beam), -inf, np.float32)
    scores[:, 0] = 0
    while rows:
        words = decoder.step(tokens[:, -1]).copy()
        words[:, :END] = -inf
        scores, parents, last = _grow(scores, words, rows, tokens, how)
        tokens = np.concatenate((tokens[parents], last[:, None]), 1)
        going = [i for i, row in enumerate(rows) if not _settled(row, tokens, scores, i, how)]
        kept = (np.array(going, np.int64)[:, None] * beam + np.arange(beam)).ravel()
        if len(going) < len(rows) or beam > 1:
            decoder.select(parents[kept])
        rows, tokens, scores = [rows[i] for i in going], tokens[kept], scores[going]
    return [row.finished[: how.n_best] for row in every]


def _grow(scores: Array, words: Array, rows: list[_Row], tokens: Array, how: Beam) -> tuple[Array, Array, Array]:
    """One more token: the new scores (rows, beam), which sequences they continue, and their last tokens."""
    (count, beam), vocabulary = scores.shape, words.shape[-1]
    totals = (scores[:, :, None] + words.reshape(count, beam, vocabulary)).reshape(count, -1)
    best, places = _largest(totals, min(2 * beam, totals.shape[1]))
    origins, last = places // vocabulary, places % vocabulary
    ended = last == END
    for i, j in np.argwhere((ended & np.isfinite(best))[:, :beam]):
        line = tokens[i * beam + origins[i, j]].tolist()[1:]
        rows[i].add(Found(line, how.penalised(float(best[i, j]), len(line) + 1), True), max(beam, how.n_best))
    scores, order = _largest(np.where(ended, -inf, best).astype(np.float32), beam)
    parents = np.take_along_axis(origins, order, 1) + np.arange(count)[:, None] * beam
    return scores, parents.ravel(), np.take_along_axis(last, order, 1).ravel()


def _largest(numbers: Array, count: int) -> tuple[Array, Array]:
    """The largest of each row and where they stand, from the first down; of equals, the first."""
    places = np.argsort(-numbers, 1, kind="stable")[:, :count]
    return np.take_along_axis(numbers, places, 1), places


def _settled(row: _Row, tokens: Array, scores: Array, i: int, how: Beam) -> bool:
    """Whether a source needs no more steps; one that reached its longest target gets what it has so far."""
    length, beam = tokens.shape[1] - 1, scores.shape[1]
    best = float(scores[i, 0])
    if best == -inf:
        return True
    if length >= row.longest:
        for j in range(beam):
            if len(row.finished) < how.n_best and np.isfinite(scores[i, j]):
                line = tokens[i * beam + j].tolist()[1:]
                row.add(Found(line, how.penalised(float(scores[i, j]), length), False), how.n_best)
        return True
    if len(row.finished) < how.n_best:
        return False
    hope = max(how.penalised(best, length + 1), how.penalised(best, row.longest + 1))
    return row.finished[how.n_best - 1].score >= hope or len(row.finished) >= beam
