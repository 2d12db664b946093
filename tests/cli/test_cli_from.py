"""`--from MODEL`: a training that begins with the weights of another."""

import json
import re
from pathlib import Path

import pytest
from command_line import Data, Run, Trained

CHOICES = [
    *("--width", "16", "--layers", "1", "--heads", "2", "--feed-forward", "16", "--batch-tokens", "512"),
    *("--device", "cpu", "--precision", "fp32", "--learning-rate", "0.01", "--average", "1"),
]
FILMS = {"good": "pos", "great": "pos", "bad": "neg", "poor": "neg"}


def films(path: Path, classes: dict[str, str], count: int = 48) -> Path:
    lines = [f"a {word} film number {i % 7},{kind}" for i in range(count) for word, kind in classes.items()]
    path.write_text("\n".join(["text,label", *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from regard.cli.main import main

    folder = tmp_path_factory.mktemp("old")
    words = ["train", "classify", films(folder / "films.csv", FILMS), "--model", folder / "model", "--epochs", 8]
    assert main([str(word) for word in [*words, *CHOICES]]) == 0
    return folder / "model"


def test_old_weights_are_where_it_begins(run: Run, old: Path, tmp_path: Path) -> None:
    data = films(tmp_path / "films.csv", FILMS)
    words = ["train", "classify", data, "--from", old, "--model", tmp_path / "new", "--steps", 1]
    answer = run(*words, "--learning-rate", "0.0000001")
    assert answer.code == 0 and "accuracy 100.00" in answer.err
    assert "Going on from step 1" in run(*words[:-1], 2, "--learning-rate", "0.0000001").err
    record = json.loads((tmp_path / "new" / "model.json").read_text(encoding="utf-8"))
    assert record["network"]["width"] == 16 and record["asked"]["start"] == str(old)


def test_classes_that_it_does_not_know_are_refused_or_added(run: Run, old: Path, tmp_path: Path) -> None:
    data = films(tmp_path / "films.csv", {**FILMS, "dull": "bored"})
    words = ["train", "classify", data, "--from", old, "--model", tmp_path / "new", "--epochs", 8, *CHOICES[8:]]
    refused = run(*words).said_and_refused
    assert "got  1 that it does not: 'bored'\n  try  --new-labels adds them" in refused
    answer = run(*words, "--new-labels")
    assert answer.code == 0 and "one of 3 classes" in answer.err and "accuracy 100.00" in answer.err


def test_what_cannot_be_begun_with_is_refused(run: Run, old: Path, tmp_path: Path) -> None:
    data = films(tmp_path / "films.csv", FILMS)
    words = ["train", "classify", data, "--model", tmp_path / "new", "--from"]
    assert "no such folder" in run(*words, tmp_path / "nowhere").refused
    assert "another folder than --model" in run(*words[:3], "--model", old, "--from", old, "--overwrite").refused
    assert "--width: is that of the model to begin with" in run(*words, old, "--width", 32).said_and_refused
    numbers = tmp_path / "numbers.csv"
    numbers.write_text("text,label\n" + "".join(f"{'a ' * i},{i}.5\n" for i in range(1, 20)), encoding="utf-8")
    other = ["train", "regress", numbers, "--model", tmp_path / "new", "--from", old]
    assert "must be a model of the same answers and items" in run(*other).said_and_refused


def test_a_translator_begins_with_another(run: Run, trained: Trained, data: Data, tmp_path: Path) -> None:
    words = [
        "train",
        "translate",
        data.tsv,
        "--from",
        trained("transformer"),
        "--model",
        tmp_path / "new",
        "--steps",
        1,
    ]
    still = [
        "--steps",
        1,
        "--learning-rate",
        "0.0000001",
        "--metric",
        "exact",
        "--batch-tokens",
        256,
        "--precision",
        "fp32",
    ]
    answer = run(*words, *still)
    assert answer.code == 0 and float(re.findall(r"exact match (\d+\.\d+)", answer.err)[0]) > 70, answer.err
    assert (
        "--tokens: the model to begin with has its vocabulary"
        in run(*words, "--tokens", "bpe", "--overwrite").said_and_refused
    )


def test_a_translator_that_begins_with_a_recurrent_one_cannot_be_packed(
    run: Run, trained: Trained, data: Data, tmp_path: Path
) -> None:
    words = ["train", "translate", data.tsv, "--from", trained("none"), "--model", tmp_path / "new"]
    refused = run(*words, "--packing", "true").said_and_refused
    assert "got  --packing true with a recurrent network\n  try  drop --packing" in refused


def test_a_generator_begins_with_another(run: Run, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("abcd abcd abcd\n" * 130, encoding="utf-8")
    small = ["--width", 16, "--layers", 1, "--heads", 2, "--window", 16, "--batch-tokens", 256, "--precision", "fp32"]
    quick = ["--learning-rate", 0.02, "--steps", 60]
    assert run("train", "generate", text, "--model", tmp_path / "old", *small, *quick).code == 0
    words = ["train", "generate", text, "--model", tmp_path / "new", "--from", tmp_path / "old", "--steps", 1]
    answer = run(*words, "--learning-rate", "0.0000001", "--batch-tokens", 256)
    told = [float(line.split("valid loss ")[1].split()[0]) for line in answer.err.splitlines() if "valid loss" in line]
    assert answer.code == 0 and told[0] < 1.2, answer.err
