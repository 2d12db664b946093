"""X and y in every form that people have them in: frames, series, arrays, lists; and what each gives back."""

from typing import Any

import numpy as np
import pandas
import pytest
from error_form import three_lines

from regard import AttentionClassifier, AttentionLabeler, AttentionRegressor
from regard.data.items import Story
from regard.errors import DataError
from regard.inputs.series.series import TransposedWarning

SMALL: dict[str, Any] = {"width": 8, "layers": 1, "heads": 2, "feed_forward": 8, "epochs": 1, "random_state": 1}
RANDOM = np.random.default_rng(6)
SETS = [RANDOM.normal(size=(2 + i % 3, 2)) for i in range(12)]
FRAME = pandas.DataFrame(
    [{"who": f"s{i % 12:02}", "when": 10 - i // 12, "a": i % 2, "b": i / 7, "kind": i % 3} for i in range(36)]
)
TEXTS = ["a good film", "a bad film"] * 6


def fitted(y: Any, X: Any = SETS, **more: Any) -> AttentionClassifier:
    return AttentionClassifier(**SMALL, **more).fit(X, y)


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ([True, False], "b"),
        ([3, 7], "i"),
        (list(np.array([3, 7], np.int32)), "i"),
        ([1.0, 2.0], "f"),
        (["x", "y"], "U"),
        (["x", 1], "O"),
    ],
)
def test_classes_come_back_in_their_own_type(names: list[Any], kind: str) -> None:
    model = fitted(names * 6)
    assert model.classes_.dtype.kind == model.predict(SETS).dtype.kind == kind
    assert set(model.predict(SETS).tolist()) <= set(names)
    places = [list(model.classes_).index(name) for name in model.predict(SETS)]
    assert np.array_equal(model.predict_proba(SETS).argmax(1), places)


def test_stories_are_pairs_of_sentences_and_a_question() -> None:
    stories = [(["Mary went home.", "John slept."], "Where is Mary?"), ([], "Is it late?")] * 6
    small = {name: value for name, value in SMALL.items() if name != "feed_forward"}
    model = AttentionClassifier(**small, network="memory").fit(stories, ["home", "who knows"] * 6)
    assert model.predict(stories[:2]).shape == (2,) and model.transform(stories).shape == (12, 8)
    assert [each.shape for each in model.readings(stories[:2])] == [(1, 3), (1, 1)]
    assert [call.name for call in model.look(stories[0]).record.calls] == ["hop 1"]
    as_objects = [Story(tuple(sentences), question) for sentences, question in stories]
    assert (model.predict_proba(as_objects) == model.predict_proba(stories)).all()
    with pytest.raises(DataError) as caught:
        model.predict([(["Mary went home.", 3], "Where is Mary?")])
    three_lines(caught.value, ("X, item 1: sentences and questions must be texts", "int 3"))


def test_several_classes_as_lists_and_as_a_table() -> None:
    lists = fitted([["a"], ["a", "b"], []] * 4)
    assert lists.classes_.tolist() == ["a", "b"] and all(isinstance(each, list) for each in lists.predict(SETS))
    table = np.array([[1, 0, 1], [0, 1, 0]] * 6)
    model = fitted(table)
    assert model.predict(SETS).shape == (12, 3) and 0 <= model.score(SETS, table) <= 1


def test_numbers_one_several_and_one_a_step() -> None:
    assert AttentionRegressor(**SMALL).fit(SETS, range(12)).predict(SETS).shape == (12,)
    assert AttentionRegressor(**SMALL).fit(SETS, RANDOM.normal(size=(12, 3))).predict(SETS).shape == (12, 3)
    steps = AttentionLabeler(**SMALL).fit(SETS, [item[:, 0].tolist() for item in SETS]).predict(SETS)
    assert [len(each) for each in steps] == [len(item) for item in SETS] and isinstance(steps[0][0], float)
    pairs = AttentionLabeler(**SMALL).fit(SETS, [item.tolist() for item in SETS]).predict(SETS)
    assert np.shape(pairs[0]) == (2, 2)


def test_texts_come_as_lists_arrays_and_series() -> None:
    first = fitted(["p", "n"] * 6, TEXTS).predict_proba(TEXTS)
    for form in (np.array(TEXTS), pandas.Series(TEXTS), tuple(TEXTS)):
        assert np.array_equal(fitted(pandas.Series(["p", "n"] * 6), form).predict_proba(form), first)


def test_sounds_come_with_rates_or_with_one_rate() -> None:
    waves = [np.sin(np.arange(800 + 50 * i) / 5).astype(np.float32) for i in range(12)]
    one = fitted([0, 1] * 6, waves, rate=8000).predict_proba(waves)
    pairs = [(wave, 8000) for wave in waves]
    assert np.array_equal(fitted([0, 1] * 6, pairs).predict_proba(pairs), one)
    turned = [(8000, wave) for wave in waves]
    assert np.array_equal(fitted([0, 1] * 6, turned).predict_proba(turned), one)


def test_arrays_of_three_axes_and_channels_first() -> None:
    array = RANDOM.normal(size=(12, 9, 2))
    first = fitted([0, 1] * 6, array, layout="steps-first").predict_proba(array)
    turned = array.transpose(0, 2, 1)
    assert np.array_equal(fitted([0, 1] * 6, turned, layout="channels-first").predict_proba(turned), first)
    with pytest.warns(TransposedWarning, match="look transposed"):
        fitted([0, 1] * 6, turned, layout="steps-first")


def test_a_table_of_vectors_and_its_columns() -> None:
    frame = pandas.DataFrame(RANDOM.normal(size=(12, 3)), columns=["x", "y", "z"])
    model = fitted([0, 1] * 6, frame, input="vectors")
    assert model.feature_names_in_.tolist() == ["x", "y", "z"] and model.n_features_in_ == 3
    assert np.array_equal(
        fitted([0, 1] * 6, frame.to_numpy().tolist(), input="vectors").predict_proba(frame.to_numpy()),
        model.predict_proba(frame),
    )


def test_a_frame_with_a_row_a_step() -> None:
    marked = FRAME.assign(kind=[int(who[1:]) % 2 for who in FRAME["who"]])
    model = AttentionClassifier(**SMALL, id="who", time="when").fit(marked, "kind")
    assert model.feature_names_in_.tolist() == ["a", "b"] and model.predict(marked).shape == (12,)
    mixed = marked.drop(columns="kind").sample(frac=1, random_state=1).sort_values("who")
    assert np.array_equal(model.predict_proba(mixed), model.predict_proba(marked))
    assert 0 <= model.score(marked, "kind") <= 1
    bare = FRAME.drop(columns="kind")
    by_id = pandas.Series([int(f"{i:02}") % 2 for i in range(12)], index=[f"s{i:02}" for i in range(12)])
    again = AttentionClassifier(**SMALL, id="who", time="when").fit(bare, by_id.sample(frac=1, random_state=3))
    assert np.array_equal(again.predict_proba(bare), model.predict_proba(marked))
    labels = AttentionLabeler(**SMALL, id="who", time="when").fit(FRAME, "kind").predict(FRAME)
    assert [len(each) for each in labels] == [3] * 12


REFUSED: list[tuple[Any, Any, Any, dict[str, Any], tuple[str, ...]]] = [
    (AttentionClassifier, "a text", [1], {}, ("a list of items",)),
    (AttentionClassifier, [], [], {}, ("must hold items",)),
    (AttentionClassifier, SETS, None, {}, ("target y is None",)),
    (AttentionClassifier, SETS, "kind", {}, ("y: must be a list", "data frame")),
    (AttentionClassifier, SETS, [0, 1], {}, ("as many answers as items", "12 items, 2 answers")),
    (AttentionClassifier, SETS, [0] * 12, {}, ("two classes or more",)),
    (AttentionClassifier, SETS, [0.5, 1] * 6, {}, ("continuous", "AttentionRegressor")),
    (AttentionClassifier, SETS, [float("nan"), 1] * 6, {}, ("classes are names or whole numbers",)),
    (AttentionClassifier, SETS, np.full((12, 2), 3), {}, ("a table must hold 0 and 1",)),
    (AttentionRegressor, SETS, ["one"] * 12, {}, ("the answer must be a number", "'one'")),
    (AttentionRegressor, SETS, [float("inf")] * 12, {}, ("the answer must be finite",)),
    (AttentionLabeler, TEXTS, ["p"] * 12, {}, ("takes lists of words", "one piece")),
    (AttentionLabeler, SETS, [0, 1] * 6, {}, ("must be a list",)),
    (AttentionClassifier, RANDOM.normal(size=(12, 4)), [0, 1] * 6, {}, ("a set of vectors", "X[:, :, None]")),
    (AttentionClassifier, [np.ones(9)] * 12, [0, 1] * 6, {}, ("waves need rate=", "rate=8000")),
    (AttentionClassifier, FRAME, [0, 1] * 18, {}, ("a data frame needs id=", "columns who")),
    (AttentionClassifier, FRAME, "kid", {"id": "who"}, ("must have each column once", "kid")),
    (AttentionClassifier, FRAME, {"s01": 1}, {"id": "who"}, ("must have one for every id", "'s00'")),
    (AttentionClassifier, [np.full((2, 2), np.inf)] * 12, [0, 1] * 6, {}, ("finite",)),
    (AttentionClassifier, [object()] * 12, [0, 1] * 6, {}, ("of a kind that is known",)),
]


@pytest.mark.parametrize(("kind", "X", "y", "more", "words"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_read_is_refused(kind: Any, X: Any, y: Any, more: Any, words: tuple[str, ...]) -> None:
    with pytest.raises(DataError) as caught:
        kind(**SMALL, **more).fit(X, y)
    three_lines(caught.value, words)
