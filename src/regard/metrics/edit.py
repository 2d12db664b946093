"""How much must be mended? Edit distance, and the error rates of words, characters and phones."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

from regard.errors import DataError
from regard.metrics.metric import Metric, share
from regard.metrics.sparse import Floats

Tokens = Sequence[Hashable]


def edit_distance(one: Tokens, other: Tokens) -> int:
    """The least number of tokens put in, left out or replaced that makes one sequence the other.

    A column of the table is two whole numbers of as many bits as `one` has tokens (Myers 1999; Hyyrö 2003,
    figure 3), so that a token costs a dozen operations: 0.1 ms for two lines of 100 characters.

    >>> edit_distance("kitten", "sitting")
    3
    """
    if not one:
        return len(other)
    places: dict[Hashable, int] = {}
    for place, token in enumerate(one):
        places[token] = places.get(token, 0) | 1 << place
    every, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    up, down, distance = every, 0, len(one)
    for token in other:
        equal = places.get(token, 0)
        diagonal = (((equal & up) + up) ^ up) | equal | down
        right, left = down | (every & ~(diagonal | up)), up & diagonal
        distance += bool(right & last) - bool(left & last)
        right, left = right << 1 | 1, left << 1
        up, down = (left | ~(diagonal | right)) & every, right & diagonal & every
    return distance


def edit_counts(answers: Sequence[Tokens], predictions: Sequence[Tokens]) -> Floats:
    """For every item (items, 2): the edits from answer to prediction, and the tokens of the answer.

    DataError if the answers hold no token at all.
    """
    pairs = zip(answers, predictions, strict=True)
    counts = np.array([[edit_distance(one, other), len(one)] for one, other in pairs], np.float64)
    if not counts[:, 1].any():
        hint = "give references that are not empty"
        raise DataError("error rate: references must hold tokens", got="only empty ones", hint=hint)
    return counts


def error_rate(name: str, tokens: Callable[[Any], Tokens]) -> Metric:
    """All edits over all tokens of the answers, in percent; it may pass 100. `tokens` cuts an item into its tokens."""

    def counts(answers: Sequence[Any], predictions: Sequence[Any]) -> Floats:
        return edit_counts([tokens(one) for one in answers], [tokens(one) for one in predictions])

    return Metric(name, counts, share, rises=False)


def words(item: str | Tokens) -> Tokens:
    """A text cut at white space; a list as it is."""
    return item.split() if isinstance(item, str) else item


def wrong_counts(answers: Sequence[Any], predictions: Sequence[Any]) -> list[tuple[int, int]]:
    """(1 if anything differs else 0, 1) for every item, of texts or lists of tokens."""
    pairs = zip(answers, predictions, strict=True)
    return [(int(list(words(one)) != list(words(other))), 1) for one, other in pairs]


word_error_rate = error_rate("WER", words)
"""Word error rate of texts, cut at white space, or lists of words; case and punctuation count."""

character_error_rate = error_rate("CER", tuple)
"""Character error rate of texts: every code point counts, blanks too; nothing is normalised."""

phone_error_rate = error_rate("PER", words)
"""Phone error rate of lists of phones, or of texts with blanks between phones."""

wrong_sequences = Metric("wrong sequences", wrong_counts, share, rises=False)
"""The share of items that are not right to the last token: what SIGMORPHON's tasks call word error rate."""
