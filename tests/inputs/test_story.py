"""Stories as an input: words and ages by hand, older in training alone, and refused where they are none."""

import json
from typing import Any

import numpy as np
import pytest
from error_form import three_lines

from regard.data.items import Story
from regard.errors import DataError, OptionError
from regard.inputs.catalogue import input_class
from regard.inputs.story import StoryInput, StoryOptions

STORY = Story(("Mary went home.", "John, too, went to bed!"), "Where is Mary?")


def learned(**options: Any) -> StoryInput:
    return StoryInput.learn([STORY], StoryOptions(**options))


def test_by_hand() -> None:
    given = learned()
    encoded = given.encode(STORY, "here")
    words = ["mary", "went", "bed", "home", "is", "john", "to", "too", "where"]
    assert given.to_json()["words"] == words and given.features == 11
    assert encoded.values.tolist() == [[2, 3, 5, 0, 0], [7, 9, 3, 8, 4], [10, 6, 2, 0, 0]]
    assert encoded.cells is not None and encoded.cells.tolist() == [[2], [1], [0]]
    assert given.names(STORY) == [*STORY.sentences, STORY.question]
    assert given.numbers_of(["Mary", "home,bed", 7]) == (2, 0, 0)


def test_words_that_training_never_saw_are_one_unknown_word() -> None:
    assert learned().encode(Story(("Otto ran home",), "Where?"), "here").values.tolist() == [[1, 1, 5], [10, 0, 0]]


def test_only_the_last_sentences_are_read() -> None:
    given = StoryInput.learn([Story(tuple(f"day {i}" for i in range(9)), "which day")], StoryOptions(sentences=2))
    long = Story(tuple(f"day {i}" for i in range(9)), "which day")
    assert given.names(long) == ["day 7", "day 8", "which day"] and given.longest == 9
    assert len(given.encode(long, "here")) == 3 and "0" not in given.to_json()["words"]


def test_training_finds_some_sentences_older_and_no_other_order() -> None:
    given = learned(gaps=0.5, sentences=12)
    encoded = given.encode(Story(tuple(f"home {i}" for i in range(10)), "where"), "here")
    seen = [given.augmented(encoded, np.random.default_rng(seed)).cells[:, 0] for seed in range(200)]  # type: ignore[index]
    assert all((np.diff(ages) <= 0).all() and ages[-1] == 0 and ages[0] <= 12 for ages in seen)
    assert {int(ages[0]) for ages in seen} == {10, 11, 12} and len({tuple(ages) for ages in seen}) > 50
    again = given.augmented(encoded, np.random.default_rng(3)).cells
    assert again is not None and (again[:, 0] == seen[3]).all()
    assert learned(gaps=0.0).augmented(encoded, np.random.default_rng(1)) is encoded


def test_a_story_of_the_question_alone() -> None:
    given, alone = learned(), Story((), "Where is Mary?")
    encoded = given.encode(alone, "here")
    assert encoded.values.tolist() == [[10, 6, 2]] and given.augmented(encoded, np.random.default_rng(1)) is encoded


def test_pairs_are_stories_too_and_a_folder_gives_back_the_same() -> None:
    given = learned()
    back = input_class("story").from_json(json.loads(json.dumps(given.to_json())))
    pair = (list(STORY.sentences), STORY.question)
    assert back.encode(pair, "here").values.tolist() == given.encode(STORY, "here").values.tolist()
    assert back.to_json() == given.to_json()


@pytest.mark.parametrize(
    ("item", "fragments"),
    [
        ("Where is Mary?", ("here: a story is sentences and a question", "got  str")),
        (("Mary went.", "Where?"), ("a story is sentences and a question",)),
        ((["Mary went."],), ("a story is",)),
        (Story(("Mary went.", " "), "Where?"), ("a sentence must have words", "got  ' '")),
        (Story(("Mary went.",), ""), ("a sentence must have words",)),
        ((["Mary went.", 7], "Where?"), ("must be texts", "got  int 7")),
    ],
)
def test_what_is_no_story(item: Any, fragments: tuple[str, ...]) -> None:
    with pytest.raises(DataError) as caught:
        learned().encode(item, "here")
    three_lines(caught.value, fragments)


@pytest.mark.parametrize("options", [{"sentences": 0}, {"vocabulary": 0}, {"gaps": 1.5}, {"gaps": -0.1}])
def test_options_that_cannot_be(options: dict[str, Any]) -> None:
    with pytest.raises(OptionError) as caught:
        StoryOptions(**options)
    three_lines(caught.value, (next(iter(options)),))


@pytest.mark.parametrize(
    "change", [{"words": ["a", "a"]}, {"words": [1]}, {"words": "ab"}, {"longest": "long"}, {"options": {"size": 3}}]
)
def test_a_record_that_is_none(change: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        StoryInput.from_json({**learned().to_json(), **change})
