"""Baselines: by hand, and against scikit-learn's linear models."""

import numpy as np
import pytest

from regard.data.examples import Examples
from regard.data.items import Story
from regard.inputs.catalogue import input_class, options_class
from regard.metrics.baselines import average, bag_of_vectors, each_vector, majority, most_frequent_tag
from regard.metrics.baselines.linear import fit
from regard.training.baseline import baselines

DRAW = np.random.default_rng(0)


def test_the_majority_is_the_commonest_and_of_equals_the_first() -> None:
    assert majority(["b", "a", "a", "b"]).predict([1, 2, 3]) == ["b", "b", "b"]
    assert sorted(majority([["a", "b"], ["b", "a"], ["a"]]).answer) == ["a", "b"]
    assert average([1.0, 2.0, 6.0]).predict(["x"]) == [3.0]


def test_a_word_has_its_tag_or_that_of_its_lower_case_or_the_commonest() -> None:
    table = most_frequent_tag(
        [["May", "may", "may", "may", "Green"], ["dog", "dog"]],
        [["PROPN", "AUX", "AUX", "VERB", "ADJ"], ["NOUN", None]],
    )
    assert table.predict([["May", "may", "MAY", "green", "zzz"]]) == [["PROPN", "AUX", "AUX", "ADJ", "AUX"]]


def test_classes_as_scikit_learn() -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    features = DRAW.normal(size=(300, 5))
    answers = ["abc"[place] for place in (features @ DRAW.normal(size=(5, 3)) + DRAW.normal(size=(300, 3))).argmax(1)]
    ours = fit(features, answers, kind="classify", strength=0.5)
    theirs = linear_model.LogisticRegression(C=0.5, tol=1e-8, max_iter=1000).fit(features, answers)
    centred = theirs.coef_.T - theirs.coef_.T.mean(1, keepdims=True)
    assert ours.weights.numpy() - ours.weights.numpy().mean(1, keepdims=True) == pytest.approx(centred, abs=0.01)
    assert np.mean(np.array(ours.predict(features)) == theirs.predict(features)) > 0.99


def test_numbers_as_scikit_learn() -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    features = DRAW.normal(size=(200, 4))
    answers = 1000 + features @ [100.0, 0, -50, 25] + DRAW.normal(size=200)
    ours = fit(features, answers.tolist(), kind="regress", strength=0.2)
    theirs = linear_model.Ridge(alpha=5).fit(features, answers)
    assert ours.weights[:, 0].numpy() == pytest.approx(theirs.coef_, rel=1e-2, abs=0.1)
    assert ours.predict(features) == pytest.approx(theirs.predict(features), abs=0.5)


def test_tokens_weigh_as_scikit_learn_has_it() -> None:
    text = pytest.importorskip("sklearn.feature_extraction.text")
    linear_model = pytest.importorskip("sklearn.linear_model")
    items = [DRAW.integers(1, 40, size=DRAW.integers(1, 12)) for _ in range(150)]
    answers = [int(item.max() > 35) for item in items]
    ours = bag_of_vectors(items, answers, strength=10.0)
    lines = [" ".join(f"t{token}" for token in item) for item in items]
    vectorizer = text.TfidfVectorizer()
    theirs = linear_model.LogisticRegression(C=10.0, max_iter=1000).fit(vectorizer.fit_transform(lines), answers)
    assert np.mean(np.array(ours.predict(items)) == theirs.predict(vectorizer.transform(lines))) > 0.98


def test_vectors_are_read_without_their_order_and_tokens_by_their_first_column() -> None:
    items = [DRAW.normal(size=(DRAW.integers(2, 9), 3)) * (1 + place % 2) for place in range(100)]
    answers = ["calm" if place % 2 == 0 else "wild" for place in range(100)]
    model = bag_of_vectors(items, answers)
    assert np.mean(np.array(model.predict(items)) == answers) > 0.85
    assert model.predict(items) == model.predict([item[::-1] for item in items])
    tokens = [np.array([[1, 7 + place], [2 + place % 2, 9]]) for place in range(20)]
    words = bag_of_vectors(tokens, answers[:20])
    assert words.predict([np.array([[3, 99]]), np.array([2]), np.array([77])])[:2] == ["wild", "calm"]


def test_missing_values_count_nowhere() -> None:
    items = [np.array([[place % 2, np.nan], [place % 2, np.nan]], np.float32) for place in range(20)]
    model = bag_of_vectors(items, [place % 2 for place in range(20)])
    assert model.predict(items[:2]) == [0, 1]


def test_several_classes_and_numbers() -> None:
    items = [np.array([[place % 2, place // 2 % 2]], float) for place in range(40)]
    several = [[name for name, holds in zip("ab", item[0], strict=True) if holds] for item in items]
    assert bag_of_vectors(items, several).predict(items[:4]) == [[], ["a"], ["b"], ["a", "b"]]
    numbers = bag_of_vectors(items, [float(item.sum()) for item in items], kind="regress", strength=100.0)
    assert numbers.predict(items[:4]) == pytest.approx([0, 1, 1, 2], abs=0.02)


def test_a_single_class_and_equal_numbers_are_no_trouble() -> None:
    items = [np.ones((2, 2))] * 3
    assert bag_of_vectors(items, ["a"] * 3).predict(items) == ["a"] * 3
    assert bag_of_vectors(items, [2.0] * 3, kind="regress").predict(items) == pytest.approx([2.0] * 3)
    assert bag_of_vectors(items, ["a"] * 3).predict([]) == []


def test_each_vector_alone() -> None:
    items = [np.array([[0.0], [1.0], [np.nan]]), np.array([[1.0]])] * 10
    answers = [["low", "high", None], ["high"]] * 10
    model = each_vector(items, answers)
    assert model.predict(items[:2]) == [["low", "high", "high"], ["high"]]


def test_the_same_data_give_the_same_model() -> None:
    items, answers = [DRAW.normal(size=(3, 2)) for _ in range(30)], ["a", "b", "c"] * 10
    one, other = (bag_of_vectors(items, answers).linear.weights for _ in range(2))
    assert one.equal(other)


def test_the_bag_of_a_story_holds_all_of_its_words() -> None:
    places = ["hall", "garden"] * 10
    stories = [Story((f"Mary went to the {place}",), "Where is Mary") for place in places]
    examples = Examples("story", stories, places)
    given = input_class("story").learn(stories, options_class("story")())
    assert {each.name: each.score for each in baselines("classify", given, examples, examples)} == {
        "majority": 50.0,
        "bag of vectors": 100.0,
    }
