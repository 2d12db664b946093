"""Items of a task, drawn from a seed: the same on every machine and in every version of Python."""

from collections.abc import Container
from random import Random
from typing import Any, NamedTuple

from regard.data.synthetic.tasks import TASKS, Sizes
from regard.errors import OptionError, unknown

PATIENCE = 1000
"""Items in a row that are there already, after which nothing new is expected."""


class Made(NamedTuple):
    """What is read and what is to be answered: texts for a translator; lists of words and classes for a classifier."""

    items: list[Any]
    answers: list[str]


def make(task: str, count: int, *, seed: int = 1, sizes: Sizes | None = None, unseen: Container[str] = ()) -> Made:
    """`count` items of a task: `copy`, `reverse`, `sort`, `recall` or `listops`.

    Items are drawn one by one, so that a short one can come twice; none reads like one of `unseen` (words joined by
    spaces), which keeps what is tested apart from what was learned.

    Raises OptionError for another task, for sizes that cannot be, and where nearly all that is drawn is in `unseen`.
    Cost: some 10 µs for 16 symbols; ListOps some ms for an expression of 500 tokens, most being drawn in vain.

    >>> make("reverse", 1, seed=3, sizes=Sizes(shortest=4, longest=4))
    Made(items=['o j p q'], answers=['q p j o'])
    """
    if task not in TASKS:
        raise unknown("task", task, TASKS)
    if count < 1:
        raise OptionError("items: at least 1 of each part", got=str(count), hint="leave it out")
    known, sizes, random = TASKS[task], sizes or Sizes(), Random(seed)
    items: list[Any] = []
    answers: list[str] = []
    refused = 0
    while len(items) < count:
        read, answer = known.draw(random, sizes)
        refused = refused + 1 if (text := " ".join(read)) in unseen else 0
        if refused == PATIENCE:
            got = f"{PATIENCE:,} in a row that are learned from already, after {len(items):,} of {count:,}"
            raise OptionError(f"{task}: there must be items left to test on", got=got, hint="longer, or fewer items")
        if not refused:
            items.append(text if known.kind == "translate" else read)
            answers.append(" ".join(answer))
    return Made(items, answers)
