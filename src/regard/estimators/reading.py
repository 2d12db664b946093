"""X, y and groups, of any form that people have them in, as examples; the estimator remembers their form."""

from typing import Any

import numpy as np

from regard.data.examples import Examples
from regard.errors import DataError
from regard.estimators.answers import as_answers
from regard.estimators.frames import LongFrame, channels_of, from_long, is_frame, is_table, rows_of
from regard.estimators.items import Given, as_items


def read(estimator: Any, X: Any, y: Any = None, groups: Any = None, *, kind: str, reset: bool) -> Examples:
    """The examples; `kind` is that of the input, or `auto`; `reset` learns columns and the form of y anew.

    Raises DataError for what cannot be read so.
    """
    if is_frame(X) and estimator.id is not None:
        return _of_long_frame(estimator, X, y, groups, kind, reset)
    if kind == "vectors" and is_table(X):
        items: Any = rows_of(estimator, X, reset)
    elif is_frame(X):
        hint = 'id="series", time="step" for one row a step; input="vectors" where each row is an item'
        raise DataError("X: a data frame needs id=", got=f"columns {', '.join(map(str, X.columns[:5]))}", hint=hint)
    else:
        kind, items = as_items(X, Given(kind, estimator.rate, estimator.layout))
    if estimator.kind == "label" and any(isinstance(item, str) for item in items) and kind == "text":
        hint = "['New', 'York'] with ['B-city', 'I-city']"
        raise DataError("X: a labeler takes lists of words, one label a word", got="a text in one piece", hint=hint)
    answers = None if y is None else _answers(estimator, y, reset)
    return Examples(kind, items, answers, None if groups is None else list(groups), origin="X")


def _of_long_frame(estimator: Any, frame: Any, y: Any, groups: Any, kind: str, reset: bool) -> Examples:
    if kind not in ("auto", "series", "vectors"):
        hint = 'input="series", or items in a list'
        raise DataError("X: a data frame with id= holds series, or sets of vectors", got=f"input={kind!r}", hint=hint)
    if reset:
        others = [each for each in (estimator.id, estimator.time, y, groups) if isinstance(each, str)]
        estimator.feature_names_in_ = np.array(channels_of(frame, *others), object)
    channels = list(getattr(estimator, "feature_names_in_", channels_of(frame, estimator.id, estimator.time)))
    named = y is None or isinstance(y, str | dict) or hasattr(y, "to_dict")
    examples = from_long(
        LongFrame(frame, estimator.id, estimator.time, channels),
        y if named else _answers(estimator, y, reset),
        groups,
        per_step=estimator.kind == "label",
    )
    answers = examples.answers
    answers = _answers(estimator, answers, reset) if named and answers is not None else answers
    return Examples("series" if kind == "auto" else kind, examples.items, answers, examples.groups, "X")


def _answers(estimator: Any, y: Any, reset: bool) -> list[Any]:
    found = as_answers(estimator.kind, y)
    if reset and estimator.kind == "classify":
        estimator.table_ = found.table
    return found.each
