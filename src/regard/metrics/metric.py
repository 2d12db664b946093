"""What every measure of answers is: counts of each item, and a score of their sums; so it has an interval."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from regard.errors import DataError
from regard.metrics.intervals import Comparison, Statistic, bootstrap, compare, total
from regard.metrics.sparse import Floats, Sparse


class Score(NamedTuple):
    """A value, the bounds of its 95 % bootstrap interval, and its unit: `%`, or the answers' own where it is empty."""

    name: str
    value: float
    low: float
    high: float
    unit: str

    def __str__(self) -> str:
        value, low, high = (f"{one:.{digits_of(self.unit)}f}" for one in self[1:4])
        return f"{self.name} {value}{' ' if self.unit else ''}{self.unit} (95 % {low} to {high})"


@dataclass(frozen=True)
class Metric:
    """A measure: called with answers and predictions it gives a number, of the whole and not a mean over items.

    Attributes:
        name: what it is called.
        counts: answers and predictions into a row of counts for every item, a list, an array or `Sparse`.
        statistic: sums of counts (samples, counts) into scores (samples,).
        unit: of the score; `%` is from 0 to 100.
        rises: whether higher is better.
    """

    name: str
    counts: Callable[[Sequence[Any], Sequence[Any]], ArrayLike | Sparse]
    statistic: Statistic
    unit: str = "%"
    rises: bool = True

    def __call__(self, answers: Sequence[Any], predictions: Sequence[Any]) -> float:
        """The score. Raises DataError without items, or unless there is one prediction for every answer."""
        return total(self._counts(answers, predictions), self.statistic)

    def score(self, answers: Sequence[Any], predictions: Sequence[Any], *, samples: int = 1000, seed: int = 0) -> Score:
        """The score with its interval over items. Some 0.1 s for 1,000 items; errors as above."""
        counts = self._counts(answers, predictions)
        interval = bootstrap(counts, self.statistic, samples=samples, seed=seed)
        return Score(self.name, total(counts, self.statistic), interval.low, interval.high, self.unit)

    def paired(
        self,
        answers: Sequence[Any],
        first: Sequence[Any],
        second: Sequence[Any],
        *,
        samples: int = 1000,
        seed: int = 0,
    ) -> Comparison:
        """How much more the second predictions score than the first, on the same items; see `compare`."""
        one, other = self._counts(answers, first), self._counts(answers, second)
        found = compare(one, other, self.statistic, samples=samples, seed=seed)
        return found._replace(digits=digits_of(self.unit))

    def _counts(self, answers: Sequence[Any], predictions: Sequence[Any]) -> ArrayLike | Sparse:
        for what, given in {"answers": answers, "predictions": predictions}.items():
            if isinstance(given, str):
                got = f"one string of {len(given):,} characters"
                raise DataError(
                    f"{self.name}: {what} must be a list", got=got, hint="put it in a list: one entry an item"
                )
        if len(answers) != len(predictions):
            raise DataError(
                f"{self.name}: every answer needs its prediction",
                got=f"{len(answers):,} answers, {len(predictions):,} predictions",
                hint="predict the same items, in the same order",
            )
        if not len(answers):
            hint = "check that the data are not empty"
            raise DataError(f"{self.name}: needs at least one item", got="none at all", hint=hint)
        return self.counts(answers, predictions)


def digits_of(unit: str) -> int:
    """How many digits a score is printed with after its point."""
    return 1 if unit == "%" else 4


def ratio(above: Floats, below: Floats) -> Floats:
    """The quotient, and 0 where it is 0 / 0."""
    found: Floats = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return found


def share(sums: Floats) -> Floats:
    """Sums of (hits, all) into percent; 0 for none at all."""
    return 100 * ratio(sums[:, 0], sums[:, 1])


def f1(sums: Floats) -> Floats:
    """Sums (…, 3, c) of what is right, was guessed and is wanted, into F1 (…, c) in percent; 0 where there is nothing.

    F1 = 2·precision·recall / (precision + recall) = 2·right / (guessed + wanted).
    """
    right, guessed, wanted = sums[..., 0, :], sums[..., 1, :], sums[..., 2, :]
    return 100 * ratio(2 * right, guessed + wanted)
