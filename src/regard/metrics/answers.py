"""Which measures a kind of answer has, and which one of them training goes by."""

from collections.abc import Sequence
from typing import Any

from regard.data.spans import scheme_of
from regard.errors import OptionError, nearest
from regard.metrics.classification import accuracy, macro_f1, micro_f1, several
from regard.metrics.intervals import Comparison
from regard.metrics.metric import Metric, Score
from regard.metrics.regression import mean_absolute_error, r_squared, root_mean_squared_error
from regard.metrics.span_f1 import span_f1, span_precision, span_recall
from regard.metrics.tags import tag_accuracy

KINDS = ("label", "classify", "regress")


def measures(kind: str, answers: Sequence[Any]) -> list[Metric]:
    """The measures of these answers, the main one first, whose higher values are better.

    label: span F1, precision and recall where the answers mark spans, in the scheme that is found; accuracy.
    classify: accuracy, macro F1, and micro F1 where several classes hold. regress: R², MAE, RMSE. OptionError for
    another kind.
    """
    match kind:
        case "label":
            scheme = scheme_of([one for one in labels if one is not None] for labels in answers)
            spanned = [span_f1(scheme), span_precision(scheme), span_recall(scheme)] if scheme else []
            return [*spanned, tag_accuracy]
        case "classify":
            return [accuracy, macro_f1, micro_f1] if several(answers) else [accuracy, macro_f1]
        case "regress":
            return [r_squared, mean_absolute_error, root_mean_squared_error]
    raise OptionError("metrics: no such kind of answer", got=repr(kind), hint=nearest(str(kind), KINDS))


def scores(
    kind: str, answers: Sequence[Any], predictions: Sequence[Any], *, samples: int = 1000, seed: int = 0
) -> list[Score]:
    """Every measure with its interval, the main one first.

    Items are drawn for the intervals; of one single item with many labels, such as a graph, its vectors are.
    Raises DataError where answers and predictions do not fit.

    >>> print(*scores("classify", ["a", "b"], ["a", "b"]), sep=", ")
    accuracy 100.0 % (95 % 100.0 to 100.0), macro F1 100.0 % (95 % 100.0 to 100.0)
    """
    found = measures(kind, answers)
    if _one_large(kind, answers, predictions):
        answers, predictions = _apart(answers), _apart(predictions)
    return [metric.score(answers, predictions, samples=samples, seed=seed) for metric in found]


def paired(
    kind: str,
    answers: Sequence[Any],
    first: Sequence[Any],
    second: Sequence[Any],
    *,
    samples: int = 1000,
    seed: int = 0,
) -> list[tuple[str, Comparison]]:
    """Two models on the same items: for every measure its name, and how much more the second one scores."""
    found = measures(kind, answers)
    if _one_large(kind, answers, first) and len(second) == 1:
        answers, first, second = _apart(answers), _apart(first), _apart(second)
    return [(one.name, one.paired(answers, first, second, samples=samples, seed=seed)) for one in found]


def main_score(kind: str, answers: Sequence[Any], predictions: Sequence[Any]) -> float:
    """What weights are chosen by, higher is better: span F1 or accuracy from 0 to 100, or R², at most 1."""
    return measures(kind, answers)[0](answers, predictions)


def metric_name(kind: str, answers: Sequence[Any]) -> str:
    """The name of the main score: `accuracy`, `span F1 (BIO)`, `R²`."""
    return measures(kind, answers)[0].name


def _one_large(kind: str, answers: Sequence[Any], predictions: Sequence[Any]) -> bool:
    """Whether there is a single item whose labels stand for themselves."""
    return kind == "label" and len(answers) == len(predictions) == 1 and metric_name(kind, answers) == "accuracy"


def _apart(items: Sequence[Any]) -> list[list[Any]]:
    """Every vector of the only item as an item."""
    return [[one] for one in items[0]]
