"""What cannot be scored is refused in three lines."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from regard.errors import DataError, OptionError, RegardError
from regard.metrics import answers as by_kind
from regard.metrics.baselines import bag_of_vectors, each_vector, majority, most_frequent_tag
from regard.metrics.classification import accuracy, confusion, macro_f1, recall_of
from regard.metrics.edit import word_error_rate
from regard.metrics.likelihood import nats_per
from regard.metrics.regression import r_squared
from regard.metrics.span_f1 import span_f1
from regard.metrics.tags import new_word_accuracy, tag_accuracy

FLOATS = [np.zeros((2, 3))]
# fmt: off
CASES: list[tuple[str, Callable[[], Any], type[RegardError], tuple[str, ...]]] = [
    ("fewer predictions", lambda: accuracy(["a", "b"], ["a"]), DataError,
     ("accuracy: every answer needs its prediction", "2 answers, 1 predictions", "the same items")),
    ("no items", lambda: accuracy([], []), DataError, ("at least one item", "none at all")),
    ("a string for a list", lambda: macro_f1("ab", "ab"), DataError, ("answers must be a list", "one string of 2")),
    ("classes that cannot be compared", lambda: accuracy([{}], [{}]), DataError, ("strings, numbers or the like",)),
    ("a class nobody has", lambda: recall_of("oos")(["a", "b"], ["a", "b"]), DataError,
     ("must be among the answers", "no item of class oos", "there are: a b")),
    ("confusion of sets", lambda: confusion([["a"]], [["b"]]), DataError, ("one class each", "several an item")),
    ("too many classes for a square", lambda: confusion(range(6000), range(6000)), DataError, ("6,000 classes",)),
    ("a label missing", lambda: tag_accuracy([["a", "b"]], [["a"]]), DataError,
     ("every vector of an item needs one answer", "item 1 with 2 and 1", "uncut")),
    ("a text for labels", lambda: tag_accuracy(["ab"], [["a", "b"]]), DataError, ("item 1 is one string",)),
    ("nothing to count", lambda: tag_accuracy([[None]], [["a"]]), DataError, ("at least one vector", "none in any")),
    ("no new words", lambda: new_word_accuracy([["a"]], {"a"})([["x"]], [["x"]]), DataError, ("at least one vector",)),
    ("words of other items", lambda: new_word_accuracy([["a"]], set())([["x"], ["y"]], [["x"], ["y"]]), DataError,
     ("words: both sides must hold the same items", "1 and 2 items")),
    ("labels without spans", lambda: span_f1()([["NOUN"]], [["NOUN"]]), OptionError, ("must mark spans", "accuracy")),
    ("a prediction of no scheme", lambda: span_f1()([["B-x"]], [["NOUN"]]), DataError, ("a label must be O", "'NOUN'")),
    ("an unknown scheme", lambda: span_f1("BIOE")([["B-x"]], [["B-x"]]), OptionError, ("'BIOE'", "'BIOES'? or")),
    ("empty references", lambda: word_error_rate(["", " "], ["a", "b"]), DataError, ("must hold tokens", "only empty")),
    ("text for a number", lambda: r_squared([1.0], ["high"]), DataError, ("must be numbers", "prediction 1: ")),
    ("NaN for an answer", lambda: r_squared([1.0, float("nan")], [1.0, 1.0]), DataError, ("answer 2 is nan",)),
    ("an infinite prediction", lambda: r_squared([1.0], [float("inf")]), DataError, ("prediction 1 is inf", "rate")),
    ("two numbers for one", lambda: r_squared([1.0], [[1.0, 2.0]]), DataError, ("item 1 with 1 and 2",)),
    ("nats that are none", lambda: nats_per("token")([1, 1], [0.5, float("nan")]), DataError, ("item 2 with [nan",)),
    ("no tokens", lambda: nats_per("token")([0], [0.5]), DataError, ("with some tokens", "no tokens")),
    ("an unknown kind", lambda: by_kind.scores("tag", [1], [1]), OptionError, ("no such kind of answer", "'tag'")),
    ("no answers for a majority", lambda: majority([]), DataError, ("majority: needs at least one", "none at all")),
    ("a tag missing", lambda: most_frequent_tag([["a", "b"]], [["X"]]), DataError, ("item 1 with 2 and 1",)),
    ("no tags", lambda: most_frequent_tag([["a"]], [[None]]), DataError, ("needs words with tags",)),
    ("no items for a bag", lambda: bag_of_vectors([], []), DataError, ("every item needs one answer",)),
    ("vectors of two sizes", lambda: bag_of_vectors([*FLOATS, np.zeros((2, 4))], ["a", "b"]), DataError,
     ("must be (n, 3)", "item 2 of shape (2, 4)")),
    ("NaN to learn", lambda: bag_of_vectors(FLOATS, [float("nan")], kind="regress"), DataError, ("finite numbers",)),
    ("a label a vector missing", lambda: each_vector(FLOATS, [["a"]]), DataError, ("item 1 with 2 and 1",)),
]
# fmt: on


@pytest.mark.parametrize(("call", "error", "fragments"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_is_refused_in_three_lines(
    call: Callable[[], Any], error: type[RegardError], fragments: tuple[str, ...]
) -> None:
    with pytest.raises(error) as caught:
        call()
    lines = str(caught.value).splitlines()
    assert len(lines) == 3 and lines[1].startswith("  got  ") and lines[2].startswith("  try  ")
    for fragment in fragments:
        assert fragment in str(caught.value)
