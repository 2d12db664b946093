"""`AttentionGenerator` on images: fitted, it paints, completes, tells how likely, and lives in a model folder."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from regard import AttentionClassifier, AttentionGenerator, AttentionTranslator, DataError, OptionError

TINY: dict[str, Any] = {
    "width": 16,
    "layers": 1,
    "heads": 2,
    "feed_forward": 32,
    "levels": 4,
    "epochs": 40,
    "batch_tokens": 256,
    "learning_rate": 0.02,
    "device": "cpu",
    "precision": "fp32",
}
STRIPES = np.zeros((60, 4, 4), np.uint8)
for _index, _image in enumerate(STRIPES):
    _image[:, _index % 4] = 255


@pytest.fixture(scope="module")
def fitted() -> AttentionGenerator:
    return AttentionGenerator(**TINY, attention="linear", random_state=1).fit(STRIPES)


def test_it_paints_completes_and_tells(fitted: AttentionGenerator, tmp_path: Path) -> None:
    new = fitted.sample(3)
    assert new.shape == (3, 4, 4) and new.dtype == np.uint8 and (fitted.sample(3) == new).all()
    whole = fitted.complete(STRIPES[:4], temperature=0.0)
    assert (whole[:, :2] == STRIPES[:4, :2]).all() and (whole == STRIPES[:4]).mean() > 0.9
    each = fitted.score_samples(STRIPES[:5])
    assert fitted.score(STRIPES[:5]) == pytest.approx(each.mean()) and each.shape == (5,)
    assert fitted.score(STRIPES[:5]) > fitted.score(STRIPES[:5].transpose(0, 2, 1))
    fitted.save(tmp_path / "model")
    for again in (AttentionGenerator.load(tmp_path / "model"), pickle.loads(pickle.dumps(fitted))):
        assert (again.sample(3) == new).all() and again.levels == 4


def test_what_is_asked_of_the_other_kind_is_refused(fitted: AttentionGenerator) -> None:
    with pytest.raises(OptionError, match="generate: is of texts"):
        fitted.generate(["a"])
    with pytest.raises(OptionError, match="look: is of texts"):
        fitted.look("a")
    with pytest.raises(OptionError, match="leaves some to paint"):
        fitted.complete(STRIPES[:1], given=1.0)
    with pytest.raises(DataError, match="the model's 4 rows and 4 columns"):
        fitted.score(STRIPES[:2, :3])
    texts = AttentionGenerator(width=8, heads=1, layers=1, steps=1, tokens="word").fit(["one two"] * 12)
    with pytest.raises(OptionError, match="complete: is of images"):
        texts.complete(STRIPES)


def test_linear_attentions_choices_are_the_estimators_too() -> None:
    sizes = {"width": 8, "heads": 2, "layers": 1, "feed_forward": 8, "steps": 2, "random_state": 1}
    chosen: dict[str, Any] = {"attention": "linear", "feature_map": "random", "random_features": 6, "redraw": 1}
    vectors = [np.linspace(0, 1 - 2 * (i % 2), 5)[:, None] for i in range(12)]
    classifier = AttentionClassifier(**sizes, **chosen, decay=True, positions="sinusoidal")
    options = classifier.fit(vectors, ["up", "down"] * 6).model_.network.options
    assert (options.feature_map, options.random_features, options.redraw, options.decay) == ("random", 6, 1, True)
    translator = AttentionTranslator(**sizes, **chosen, tokens="word", validation=0)
    assert translator.fit(["one two"] * 10, ["two one"] * 10).model_.network.options.redraw == 1
