"""Beam search in numpy over what another engine steps; hypotheses grow as they do in regard."""

from math import inf

import numpy as np

from regard.decoding.growing import Beam, Growing, Hypothesis
from regard.export.standalone.graphs import Array
from regard.inputs.text.vocabulary import END


class Decoder:
    """What a search is over: a network in the middle of its work, with a state of each row."""

    def step(self, tokens: Array) -> Array:
        """Log-probabilities of what comes next, after one more token a row."""
        raise NotImplementedError

    def select(self, rows: Array) -> None:
        """Goes on with these rows, in this order."""
        raise NotImplementedError


def search(decoder: Decoder, longest: list[int], how: Beam) -> list[list[Hypothesis]]:
    """For every source its n best targets, best first; the decoder has `beam` rows of each."""
    growing = Growing(longest, how)
    while len(growing.rows):
        values = decoder.step(growing.last).copy()
        values[:, :END] = -inf
        words = np.argsort(-values, 1, kind="stable")[:, : how.looked_at]
        parents, whole = growing.take(np.take_along_axis(values, words, 1), words)
        if not whole or how.beam > 1:
            decoder.select(parents)
    return growing.found()
