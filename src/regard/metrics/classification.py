"""Is the class right? Accuracy, F1 over classes, recall of one class, and what is taken for what."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regard.data.files import brief
from regard.errors import DataError
from regard.metrics.metric import Metric, f1, ratio, share
from regard.metrics.sparse import Floats, Sparse
from regard.metrics.table import ClassScore, class_scores

MOST_CLASSES_IN_A_SQUARE = 5_000


def several(answers: Sequence[Any]) -> bool:
    """Whether answers are lists, sets or arrays of the classes that hold, not one class each."""
    return any(isinstance(one, list | set | frozenset | np.ndarray) for one in answers)


def accuracy_counts(answers: Sequence[Any], predictions: Sequence[Any]) -> list[tuple[int, int]]:
    """(1 if right else 0, 1) for every item; of several classes all must be right, in any order."""
    pairs = zip(_sets(answers), _sets(predictions), strict=True)
    return [(int(answer == prediction), 1) for answer, prediction in pairs]


def class_counts(answers: Sequence[Any], predictions: Sequence[Any]) -> Sparse:
    """For every item a row (3·c): for each of c classes, in `classes_of`, if it is right, was guessed, is wanted."""
    wanted, guessed = _sets(answers), _sets(predictions)
    number = {name: place for place, name in enumerate(classes_of(answers, predictions))}
    rows: list[int] = []
    columns: list[int] = []
    for row, (answer, prediction) in enumerate(zip(wanted, guessed, strict=True)):
        for third, names in enumerate((answer & prediction, prediction, answer)):
            columns += [third * len(number) + number[name] for name in names]
            rows += [row] * len(names)
    shape = (len(answers), 3 * len(number))
    return Sparse(np.array(rows, np.int64), np.array(columns, np.int64), shape)


def classes_of(answers: Sequence[Any], predictions: Sequence[Any]) -> list[Any]:
    """Every class that is wanted or guessed, sorted if they are of one sort, else as they come."""
    found = dict.fromkeys(name for given in (answers, predictions) for names in _sets(given) for name in names)
    try:
        return sorted(found)
    except TypeError:
        return sorted(found, key=lambda name: (str(type(name)), str(name)))


def macro_f1_of_counts(sums: Floats) -> Floats:
    """Sums (samples, 3·c) into the mean of F1 over the classes that are wanted or guessed, in percent."""
    thirds = sums.reshape(len(sums), 3, -1)
    there = ((thirds[:, 1] + thirds[:, 2]) > 0).sum(1).astype(np.float64)
    return ratio(f1(thirds).sum(1), there)


def micro_f1_of_counts(sums: Floats) -> Floats:
    """Sums (samples, 3·c) into F1 of all classes together, in percent."""
    together = sums.reshape(len(sums), 3, -1).sum(2, keepdims=True)
    return f1(together)[:, 0]


accuracy = Metric("accuracy", accuracy_counts, share)
"""The share of items whose class is right; of several classes, all of them and no other (subset accuracy)."""

macro_f1 = Metric("macro F1", class_counts, macro_f1_of_counts)
"""The mean of F1 over the classes that are wanted or guessed, each counting alike, however rare."""

micro_f1 = Metric("micro F1", class_counts, micro_f1_of_counts)
"""F1 of all classes together. Where every item has exactly one class it is the accuracy."""


def recall_of(name: Any) -> Metric:
    """The recall of one class, such as the one of what is out of scope: the share of its items that are found.

    >>> recall_of("oos")(["oos", "oos", "in"], ["oos", "in", "in"])
    50.0
    """

    def counts(answers: Sequence[Any], predictions: Sequence[Any]) -> list[tuple[int, int]]:
        pairs = [(name in one, name in other) for one, other in zip(_sets(answers), _sets(predictions), strict=True)]
        if not any(wanted for wanted, _ in pairs):
            some = " ".join(brief(str(one)) for one in classes_of(answers, [])[:10])
            got = f"no item of class {brief(str(name))}"
            raise DataError("recall: the class must be among the answers", got=got, hint=f"there are: {some}")
        return [(int(wanted and guessed), int(wanted)) for wanted, guessed in pairs]

    return Metric(f"recall of {brief(str(name))}", counts, share)


def per_class(answers: Sequence[Any], predictions: Sequence[Any]) -> list[ClassScore]:
    """Precision, recall, F1 and support of every class that is wanted or guessed, the commonest first."""
    counts = class_counts(answers, predictions)
    sums = counts.sums(np.ones((1, len(counts))))
    return class_scores(classes_of(answers, predictions), sums.reshape(3, -1))


class Confusion(NamedTuple):
    """How often each class (rows) was taken for each class (columns): counts (c, c)."""

    classes: list[Any]
    counts: NDArray[np.int64]


def confusion(answers: Sequence[Any], predictions: Sequence[Any]) -> Confusion:
    """What is taken for what, of items that have one class each. DataError for more than 5,000 classes.

    >>> confusion(["a", "a", "b"], ["a", "b", "b"]).counts.tolist()
    [[1, 1], [0, 1]]
    """
    classes = classes_of(answers, predictions)
    if several([*answers, *predictions]) or len(classes) > MOST_CLASSES_IN_A_SQUARE:
        raise DataError(
            f"confusion: items must have one class each, of at most {MOST_CLASSES_IN_A_SQUARE:,}",
            got=f"{len(classes):,} classes, {'several' if several([*answers, *predictions]) else 'one'} an item",
            hint="per_class has a line for each class, whatever their number",
        )
    number = {name: place for place, name in enumerate(classes)}
    counts = np.zeros((len(classes), len(classes)), np.int64)
    np.add.at(counts, ([number[one] for one in answers], [number[one] for one in predictions]), 1)
    return Confusion(classes, counts)


def _sets(answers: Iterable[Any]) -> list[frozenset[Any]]:
    """The classes of every item."""
    try:
        return [
            frozenset(one) if isinstance(one, list | set | frozenset | np.ndarray) else frozenset((one,))
            for one in answers
        ]
    except TypeError as error:
        hint = "one class an item, or a list of those that hold"
        raise DataError("classes: must be strings, numbers or the like", got=str(error), hint=hint) from error
