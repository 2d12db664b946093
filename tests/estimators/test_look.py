"""`look` of every estimator, from the data that `predict` takes to a look."""

from typing import Any

import numpy as np
import pytest

from regard import AttentionClassifier, AttentionGenerator, AttentionLabeler, AttentionRegressor, AttentionTranslator
from regard.errors import OptionError

SMALL: dict[str, Any] = {"width": 8, "layers": 1, "heads": 2, "epochs": 1, "random_state": 1, "device": "cpu"}
RANDOM = np.random.default_rng(2)


def test_a_wave_a_series_and_words_become_axes() -> None:
    waves = [0.1 * RANDOM.normal(size=900 + 10 * i) for i in range(12)]
    sounds = AttentionClassifier(input="sound", rate=8000, **SMALL).fit(waves, ["a", "b"] * 6)
    record = sounds.look(waves[0], "b").record
    assert record.axes["source"].kind == "sound" and record.headline["target"] == "class b"
    assert len(record.axes["source"].thing["spans"]) == len(record.evidence[0].columns["occlusion"])
    series = [RANDOM.normal(size=(6, 2)) for _ in range(12)]
    numbers = AttentionRegressor(input="series", **SMALL).fit(series, RANDOM.normal(size=12))
    assert numbers.look(series[0]).record.evidence[0].of == "the predicted number"
    tagger = AttentionLabeler(**SMALL).fit([["New", "York"], ["in", "Paris"]] * 6, [["B", "I"], ["O", "B"]] * 6)
    words = tagger.look(["in", "New", "York"]).record
    assert words.axes["source"].kind == "words" and [each.step for each in words.evidence] == [1, 2, 3]


def test_texts_that_are_written_have_their_steps() -> None:
    sources, targets = ["eins zwei", "zwei drei"] * 10, ["one two", "two three"] * 10
    translator = AttentionTranslator(tokens="word", validation=0, beam=1, **SMALL).fit(sources, targets)
    record = translator.look("eins drei", "one three").record
    assert (
        record.headline["target"] == "one three" and record.headline["output"] == translator.predict(["eins drei"])[0]
    )
    assert [step.piece for step in record.steps] == ["▁one", "▁three", "</s>"]
    writer = AttentionGenerator(tokens="word", **SMALL).fit(["one two three"] * 20)
    assert writer.look("one two", " three").record.steps[0].piece == "▁three"
    assert writer.look("one two", evidence=False).record.evidence == ()


def test_what_reads_nothing_is_refused() -> None:
    sets = [RANDOM.normal(size=(4, 2)) for _ in range(12)]
    choices = {name: each for name, each in SMALL.items() if name != "heads"}
    model = AttentionClassifier(network="feedforward", pooling="mean", **choices).fit(sets, ["a", "b"] * 6)
    with pytest.raises(OptionError, match="must have attention"):
        model.look(sets[0])
