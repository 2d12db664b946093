"""A training of answers that stops goes on as if it never had; another in its folder is refused."""

import os
import signal
from pathlib import Path

import pytest
from command_line import Run
from test_cli_answers import TINY, texts, train, written

from regard.cli.watch import Watch

MORE = ["--epochs", 4, "--batch-tokens", 40, "--schedule", "constant", "--dropout", 0.2, "--average", 2]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_training_that_was_stopped_ends_bit_for_bit_like_one_that_was_not(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = texts(tmp_path)
    words = ["train", "classify", *data, *TINY, *MORE, "--model"]
    assert run(*words, tmp_path / "whole").code == 0
    with monkeypatch.context() as patch:
        patch.setattr(Watch, "step", lambda _, step: os.kill(os.getpid(), signal.SIGINT) if step.step == 3 else None)
        stopped = run(*words, tmp_path / "parts")
    assert stopped.code == 130 and "the same command goes on" in stopped.err
    assert "Going on from step 3" in run(*words, tmp_path / "parts").err
    parts, whole = contents(tmp_path / "parts"), contents(tmp_path / "whole")
    assert parts["weights.safetensors"] == whole["weights.safetensors"] and parts["input.json"] == whole["input.json"]
    again = run(*words, tmp_path / "parts")
    assert again.code == 0 and "finished already" in again.err and contents(tmp_path / "parts") == parts


def test_another_choice_or_other_data_are_refused_and_overwriting_begins_anew(run: Run, tmp_path: Path) -> None:
    assert train(run, tmp_path, "text").code == 0
    before = contents(tmp_path / "model")
    other = train(run, tmp_path, "text", "--seed", 9)
    assert "holds a training of other choices or data" in other.said_and_refused and "seed 1 → 9" in other.err
    words = ["train", "classify", tmp_path / "texts.csv", "--model", tmp_path / "model", *TINY]
    written(tmp_path / "texts.csv", (tmp_path / "texts.csv").read_text(encoding="utf-8") + "one more,pos")
    assert "other" in run(*words).said_and_refused and contents(tmp_path / "model") == before
    assert run(*words, "--overwrite").code == 0 and contents(tmp_path / "model") != before
    kind = ["train", "label", tmp_path / "texts.csv", "--model", tmp_path / "model", *TINY]
    assert run(*kind).code == 2


def test_two_processes_learn_the_same(run: Run, program: object, tmp_path: Path) -> None:
    data = texts(tmp_path)
    assert run("train", "classify", *data, *TINY, "--model", tmp_path / "here").code == 0
    done = program("train", "classify", *data, *TINY, "--model", tmp_path / "there")  # type: ignore[operator]
    assert done.returncode == 0
    here, there = contents(tmp_path / "here"), contents(tmp_path / "there")
    assert here["weights.safetensors"] == there["weights.safetensors"] and here["input.json"] == there["input.json"]
    asked = program("predict", tmp_path / "there", *data)  # type: ignore[operator]
    assert asked.stdout.decode() == run("predict", tmp_path / "here", *data).out
