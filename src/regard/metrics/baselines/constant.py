"""The same answer for everything: the commonest class, or the mean number."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from regard.errors import DataError
from regard.metrics.classification import several


@dataclass(frozen=True)
class Constant:
    """Gives one answer, whatever is read."""

    name: str
    answer: Any

    def predict(self, items: Sequence[Any]) -> list[Any]:
        """The answer, once for every item."""
        return [self.answer] * len(items)


def majority(answers: Sequence[Any]) -> Constant:
    """The commonest class, or the commonest set of classes where several hold; of equals the one seen first.

    >>> majority(["a", "b", "b"]).predict(["one", "two"])
    ['b', 'b']
    """
    _check("majority", answers)
    if several(answers):
        answers = [frozenset(one) for one in answers]
    answer = Counter(answers).most_common(1)[0][0]
    return Constant("majority", list(answer) if isinstance(answer, frozenset) else answer)


def average(answers: Sequence[float]) -> Constant:
    """The mean of the numbers, whose R² on them is 0.

    >>> average([1.0, 2.0]).answer
    1.5
    """
    _check("average", answers)
    return Constant("average", float(np.mean(np.asarray(answers, np.float64))))


def _check(what: str, answers: Sequence[Any]) -> None:
    if not len(answers):
        raise DataError(f"{what}: needs at least one answer", got="none at all", hint="give the answers of training")
