"""Raw vectors as an input: standardised, the same alone as among others, and refused where they are none."""

import json
from typing import Any

import numpy as np
import pytest
import torch
from error_form import three_lines

from regard.errors import DataError
from regard.inputs.vectors import VectorInput, VectorOptions

RANDOM = np.random.default_rng(3)
ITEMS = [RANDOM.normal(5, 3, (length, 3)) for length in (4, 1, 9)]
LEARNED = VectorInput.learn(ITEMS, VectorOptions())
NAN, INFINITE = float("nan"), float("inf")


def values(item: Any, given: VectorInput = LEARNED) -> Any:
    return given.encode(item, "here").values


def test_training_vectors_have_mean_0_and_deviation_1() -> None:
    every = np.concatenate([values(item) for item in ITEMS])
    assert every.dtype == np.float32 and LEARNED.features == 3
    assert every.mean(0) == pytest.approx(np.zeros(3), abs=1e-6)
    assert every.std(0) == pytest.approx(np.ones(3), abs=1e-6)


def test_by_hand() -> None:
    given = VectorInput.learn([[[0, 7]], [[4, 7]]], VectorOptions())
    assert values([[6, 7], [2, 8]], given).tolist() == [[2, 0], [0, 0]], "a constant feature says nothing"


def test_a_far_off_mean_costs_no_digits() -> None:
    given = VectorInput.learn([[[1e9], [1e9 + 1]], [[1e9 + 2]]], VectorOptions())
    assert values([[1e9], [1e9 + 2]], given)[:, 0] == pytest.approx([-(1.5**0.5), 1.5**0.5], rel=1e-6)


def test_vectors_stay_as_they_are_if_wanted() -> None:
    given = VectorInput.learn(ITEMS, VectorOptions(standardize=False))
    assert (values(ITEMS[0], given) == ITEMS[0].astype(np.float32)).all()


@pytest.mark.parametrize("form", [list, np.asfortranarray, np.float32, torch.tensor, np.ndarray.tolist])
def test_every_form_of_an_array_is_read(form: Any) -> None:
    assert values(form(ITEMS[2])) == pytest.approx(values(ITEMS[2]), abs=1e-6)


def test_whole_numbers_and_truth_values_are_numbers() -> None:
    given = VectorInput.learn([np.eye(2, dtype=int)], VectorOptions(standardize=False))
    assert values(np.array([[True, False]]), given).tolist() == [[1, 0]]


def test_permuting_vectors_permutes_the_encoding_and_training_leaves_it() -> None:
    order = RANDOM.permutation(9)
    assert (values(ITEMS[2][order]) == values(ITEMS[2])[order]).all()
    encoded = LEARNED.encode(ITEMS[0], "here")
    assert LEARNED.augmented(encoded, RANDOM) is encoded


def test_what_is_learned_does_not_hang_on_the_order_of_items() -> None:
    other = VectorInput.learn(ITEMS[::-1], VectorOptions())
    assert values(ITEMS[0], other) == pytest.approx(values(ITEMS[0]), abs=1e-6)


def test_json_keeps_everything() -> None:
    again = VectorInput.from_json(json.loads(json.dumps(LEARNED.to_json())))
    assert (values(ITEMS[0], again) == values(ITEMS[0])).all()
    assert again.options == LEARNED.options and again.features == 3


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"options": {}},
        {"options": {"standardise": True}, "scaling": {"mean": [0], "factor": [1]}},
        {"options": {}, "scaling": {"mean": [0, 1], "factor": [1]}},
        {"options": {}, "scaling": {"mean": [[0]], "factor": [[1]]}},
        {"options": {}, "scaling": {"mean": ["a"], "factor": [1]}},
        {"options": {}, "scaling": {"mean": [NAN], "factor": [1]}},
        {"options": None, "scaling": {"mean": [0], "factor": [1]}},
    ],
)
def test_a_record_that_cannot_be_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        VectorInput.from_json(record)


def test_vectors_are_named_from_1() -> None:
    assert LEARNED.names(ITEMS[0]) == ["vector 1", "vector 2", "vector 3", "vector 4"]


@pytest.mark.parametrize(
    ("item", "fragments"),
    [
        ([[1, 2, 3], [4, 5]], ("here: must be an array (vectors, features)", "same number of features")),
        (np.ones((2, 4)), ("here: must have 3 features", "got  4 features", "as in training")),
        (np.ones((3, 7)), ("must have 3 features", "it looks transposed: give item.T")),
        (np.empty((0, 3)), ("here: must not be empty", "an array (0, 3)", "leave the item out")),
        (np.empty((3, 0)), ("must not be empty",)),
        ([], ("must have two axes", "an array (0,)")),
        ([[1, 2, 3], [4, NAN, 6]], ("must be finite", "nan in vector 2, feature 2", "fill in")),
        ([[1, 2, INFINITE]], ("inf in vector 1, feature 3", "division by zero")),
        ([[1, 2, -1e39]], ("fit float32", "-1e+39 in vector 1, feature 3", "smaller unit")),
        (np.ones((2, 3), complex), ("must hold real numbers", "complex128", "real and the imaginary part")),
        (np.array([["a", "b", "c"]]), ("must hold real numbers", "such as 'a'", "another kind of input")),
        ([[1, 2, None]], ("must hold real numbers", "object", "into a number")),
        (np.array([["2024-01-01"] * 3], "M8[D]"), ("must hold real numbers", "datetime64")),
        ([1, 2, 3], ("must have two axes, (vectors, features)", "an array (3,)", "array[None]")),
        (np.ones((2, 2, 3)), ("must have two axes", "an array (2, 2, 3)", "list(array)")),
        (np.ones((1, 1, 1, 1)), ("must have two axes", "one item is an array")),
        (4.5, ("must have two axes", "a single value")),
        ("raw text", ("must hold real numbers", "'raw text'")),
        (b"bytes", ("must hold real numbers",)),
        ({"a": 1}, ("must hold real numbers", "object")),
        ([[10**400, 1, 2]], ("must hold real numbers",)),
    ],
)
def test_a_malformed_item_is_refused(item: Any, fragments: tuple[str, ...]) -> None:
    with pytest.raises(DataError) as caught:
        LEARNED.encode(item, "here")
    three_lines(caught.value, fragments)


@pytest.mark.parametrize(
    ("items", "fragments"),
    [
        ([], ("vectors: there must be items to learn from",)),
        ([np.ones((2, 3)), np.ones((2, 4))], ("data, item 2: must have 3 features",)),
        ([np.ones((3, 5)), np.ones((3, 7)), np.ones((3, 9))], ("always 3 rows, but 5 to 9 columns", "give item.T")),
        ([np.ones((2, 3)), np.full((2, 3), NAN)], ("data, item 2: numbers must be finite",)),
    ],
)
def test_malformed_training_is_refused(items: Any, fragments: tuple[str, ...]) -> None:
    with pytest.raises(DataError) as caught:
        VectorInput.learn(items, VectorOptions())
    three_lines(caught.value, fragments)


def test_a_number_far_from_those_of_training_is_refused() -> None:
    given = VectorInput.learn([[[0.0], [1e-30]]], VectorOptions())
    with pytest.raises(DataError) as caught:
        given.encode([[1e30]], "here")
    three_lines(caught.value, ("here: numbers must be of the size that training had", "1e+30 in column 1"))
