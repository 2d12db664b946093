"""`AttentionGenerator`: fitted, it goes on with texts, tells how likely they are, and lives in a model folder."""

import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from regard import AttentionGenerator, DataError, FolderError, OptionError
from regard.cli.main import main
from regard.models.rules import Rules

TEXTS = ["the cat sat on the mat", "a dog ran in the fog", "my frog hid by a log"]
TINY: dict[str, Any] = {
    "width": 32,
    "layers": 1,
    "heads": 2,
    "feed_forward": 32,
    "dropout": 0.0,
    "tokens": "word",
    "window": 16,
    "epochs": 5,
    "batch_tokens": 128,
    "learning_rate": 0.02,
    "device": "cpu",
    "precision": "fp32",
}


@pytest.fixture(scope="module")
def fitted() -> AttentionGenerator:
    return AttentionGenerator(**TINY, random_state=1).fit(TEXTS * 30)


def test_it_goes_on_with_what_it_has_learned(fitted: AttentionGenerator) -> None:
    assert fitted.predict(["the cat", "a dog ran", "my frog"]) == [" sat on the mat", " in the fog", " hid by a log"]
    drawn = fitted.sample(30, temperature=0.7)
    assert set(drawn) & set(TEXTS) and len(drawn) == 30
    assert fitted.sample(30, temperature=0.7) == drawn != fitted.sample(30, temperature=0.7, random_state=2)
    assert fitted.generate(["the cat"], longest=2, temperature=0)[0] == " sat on"
    assert set(fitted.history_[0]) >= {"epoch", "valid_loss", "score"}
    rules = Rules(allowed=["ran in the fog", "sat on a log"])
    assert fitted.generate(["the cat", "a dog"], rules=rules, temperature=0) == [" sat on a log", " ran in the fog"]


def test_its_score_is_the_log_likelihood_of_a_character(fitted: AttentionGenerator) -> None:
    likely, shuffled = fitted.score(TEXTS), fitted.score(["mat the on sat cat the", "fog the in ran dog a"])
    assert 0 > likely > shuffled and fitted.model_.each_line
    each, lengths = fitted.score_samples(TEXTS), np.array([len(text) + 1 for text in TEXTS])
    assert float(each @ lengths / lengths.sum()) == pytest.approx(likely)


def test_one_long_text_is_continuous(capsys: pytest.CaptureFixture[str]) -> None:
    model = AttentionGenerator(**{**TINY, "tokens": None, "epochs": 1, "steps": 3}, random_state=1)
    assert model.fit("\n".join(TEXTS * 20)) is model and not model.model_.each_line
    assert model.model_.text.kind == "character" and len(model.generate(["the\ncat"], longest=7)[0]) <= 7
    assert model.score("\n".join(TEXTS)) < 0
    assert capsys.readouterr() == ("", "")


def test_the_same_seed_gives_the_same_model() -> None:
    quick = {**TINY, "steps": 4, "epochs": 1}
    one, other, third = (
        AttentionGenerator(**quick, random_state=seed).fit(TEXTS * 5).score(TEXTS) for seed in (1, 1, 2)
    )
    assert one == other != third


def test_choices_are_stored_and_cloned(fitted: AttentionGenerator) -> None:
    again = clone(fitted)
    assert again.get_params() == fitted.get_params() and not hasattr(again, "model_")
    with pytest.raises(NotFittedError, match="must be fitted first"):
        again.predict(["a"])


def test_its_folder_is_that_of_the_command_line(
    fitted: AttentionGenerator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fitted.save(tmp_path / "model")
    again = AttentionGenerator.load(tmp_path / "model")
    assert again.get_params() == fitted.get_params() and again.predict(["the cat"]) == fitted.predict(["the cat"])
    (tmp_path / "lines.txt").write_text("the cat\n", encoding="utf-8")
    assert main(["predict", str(tmp_path / "model"), str(tmp_path / "lines.txt"), "--greedy"]) == 0
    assert capsys.readouterr().out == " sat on the mat\n"
    copy = pickle.loads(pickle.dumps(fitted))
    assert copy.score(TEXTS) == fitted.score(TEXTS)
    (tmp_path / "model" / "text.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FolderError, match=re.escape("text.json")):
        AttentionGenerator.load(tmp_path / "model")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], "must hold texts"),
        ("  ", "must hold text"),
        (["a", 3], "every item must be a text"),
        (["a\nb"], "one line that is not blank"),
        (["a", " "], "one line that is not blank"),
        ({"a": 1}, "must be a list of texts"),
        (7, "must be a list of texts"),
    ],
    ids=str,
)
def test_what_is_no_text_is_refused(texts: Any, expected: str) -> None:
    with pytest.raises(DataError, match=f"X: .*{expected}\n  got  .*\n  try  "):
        AttentionGenerator(**TINY).fit(texts)


def test_choices_that_cannot_be_are_refused(fitted: AttentionGenerator) -> None:
    for choices in ({"tokens": "letters"}, {"window": 1}, {"network": "recurrent", "attention": "dot"}):
        with pytest.raises(OptionError):
            AttentionGenerator(**{**TINY, **choices}).fit(TEXTS)
    with pytest.raises(OptionError, match="temperature"):
        fitted.generate(["a"], temperature=-1)
    with pytest.raises(DataError, match="prefixes: must be a list"):
        fitted.generate("the cat")
