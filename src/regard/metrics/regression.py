"""How far off are numbers? Mean absolute error, root mean squared error, and R²."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from regard.errors import DataError
from regard.metrics.metric import Metric, ratio
from regard.metrics.sparse import Floats
from regard.metrics.tags import check_tags


def number_counts(answers: Sequence[Any], predictions: Sequence[Any]) -> Floats:
    """For every item (items, 5) sums over its numbers: 1, |p−y|, (p−y)², y and y², of y minus the mean answer.

    An item has one number, or a list with one for each of its vectors, where None is no answer. DataError for what
    is no finite number, or where an item has more of the one than of the other.
    """
    pairs = [_given(*pair) for pair in zip(answers, predictions, strict=True)]
    wanted = _numbers("answer", [answer for answer, _ in pairs])
    guessed = _numbers("prediction", [prediction for _, prediction in pairs])
    check_tags("numbers", wanted, guessed)
    middle = float(np.concatenate(wanted).mean()) if any(map(len, wanted)) else 0.0
    rows = []
    for answer, prediction in zip(wanted, guessed, strict=True):
        off, centred = prediction - answer, answer - middle
        rows.append([len(off), np.abs(off).sum(), (off**2).sum(), centred.sum(), (centred**2).sum()])
    return np.array(rows, np.float64)


def r2_of_counts(sums: Floats) -> Floats:
    """1 − Σ(p−y)² / Σ(y−mean y)². Where all answers are equal: 1 if every prediction is, else 0."""
    count, _, squares, total, spread = sums.T
    spread = spread - ratio(total**2, count)
    even = spread <= 1e-12 * np.maximum(sums[:, 4], 1e-300)
    return np.where(even, (squares == 0).astype(np.float64), 1 - ratio(squares, np.where(even, 1.0, spread)))


mean_absolute_error = Metric("MAE", number_counts, lambda sums: ratio(sums[:, 1], sums[:, 0]), "", rises=False)
"""Σ|p−y| / n, in the answers' own unit."""

root_mean_squared_error = Metric(
    "RMSE", number_counts, lambda sums: np.sqrt(ratio(sums[:, 2], sums[:, 0])), "", rises=False
)
"""√(Σ(p−y)² / n), in the answers' own unit."""

r_squared = Metric("R²", number_counts, r2_of_counts, "")
"""The share of the answers' variance that is explained: 1 for perfect, 0 for always the mean, below 0 for worse."""


def _given(answer: Any, prediction: Any) -> tuple[Any, Any]:
    """Both without the vectors of an item that have no answer."""
    if not isinstance(answer, list | tuple) or None not in answer or len(answer) != np.size(prediction):
        return answer, prediction
    kept = [place for place, one in enumerate(answer) if one is not None]
    return [answer[place] for place in kept], [prediction[place] for place in kept]


def _numbers(what: str, given: Sequence[Any]) -> list[Floats]:
    """The numbers of every item (n,)."""
    found = []
    for place, one in enumerate(given, 1):
        try:
            numbers = np.asarray(one, np.float64).reshape(-1)
        except (TypeError, ValueError) as error:
            got = f"{what} {place}: {error}"
            raise DataError("numbers: answers and predictions must be numbers", got=got, hint="convert them") from error
        if not np.isfinite(numbers).all():
            got = f"{what} {place} is {numbers[~np.isfinite(numbers)][0]}"
            hint = "leave such items out" if what == "answer" else "train again with a smaller learning rate"
            raise DataError("numbers: answers and predictions must be finite", got=got, hint=hint)
        found.append(numbers)
    return found
