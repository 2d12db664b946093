"""Is the label of each vector right? Accuracy over vectors, over all of them or over words that are new."""

from collections.abc import Collection, Sequence, Sized
from typing import Any

from regard.errors import DataError
from regard.metrics.metric import Metric, share


def tag_counts(answers: Sequence[Sequence[Any]], predictions: Sequence[Sequence[Any]]) -> list[tuple[int, int]]:
    """(right, all) over the vectors of each item that have an answer: None is no answer.

    DataError where an item has not one prediction for every vector, or no vector at all has an answer.
    """
    check_tags("accuracy", answers, predictions)
    pairs = zip(answers, predictions, strict=True)
    return _some([_right(answer, prediction, [True] * len(answer)) for answer, prediction in pairs])


tag_accuracy = Metric("accuracy", tag_counts, share)
"""The share of vectors with the right label. Its interval draws whole items: words of a sentence err together."""


def new_word_accuracy(items: Sequence[Sequence[str]], known: Collection[str]) -> Metric:
    """Accuracy over the words of `items` that are not `known`, such as those of training.

    >>> new_word_accuracy([["a", "bee"]], {"a"})([["DET", "NOUN"]], [["DET", "VERB"]])
    0.0
    """

    def counts(answers: Sequence[Sequence[Any]], predictions: Sequence[Sequence[Any]]) -> list[tuple[int, int]]:
        check_tags("words", items, answers)
        check_tags("accuracy", answers, predictions)
        new = ([word not in known for word in words] for words in items)
        return _some([_right(*each) for each in zip(answers, predictions, new, strict=True)])

    return Metric("accuracy on new words", counts, share)


def check_tags(what: str, answers: Sequence[Sized], predictions: Sequence[Sized]) -> None:
    """DataError unless every item has as many predictions as answers."""
    if len(answers) != len(predictions):
        got = f"{len(answers):,} and {len(predictions):,} items"
        raise DataError(f"{what}: both sides must hold the same items", got=got, hint="score the items predicted")
    for number, (answer, prediction) in enumerate(zip(answers, predictions, strict=True), 1):
        if isinstance(answer, str) or isinstance(prediction, str):
            got = f"item {number} is one string"
            raise DataError(f"{what}: an item must be a list, one entry a vector", got=got, hint="split it into words")
        if len(answer) != len(prediction):
            raise DataError(
                f"{what}: every vector of an item needs one answer and one prediction",
                got=f"item {number} with {len(answer):,} and {len(prediction):,}",
                hint="predict the same items, in the same order, uncut",
            )


def _right(answer: Sequence[Any], prediction: Sequence[Any], counted: Sequence[bool]) -> tuple[int, int]:
    pairs = [pair for pair, counts in zip(zip(answer, prediction, strict=True), counted, strict=True) if counts]
    given = [(one, other) for one, other in pairs if one is not None]
    return sum(one == other for one, other in given), len(given)


def _some(counts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The counts, if they count anything."""
    if not any(counted for _, counted in counts):
        hint = "check the answers, or leave this measure out"
        raise DataError("accuracy: needs at least one vector to count", got="none in any item", hint=hint)
    return counts
