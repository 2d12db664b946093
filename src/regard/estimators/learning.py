"""One training of an estimator: what is set apart for validation, and how it begins."""

from dataclasses import replace
from typing import Any, NamedTuple

import torch

from regard.data.examples import Examples
from regard.data.share import share
from regard.estimators.choices import answer_config, one_pass, refuse_other
from regard.estimators.watching import History
from regard.models.answerer import Answerer
from regard.training.answer import NOTHING, Begin, Parts, train_in_memory
from regard.training.answers import Weights


class Lesson(NamedTuple):
    """What is to be learned and how.

    Attributes:
        kind: `label`, `classify` or `regress`.
        params: the estimator's choices.
        seed: of weights, order, dropout, and what is set apart.
        begin: the model, or the targets, to begin with.
        once: whether to pass over the data a single time.
    """

    kind: str
    params: dict[str, Any]
    seed: int
    begin: Begin = NOTHING
    once: bool = False


def learned(lesson: Lesson, parts: Parts, weights: Weights) -> tuple[Answerer, dict[str, Any], list[dict[str, Any]]]:
    """The model, what its folder says of the training, and one dictionary a validation; torch's own draws go on."""
    history = History(lesson.params["verbose"])
    config = (one_pass if lesson.once else answer_config)(lesson.params, lesson.seed)
    if lesson.begin.model is not None:
        refuse_other(lesson.begin.model, config, parts.train.kind)
    with torch.random.fork_rng(devices=[]):
        model, record = train_in_memory(lesson.kind, config, history, parts, weights, lesson.begin)
    return model, record, history.lines


def parted(examples: Examples, weights: Any, share_of: float | None, seed: int) -> tuple[Parts, Weights]:
    """The examples with a share set apart for validation; fewer than 10, or a share of 0, validate on themselves."""
    if share_of == 0 or len(examples) < 10:
        return Parts(examples, examples), Weights(weights, weights)
    count = None if share_of is None else max(1, round(share_of * len(examples)))
    numbered = replace(examples, items=range(len(examples)), lines=())
    train, valid = (list(part.items) for part in share(numbered, seed, count))
    of_each = (None, None) if weights is None else (weights[train], weights[valid])
    return Parts(examples.take(train), examples.take(valid)), Weights(*of_each)
