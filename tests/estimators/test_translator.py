"""`AttentionTranslator`: fitted, it translates, is scored by BLEU, shows what it read, and lives in a model folder."""

import pickle
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from regard import AttentionTranslator, DataError, FolderError, OptionError
from regard.cli.main import main
from regard.models.rules import Rules

NOUNS = {"Hund": "dog", "Hase": "hare", "Mond": "moon", "Baum": "tree"}
WORDS = {"rot": "red", "alt": "old", "neu": "new", "groß": "big"}
SOURCES = [f"der {noun} ist {word}" for noun, word in product(NOUNS, WORDS)]
TARGETS = [f"the {NOUNS[noun]} is {WORDS[word]}" for noun, word in product(NOUNS, WORDS)]
TINY: dict[str, Any] = {
    "width": 32,
    "layers": 1,
    "heads": 2,
    "feed_forward": 32,
    "dropout": 0.0,
    "tokens": "word",
    "metric": "exact",
    "epochs": 12,
    "batch_tokens": 128,
    "learning_rate": 0.01,
    "device": "cpu",
    "precision": "fp32",
}


@pytest.fixture(scope="module")
def fitted() -> AttentionTranslator:
    return AttentionTranslator(**TINY, beam=2, validation=0, random_state=1).fit(SOURCES * 12, TARGETS * 12)


def test_it_translates_and_is_scored_by_bleu(fitted: AttentionTranslator) -> None:
    found = fitted.predict([*SOURCES, ""])
    assert found[:-1] == TARGETS and found[-1] == ""
    assert fitted.score(SOURCES, TARGETS) == pytest.approx(1)
    assert fitted.score(SOURCES, [target.replace("the", "a") for target in TARGETS]) < 0.9
    assert len(fitted.candidates(SOURCES[:1], n_best=3)[0]) == 3
    assert set(fitted.history_[0]) >= {"epoch", "valid_loss", "score"}


def test_it_shows_what_each_piece_was_read_from(fitted: AttentionTranslator) -> None:
    reading = fitted.read("der Hund ist alt")
    assert [piece.strip("▁") for piece in reading.target] == ["the", "dog", "is", "old", "</s>"]
    assert reading.weights.shape == (5, 5) and reading.weights.sum(1).tolist() == pytest.approx([1] * 5, abs=1e-5)
    assert fitted.read("der Hund", "the tree").target[1].strip("▁") == "tree"


def test_what_it_writes_can_be_ruled_and_drawn_and_given(fitted: AttentionTranslator) -> None:
    rules = Rules(allowed=["the moon is old", "the tree is red"])
    assert fitted.candidates(["der Mond ist alt"], rules=rules)[0][0].text == "the moon is old"
    begun = fitted.candidates(["der Mond ist alt"], prefixes=["the tree"])[0][0].text
    assert begun.startswith("the tree is")
    (drawn,) = fitted.sample(["der Mond ist alt"], 5, temperature=0.5)
    assert len(drawn) == 5 and "the moon is old" in {each.text for each in drawn}
    right, wrong = fitted.log_likelihood(["der Mond ist alt"] * 2, ["the moon is old", "the tree is red"])
    best = fitted.candidates(["der Mond ist alt"])[0][0]
    assert right > wrong and right == pytest.approx(best.score * (len(best.tokens) + 1), abs=1e-4)


def test_the_same_seed_gives_the_same_model(capsys: pytest.CaptureFixture[str]) -> None:
    def seeded(seed: int) -> float:
        quick = AttentionTranslator(**{**TINY, "epochs": 1}, random_state=seed, validation=0.2)
        return float(quick.fit(SOURCES, TARGETS, valid=(SOURCES[:3], TARGETS[:3])).history_[0]["valid_loss"])

    assert seeded(1) == seeded(1) != seeded(2)
    assert capsys.readouterr() == ("", "")


def test_choices_are_stored_and_cloned(fitted: AttentionTranslator) -> None:
    again = clone(fitted)
    assert again.get_params() == fitted.get_params() and not hasattr(again, "model_")
    with pytest.raises(NotFittedError, match="must be fitted first"):
        again.predict(["rot"])


def test_its_folder_is_that_of_the_command_line(
    fitted: AttentionTranslator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fitted.save(tmp_path / "model")
    again = AttentionTranslator.load(tmp_path / "model")
    assert again.get_params() == fitted.get_params() and again.predict(SOURCES[:3]) == TARGETS[:3]
    (tmp_path / "lines.txt").write_text("der Mond ist neu\n", encoding="utf-8")
    assert main(["predict", str(tmp_path / "model"), str(tmp_path / "lines.txt")]) == 0
    assert capsys.readouterr().out == "the moon is new\n"
    assert pickle.loads(pickle.dumps(fitted)).predict(SOURCES[:3]) == TARGETS[:3]
    (tmp_path / "model" / "weights.safetensors").write_bytes(b"")
    with pytest.raises(FolderError, match="weights"):
        AttentionTranslator.load(tmp_path / "model")


@pytest.mark.parametrize(
    ("sources", "targets", "expected"),
    [
        (["a"], ["b", "c"], "as many targets as sources"),
        ([], [], "must hold texts"),
        (["a", None], ["b", "c"], "every item must be a text"),
        ("a", ["b"], "must be a list of texts"),
        (["a"], "b", "y: must be a list of texts"),
    ],
)
def test_what_are_no_pairs_is_refused(sources: Any, targets: Any, expected: str) -> None:
    with pytest.raises(DataError, match=f"{expected}\n  got  .*\n  try  "):
        AttentionTranslator(**TINY).fit(sources, targets)


def test_choices_that_cannot_be_are_refused() -> None:
    for choices in ({"tokens": "letters"}, {"attention": "dott"}, {"metric": "ter"}):
        with pytest.raises(OptionError):
            AttentionTranslator(**{**TINY, **choices}).fit(SOURCES, TARGETS)
