"""Span F1: a span is right if its kind, its first and its last word are."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from regard.data.spans import SCHEMES, scheme_of, spans
from regard.errors import OptionError, nearest
from regard.metrics.metric import Metric, f1, ratio
from regard.metrics.sparse import Floats
from regard.metrics.table import ClassScore, class_scores
from regard.metrics.tags import check_tags

Labels = Sequence[Sequence[str]]


def span_counts(answers: Labels, predictions: Labels, scheme: str | None = None, *, strict: bool = True) -> Floats:
    """For every item (items, 3): how many spans are right, were guessed, are wanted; words without an answer left out.

    The scheme is the answers' own where it is left out. DataError where an item has not one prediction for every
    word, OptionError where answers mark no spans.
    """
    check_tags("span F1", answers, predictions)
    found = _found(answers, predictions, _scheme(answers, scheme), strict)
    return np.array([[sum(one.values()) for one in three] for three in found], np.float64)


def span_f1(scheme: str | None = None, *, strict: bool = True) -> Metric:
    """F1 over all spans of all items, in percent, as `spans` finds them: seqeval's strict mode, or conlleval's rule.

    Published numbers mostly follow conlleval (strict=False), which counts spans that a model wrote wrongly, such as
    I after O; on answers that are written soundly the two differ by what models write. 0 without any span.

    >>> span_f1()([["B-city", "I-city", "O", "B-day"]], [["B-city", "O", "O", "B-day"]])
    50.0
    """
    return _metric("span F1", lambda sums: f1(sums[:, :, None])[:, 0], scheme, strict)


def span_precision(scheme: str | None = None, *, strict: bool = True) -> Metric:
    """The share of right spans among those guessed."""
    return _metric("span precision", lambda sums: 100 * ratio(sums[:, 0], sums[:, 1]), scheme, strict)


def span_recall(scheme: str | None = None, *, strict: bool = True) -> Metric:
    """The share of right spans among those wanted."""
    return _metric("span recall", lambda sums: 100 * ratio(sums[:, 0], sums[:, 2]), scheme, strict)


def per_kind(
    answers: Labels, predictions: Labels, scheme: str | None = None, *, strict: bool = True
) -> list[ClassScore]:
    """Precision, recall, F1 and support of every kind of span, the commonest first."""
    check_tags("span F1", answers, predictions)
    sums: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())
    for three in _found(answers, predictions, _scheme(answers, scheme), strict):
        for total, one in zip(sums, three, strict=True):
            total.update(one)
    kinds = sorted(set().union(*sums))
    table = np.array([[total[kind] for kind in kinds] for total in sums], np.float64)
    return class_scores(kinds, table)


def _metric(name: str, statistic: Any, scheme: str | None, strict: bool) -> Metric:
    named = [part for part in (scheme, "" if strict else "conlleval") if part]

    def counts(answers: Labels, predictions: Labels) -> Floats:
        return span_counts(answers, predictions, scheme, strict=strict)

    return Metric(f"{name} ({', '.join(named)})" if named else name, counts, statistic)


def _found(answers: Labels, predictions: Labels, scheme: str, strict: bool) -> list[tuple[Counter[str], ...]]:
    """For every item how many spans of each kind are right, were guessed, are wanted."""
    found = []
    for answer, prediction in zip(answers, predictions, strict=True):
        given = [pair for pair in zip(answer, prediction, strict=True) if pair[0] is not None]
        wanted, guessed = (set(spans([pair[side] for pair in given], scheme, strict=strict)) for side in (0, 1))
        found.append(tuple(Counter(span.kind for span in some) for some in (wanted & guessed, guessed, wanted)))
    return found


def _scheme(answers: Labels, scheme: str | None) -> str:
    """The scheme asked for, or else the answers' own."""
    if scheme is not None and scheme not in SCHEMES:
        raise OptionError("span F1: no such scheme", got=repr(scheme), hint=nearest(str(scheme), SCHEMES))
    scheme = scheme or scheme_of([label for label in labels if label is not None] for labels in answers)
    if scheme is None:
        hint = "score them by accuracy, or name the scheme: one of " + ", ".join(SCHEMES)
        raise OptionError("span F1: answers must mark spans", got="labels of no scheme", hint=hint)
    return scheme
