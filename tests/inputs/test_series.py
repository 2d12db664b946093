"""Series as an input: gaps filled from the past, channels standardised, layouts told apart."""

import json
import warnings
from typing import Any

import numpy as np
import pytest
from error_form import three_lines

from regard.errors import DataError, OptionError
from regard.inputs.series import SeriesInput, SeriesOptions, TransposedWarning, filled

RANDOM = np.random.default_rng(5)
ITEMS = [RANDOM.normal(3, 2, (length, 2)).cumsum(0) for length in (6, 9, 4)]
LEARNED = SeriesInput.learn(ITEMS, SeriesOptions())
AS_IS = SeriesOptions(standardize="none", augment=False)
NAN = float("nan")


def values(item: Any, given: SeriesInput = LEARNED) -> Any:
    return given.encode(item, "here").values


def test_training_channels_have_mean_0_and_deviation_1() -> None:
    every = np.concatenate([values(item) for item in ITEMS])
    assert every.dtype == np.float32 and LEARNED.features == 2
    assert every.mean(0) == pytest.approx(np.zeros(2), abs=1e-6)
    assert every.std(0) == pytest.approx(np.ones(2), abs=1e-6)


def test_each_series_alone_may_be_standardised() -> None:
    given = SeriesInput.learn(ITEMS, SeriesOptions(standardize="item"))
    found = values(ITEMS[1] * 10 + 3, given)
    assert found.std(0) == pytest.approx(np.ones(2), abs=1e-6)
    assert found == pytest.approx(values(ITEMS[1], given), abs=1e-5), "level and size are lost"
    assert (values([[2, 5]] * 3, given) == 0).all()


def test_a_gap_is_the_last_known_value_else_the_mean_and_is_told() -> None:
    given = SeriesInput.learn([[[1, 10], [NAN, 20]], [[3, 30]]], AS_IS)
    assert given.features == 4
    found = values([[NAN, 1], [5, NAN], [NAN, NAN]], given)
    assert found.tolist() == [[2, 1, 1, 0], [5, 1, 0, 1], [5, 1, 1, 1]]


def test_a_gap_that_training_had_not_is_filled_alike() -> None:
    given = SeriesInput.learn([[[1], [3]]], AS_IS)
    assert values([[NAN], [5], [NAN]], given).tolist() == [[2], [5], [5]]


def test_filling_never_reads_the_future() -> None:
    item = RANDOM.normal(size=(12, 3))
    item[RANDOM.random(item.shape) < 0.4] = NAN
    whole = filled(item, np.zeros(3))
    assert not np.isnan(whole).any()
    for steps in range(1, 12):
        assert (filled(item[:steps], np.zeros(3)) == whole[:steps]).all()


def test_differences_are_read_beside() -> None:
    given = SeriesInput.learn([[[1], [4]]], SeriesOptions(standardize="none", differences=True))
    assert values([[1], [4], [2]], given).tolist() == [[1, 0], [4, 3], [2, -2]]


def test_a_list_of_numbers_is_one_channel() -> None:
    given = SeriesInput.learn([[1.0, 2.0], [3.0]], AS_IS)
    assert given.features == 1 and values([7, 8], given).tolist() == [[7], [8]]


def test_channels_may_come_first() -> None:
    given = SeriesInput.learn([item.T for item in ITEMS], SeriesOptions(layout="channels-first"))
    assert (values(ITEMS[0].T, given) == values(ITEMS[0])).all()
    assert given.names(ITEMS[0].T) == LEARNED.names(ITEMS[0]) == [f"step {i}" for i in range(1, 7)]


def test_series_of_one_length_that_look_transposed_are_warned_of() -> None:
    items = [np.ones((3, 40)).cumsum(1) for _ in range(4)]
    with pytest.warns(TransposedWarning, match='at most 3 steps, of 40 channels.*layout="channels-first"'):
        SeriesInput.learn(items, SeriesOptions())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SeriesInput.learn(items, SeriesOptions(layout="channels-first"))


def test_training_sees_changes_and_only_where_they_are_wanted() -> None:
    item = np.vstack([ITEMS[0]] * 10)
    item[3, 0] = NAN
    given = SeriesInput.learn([item], SeriesOptions())
    encoded = given.encode(item, "here")
    before = encoded.values.copy()
    changed = given.augmented(encoded, np.random.default_rng(0)).values
    assert (encoded.values == before).all() and changed.dtype == np.float32
    assert not np.isclose(changed[:, :2], before[:, :2]).any()
    assert (changed[:, 2:] == before[:, 2:]).all(), "what was missing stays told"
    assert (changed == given.augmented(encoded, np.random.default_rng(0)).values).all()
    assert np.corrcoef(changed[:, 0], before[:, 0])[0, 1] > 0.8
    plain = SeriesInput.learn([item], SeriesOptions(augment=False))
    assert plain.augmented(encoded, RANDOM) is encoded


def test_changes_are_for_few_series_unless_wanted() -> None:
    many = [[[float(i)], [1.0]] for i in range(2_000)]
    assert SeriesInput.learn(many, SeriesOptions()).options.augment is False
    assert SeriesInput.learn(many[:-1], SeriesOptions()).options.augment is True
    assert SeriesInput.learn(many, SeriesOptions(augment=True)).options.augment is True


def test_about_every_second_time_a_run_of_steps_is_hidden() -> None:
    encoded = SeriesInput.learn([np.ones((40, 1)).cumsum(0)], SeriesOptions()).encode(np.arange(40.0), "here")
    given = SeriesInput.learn([np.arange(40.0)], SeriesOptions())
    random = np.random.default_rng(1)
    hidden = [int((given.augmented(encoded, random).values == 0).sum()) for _ in range(100)]
    assert max(hidden) == 4 and 30 < hidden.count(0) < 70


@pytest.mark.parametrize("options", [{}, {"standardize": "item"}, {"differences": True, "layout": "channels-first"}])
def test_json_keeps_everything(options: dict[str, Any]) -> None:
    turned = "layout" in options
    items = [item.T if turned else item for item in [*ITEMS, np.array([[1.0, NAN]])]]
    given = SeriesInput.learn(items, SeriesOptions(**options))
    again = SeriesInput.from_json(json.loads(json.dumps(given.to_json())))
    assert (values(items[1], again) == values(items[1], given)).all()
    assert again.options == given.options and again.features == given.features


@pytest.mark.parametrize("change", ["options", "mean", "scaling", "gaps"])
def test_a_record_that_lacks_something_is_refused(change: str) -> None:
    record = LEARNED.to_json()
    del record[change]
    with pytest.raises(KeyError):
        SeriesInput.from_json(record)


@pytest.mark.parametrize(
    "change",
    [
        {"mean": [0, NAN]},
        {"mean": [0]},
        {"options": {"standardize": "all"}},
        {"options": {"colour": 1}},
        {"scaling": {"mean": [1], "factor": [1]}},
    ],
)
def test_a_record_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        SeriesInput.from_json(LEARNED.to_json() | change)


@pytest.mark.parametrize(
    ("item", "fragments"),
    [
        ([[1, 2], [3]], ("here: must be an array (steps, channels)", "same number of channels")),
        (np.ones((5, 3)), ("here: must have 2 channels", "got  3 channels")),
        (np.ones((2, 30)), ("looks transposed", 'layout="channels-first"')),
        ([1.0, 2.0, 3.0], ("must have 2 channels", "got  1 channels")),
        (np.empty((0, 2)), ("here: must not be empty", "a step and a channel")),
        ([], ("must not be empty",)),
        ([[1, float("inf")]], ("inf in step 1, channel 2", "write a missing value as nan")),
        ([[1, 1e300]], ("fit float32", "1e+300 in step 1, channel 2")),
        ([[1, None]], ("must hold real numbers", "into a number")),
        ([["1", "?"]], ("must hold real numbers", "such as '1'")),
        (np.ones((2, 2)) * 1j, ("must hold real numbers", "complex")),
        (np.ones((2, 3, 4)), ("must have two axes, (steps, channels)", "list(array)")),
        (np.ones((1, 1, 1, 1)), ("must have two axes",)),
        (np.float64(3), ("must have two axes", "a single value")),
        ("1,2,3", ("must hold real numbers",)),
        (np.array([["2024-01-01", "2024-01-02"]], "M8[D]"), ("must hold real numbers", "datetime64")),
    ],
)
def test_a_malformed_item_is_refused(item: Any, fragments: tuple[str, ...]) -> None:
    with pytest.raises(DataError) as caught:
        LEARNED.encode(item, "here")
    three_lines(caught.value, fragments)


@pytest.mark.parametrize(
    ("items", "fragments"),
    [
        ([], ("series: there must be items to learn from",)),
        ([[[1, 2]], [[1, 2, 3]]], ("data, item 2: must have 2 channels",)),
        ([np.ones((2, n)) for n in (5, 6, 7)], ("always 2 rows, but 5 to 7 columns", 'layout="channels-first"')),
        ([[[1, NAN]], [[2, NAN]]], ("every channel needs a value", "none in channel 2", "leave that channel out")),
        ([[[1, 2]], "text"], ("data, item 2: must hold real numbers",)),
    ],
)
def test_malformed_training_is_refused(items: Any, fragments: tuple[str, ...]) -> None:
    with pytest.raises(DataError) as caught:
        SeriesInput.learn(items, SeriesOptions())
    three_lines(caught.value, fragments)


def test_channels_first_that_are_not_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        SeriesInput.learn(ITEMS, SeriesOptions(layout="channels-first"))
    three_lines(caught.value, ("look transposed", 'layout="steps-first"'))


@pytest.mark.parametrize("option", ["standardize", "layout"])
def test_a_choice_that_does_not_exist_is_refused(option: str) -> None:
    with pytest.raises(OptionError) as caught:
        SeriesOptions(**{option: "trainin"})  # type: ignore[arg-type]
    three_lines(caught.value, (f"{option}: no such choice", "'trainin'"))
