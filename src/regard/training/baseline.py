"""What a person would get without attention, trained in seconds and told beside every model."""

from typing import Any, NamedTuple

import numpy as np

from regard.data.examples import Examples
from regard.inputs.base import Input
from regard.inputs.store import Store
from regard.inputs.story import StoryInput
from regard.inputs.words.words import cut
from regard.metrics.answers import main_score
from regard.metrics.baselines.bag import bag_of_vectors
from regard.metrics.baselines.constant import average, majority
from regard.metrics.baselines.each import each_vector
from regard.metrics.baselines.tag_table import most_frequent_tag

MOST_ITEMS = 20_000
"""Training items that a baseline learns from; of more, so many evenly spread ones."""


class Baseline(NamedTuple):
    """What it is called, and what it scores by the metric that weights are chosen by."""

    name: str
    score: float


def baselines(kind: str, given: Input, train: Examples, tested: Examples) -> list[Baseline]:
    """The scores of the baselines for this kind of answer on the tested examples, the plainest first.

    label: the most frequent tag of each word; of other vectors, each alone. classify, regress: always the same answer;
    the bag of vectors, with a linear model.
    """
    if train.answers is None or tested.answers is None:
        return []
    chosen = np.linspace(0, len(train) - 1, min(len(train), MOST_ITEMS)).astype(int).tolist()
    train = train.take(chosen)
    found = _labels(given, train, tested) if kind == "label" else _whole(kind, given, train, tested)
    return [Baseline(name, main_score(kind, tested.answers, answers)) for name, answers in found]


def _labels(given: Input, train: Examples, tested: Examples) -> list[tuple[str, list[Any]]]:
    answers = list(train.answers or [])
    if given.kind == "text":
        words, asked = ([cut(item, "text") for item in part.items] for part in (train, tested))
        table = most_frequent_tag(words, answers)
        return [(table.name, table.predict(asked))]
    numbers = isinstance(next((each for item in answers for each in item if each is not None), None), float)
    alone = each_vector(_vectors(given, train), answers, kind="regress" if numbers else "classify")
    return [(alone.name, alone.predict(_vectors(given, tested)))]


def _whole(kind: str, given: Input, train: Examples, tested: Examples) -> list[tuple[str, list[Any]]]:
    answers = list(train.answers or [])
    constant = majority(answers) if kind == "classify" else average(answers)
    bag = bag_of_vectors(_vectors(given, train), answers, kind="classify" if kind == "classify" else "regress")
    return [
        (constant.name, constant.predict(tested.items)),
        (bag.name, bag.predict(_vectors(given, tested))),
    ]


def _vectors(given: Input, examples: Examples) -> list[Any]:
    """The vectors of each item; of a story all its words."""
    store = Store(given, examples)
    values = [store[index].values for index in range(len(store))]
    return [each[each > 0] for each in values] if isinstance(given, StoryInput) else values
