"""`AttentionTranslator` of sounds and other sources than texts: fitted, scored, kept, and what it refuses."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from regard import AttentionTranslator, DataError, OptionError

RANDOM = np.random.default_rng(3)
TONES = {"low": 0.2, "mid": 0.7, "high": 1.6}
TINY: dict[str, Any] = {
    "width": 32,
    "layers": 1,
    "heads": 2,
    "feed_forward": 32,
    "dropout": 0.0,
    "epochs": 10,
    "batch_tokens": 512,
    "learning_rate": 0.01,
    "device": "cpu",
    "precision": "fp32",
    "beam": 2,
}


def spoken(count: int) -> tuple[list[np.ndarray], list[str]]:
    """Waves of one or two tones of 0.1 s, and what they are called."""
    texts = [" ".join(RANDOM.choice(list(TONES), RANDOM.integers(1, 3))) for _ in range(count)]
    time = np.arange(800)
    return [np.concatenate([np.sin(TONES[word] * time) for word in text.split()]) for text in texts], texts


WAVES, TEXTS = spoken(80)


@pytest.fixture(scope="module")
def fitted() -> AttentionTranslator:
    return AttentionTranslator(input="sound", rate=8000, validation=0, random_state=1, **TINY).fit(WAVES, TEXTS)


def test_it_writes_down_what_it_hears(fitted: AttentionTranslator) -> None:
    waves, texts = spoken(30)
    assert fitted.score(waves, texts) > 0.6, "a guess has less than 0.4"
    assert fitted.model_.target.kind == "spaced" and fitted.model_.network.source.how.ctc == 0.3
    assert len(fitted.candidates(waves[:1], n_best=2)[0]) == 2
    reading = fitted.read(waves[0], texts[0])
    assert reading.source[:3] == ["0.00 s", "0.04 s", "0.08 s"] and reading.weights.shape[1] == len(reading.source)


def test_it_is_kept_in_a_folder_and_by_pickle(fitted: AttentionTranslator, tmp_path: Path) -> None:
    before = fitted.predict(WAVES[:5])
    fitted.save(tmp_path / "model")
    again = AttentionTranslator.load(tmp_path / "model")
    assert again.get_params() == fitted.get_params() and again.predict(WAVES[:5]) == before
    assert pickle.loads(pickle.dumps(fitted)).predict(WAVES[:5]) == before


def test_sets_of_vectors_have_texts_too_and_groups_of_validation_are_seeded() -> None:
    sets = [RANDOM.normal(size=(1 + i % 3, 4)) for i in range(20)]
    quick = {**TINY, "epochs": 1}
    first, second = (
        AttentionTranslator(input="vectors", random_state=1, network=network, **quick).fit(sets, ["a b", "c"] * 10)
        for network in ("transformer", "transformer")
    )
    assert first.history_[0]["valid_loss"] == second.history_[0]["valid_loss"]
    assert first.model_.network.source.how.halvings == 0 and first.model_.network.source.ctc is None


@pytest.mark.parametrize(
    ("choices", "items", "texts", "expected"),
    [
        ({}, WAVES[:2], ["a", "b"], "X: every item must be a text"),
        ({"input": "sound", "rate": 8000}, WAVES[:2], ["a"], "as many answers as items"),
        ({"input": "sound", "rate": 8000}, WAVES[:2], ["a", " "], "item 2: the target must be a text"),
        ({"input": "sound", "rate": 8000}, WAVES[:2], ["a", 3], "y: every item must be a text"),
        ({"input": "sound"}, WAVES[:2], ["a", "b"], "rate"),
        ({"input": "music"}, WAVES[:2], ["a", "b"], "input: no such choice"),
        ({"halvings": 1}, ["a", "b"], ["a", "b"], "--halvings: belongs to sources that are sounds"),
        ({"input": "sound", "rate": 8000, "ctc": 1.0}, WAVES[:2], ["a", "b"], "ctc: must be at least 0 and below 1"),
        ({"input": "sound", "rate": 8000, "positions": "learned"}, WAVES[:2], ["a", "b"], "items have no longest"),
        (
            {"input": "sound", "rate": 8000, "joint": True},
            WAVES[:2],
            ["a", "b"],
            "--joint: belongs to sources that are",
        ),
        (
            {"input": "image", "ctc": 0.2, "layout": "steps-first"},
            [np.zeros((8, 8), np.uint8)] * 2,
            ["a", "b"],
            "layout",
        ),
    ],
)
def test_what_cannot_be_is_refused(choices: dict[str, Any], items: list[Any], texts: list[Any], expected: str) -> None:
    with pytest.raises((DataError, OptionError), match=f"{expected}[^\n]*\n  got  .*\n  try  "):
        AttentionTranslator(**{**TINY, **choices}).fit(items, texts)
