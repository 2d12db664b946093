"""`regard look` at models of every kind: what is printed, what is written, what is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Run

from regard.cli.main import main
from regard.inspect.record import CAVEAT

SMALL = ["--width", 16, "--layers", 1, "--heads", 2, "--feed-forward", 16, "--steps", 4, "--device", "cpu"]
QUIET = ["--precision", "fp32", "--seed", 1]
HEADS = ["weight", "norm", "gradient", "rollout", "occlusion"]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Four small models, trained for a moment."""
    home = tmp_path_factory.mktemp("look")
    texts = "".join(f"{'good' if i % 2 else 'bad'} film {i},{'pos' if i % 2 else 'neg'}\n" for i in range(24))
    (home / "texts.csv").write_text(f"text,label\n{texts}", encoding="utf-8")
    (home / "tags.conll").write_text("in O\nNew B-city\nYork I-city\n\nYork B-city\nwas O\n\n" * 8, encoding="utf-8")
    (home / "song.txt").write_text("the cat sees the dog\na dog sees a cat\n" * 12, encoding="utf-8")
    random = np.random.default_rng(1)
    np.savez(home / "sets.npz", x=random.normal(size=(20, 5, 3)), y=random.normal(size=20))
    for name, file, kind, more in (
        ("texts", "texts.csv", "classify", []),
        ("tags", "tags.conll", "label", []),
        ("song", "song.txt", "generate", ["--tokens", "word", "--window", 16]),
        ("sets", "sets.npz", "regress", ["--input", "vectors"]),
    ):
        words = ["train", kind, home / file, "--model", home / name, *SMALL, *QUIET, *more]
        assert main([str(word) for word in words]) == 0
    return {path.name: path for path in home.iterdir()}


def test_a_class_is_explained_word_by_word(models: dict[str, Path], run: Run, tmp_path: Path) -> None:
    files = [word for form in ("json", "csv", "png", "svg") for word in (f"--{form}", tmp_path / f"look.{form}")]
    answer = run("look", models["texts"], "good film 3", *files)
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    found = json.loads((tmp_path / "look.json").read_text(encoding="utf-8"))
    evidence = found["evidence"][0]
    assert lines[0] == "input      good film 3" and lines[1] == f"output     {found['headline']['output']}"
    assert lines[4] == f"captured = fast, greatest difference {found['difference']:.1e}" and lines[5] == CAVEAT
    assert lines[6] == "" and lines[7] == f"{evidence['of']}; 3 of 3 positions, the greatest weight first"
    assert lines[8].split() == ["position", *HEADS]
    best = int(np.argmax(evidence["columns"]["weight"]))
    shown = [f"{evidence['columns'][name][best]:.4f}" for name in HEADS]
    assert lines[9].split() == [str(best + 1), ["good", "film", "3"][best], *shown]
    assert any(line.startswith("untrained twin: agreement") for line in lines)
    assert found["provenance"]["command"].startswith("regard look ") and "good film 3" in found["provenance"]["command"]
    assert lines[-4:] == [f"saved {tmp_path / f'look.{form}'}" for form in ("json", "csv", "png", "svg")]
    again = run("look", models["texts"], "good film 3").out.splitlines()
    assert again == lines[:-4]


def test_labels_have_a_line_each_and_one_of_them_a_table(models: dict[str, Path], run: Run) -> None:
    answer = run("look", models["tags"], "was New York")
    assert answer.code == 0
    lines = [line for line in answer.out.splitlines() if line.startswith("  ")]
    assert [line.split(":")[0].split()[-1] for line in lines] == ["was", "New", "York"]
    assert all("reads" in line and "without" in line for line in lines)
    one = run("look", models["tags"], "was New York", "--target", 3, "--top", 2).out
    assert "of York; 2 of 3 positions" in one and "becomes an unknown one without letters" in one


def test_a_text_that_goes_on_and_a_number_of_a_set(models: dict[str, Path], run: Run) -> None:
    text = run("look", models["song"], "the cat", "--target", " sees the dog").out
    assert "input      the cat" in text and "log p of all that was written; 3 of 3 positions" in text
    assert "drift towards the first positions" in text
    first, third = (run("look", models["sets"], models["sets.npz"], "--number", n).out for n in (1, 3))
    assert "the predicted number; 5 of 5 positions" in first and first != third


def test_without_evidence_the_weights_alone(models: dict[str, Path], run: Run) -> None:
    text = run("look", models["texts"], "good film", "--no-evidence").out
    assert "pool: " in text and "encoder 1 self: " in text and "occlusion" not in text
    assert "show why the model answered as it did.\n" in text and "Below" not in text


def test_a_translation_has_its_evidence_below_the_map(reader: Path, run: Run, tmp_path: Path) -> None:
    text = run("look", reader, "der Hund ist rot", "--call", "decoder 1 cross", "--svg", tmp_path / "look.svg").out
    assert "log p of all that was written; 5 of 5 positions" in text and "captured = fast" in text
    assert "decoder 1 cross, mean of heads" in (tmp_path / "look.svg").read_text(encoding="utf-8")
    bare = run("look", reader, "der Hund ist rot", "--no-evidence").out
    assert "occlusion" not in bare and bare.splitlines()[:8] == text.splitlines()[:8]


def test_a_translation_through_its_training(reader: Path, run: Run) -> None:
    text = run("look", reader, "der Hund ist rot", "--film", "--no-evidence").out
    lines = text.splitlines()
    assert lines[-1].startswith("finished ") and lines[-2].startswith("step ") and "captured - fast" in text


REFUSED: list[tuple[str, list[Any], str, str]] = [
    ("texts", ["good", "--target", "new"], "the target must be a class that was there in training", "one of"),
    ("texts", [" "], "needs a text", "regard look MODEL"),
    ("texts", ["good", "--json", "look.txt"], "--json names a .json file", "--json look.json"),
    ("texts", ["good", "--top", "0"], "--top is at least 1", "leave it out"),
    ("texts", ["good", "--lang", "de"], "--lang: no such language", "en or zh"),
    ("texts", ["good", "--call", "pol", "--svg", "look.svg"], "no such call", "'pool'?"),
    ("texts", ["good", "--csv", "absent/look.csv"], "the folder of the file must exist", "mkdir"),
    ("tags", ["New York", "--target", "3"], "number of an answer, from 1 to 2", "leave it out"),
    ("sets", ["sets.npz", "--number", "21"], "holds items from 1 to 20", "--number 1"),
    ("sets", ["absent.npz"], "absent.npz", ""),
]


@pytest.mark.parametrize(("name", "words", "rule", "hint"), REFUSED, ids=lambda each: " ".join(map(str, each))[:40])
def test_what_cannot_be_is_refused(
    name: str, words: list[Any], rule: str, hint: str, models: dict[str, Path], run: Run
) -> None:
    given = [models.get(word, word) if index == 0 else word for index, word in enumerate(words)]
    text = run("look", models[name], *given).said_and_refused
    assert rule in text and hint in text


def test_a_film_has_a_look_for_every_checkpoint(models: dict[str, Path], run: Run, tmp_path: Path) -> None:
    out = tmp_path / "film.json"
    answer = run("look", models["texts"], "good film", "--film", "--no-evidence", "--json", out)
    assert answer.code == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    steps = sorted({int(path.stem.split("-")[1]) for path in (models["texts"] / "state").glob("*.safetensors")})
    names = [*(f"step {step:,}" for step in steps), "finished"]
    assert [each["headline"]["checkpoint"] for each in found] == names and len(steps) >= 1
    assert {each["headline"]["target"] for each in found} == {found[-1]["headline"]["target"]}
    lines = answer.out.splitlines()
    assert [line.split("  ")[0] for line in lines[-len(names) - 1 : -1]] == names and lines[-1] == f"saved {out}"
    assert "a film has one model" in run("look", models["texts"], "good", "--film", "--against", "x").refused


def test_two_models_are_asked_for_the_same_answer(models: dict[str, Path], run: Run, tmp_path: Path) -> None:
    other, out = tmp_path / "other", tmp_path / "both.json"
    words = ["train", "classify", models["texts.csv"], "--model", other, *SMALL, "--precision", "fp32", "--seed", 2]
    assert run(*words, "--attention", "additive").code == 0
    text = run("look", models["texts"], "good film", "--against", other, "--json", out).out
    first, second = json.loads(out.read_text(encoding="utf-8"))
    assert first["headline"]["target"] == second["headline"]["target"]
    assert second["calls"][0]["score"] == "Additive" and second["headline"]["model"] == str(other)
    assert first["provenance"]["model"] != second["provenance"]["model"]
    assert "confidence" in text.splitlines()[-5]
    assert "both models must answer the same" in run("look", models["texts"], "good", "--against", models["tags"]).err


def test_a_film_without_checkpoints_is_refused(models: dict[str, Path], run: Run, tmp_path: Path) -> None:
    for path in models["texts"].iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    assert "a film needs checkpoints" in run("look", tmp_path, "good film", "--film").said_and_refused
