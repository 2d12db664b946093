"""The command in a process of its own: pipes, Ctrl-C, a closed pipe, an environment that knows no Unicode."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import NETWORKS, TINY, Data, Program, Run

from regard.training.config import TranslateConfig
from regard.training.progress import Silent
from regard.training.translate import train_translator

pytestmark = pytest.mark.slow
NOT_UNICODE = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}


def test_a_new_process_predicts_what_the_trained_model_predicts(data: Data, program: Program, tmp_path: Path) -> None:
    choices = {"tokens": "word", "width": 32, "layers": 1, "heads": 2, "feed_forward": 32, "learning_rate": 0.01}
    config = TranslateConfig(data=[str(data.tsv)], model=str(tmp_path / "model"), epochs=5, device="cpu", **choices)
    model = train_translator(config, Silent()).model
    lines = [*data.unseen.read_text(encoding="utf-8").splitlines(), "", "das schöne 家 \U0001f642"]
    expected = [row[0].text for row in model.translate(lines)]
    answer = program("predict", config.model, given="\n".join(lines).encode(), **NOT_UNICODE)
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert answer.stdout.decode().split("\n") == [*expected, ""]


def test_text_beyond_ascii_is_written_as_utf_8_anywhere(model: Path, program: Program) -> None:
    given = '{"source": "der Hund", "id": "犬 é \U0001f642"}\n'.encode()
    answer = program("predict", model, "-", "--format", "jsonl", "--beam", "1", given=given, **NOT_UNICODE)
    assert answer.returncode == 0 and '"id": "犬 é \U0001f642"'.encode() in answer.stdout
    refused = program("predict", "模型", LANG="C", LC_ALL="C")
    assert refused.returncode == 2 and refused.stdout == b"" and len(refused.stderr.splitlines()) == 3
    assert "模型: a model folder holds model.json".encode() in refused.stderr


@pytest.mark.parametrize("words", [["predict"], ["info"]], ids=" ".join)
def test_a_pipe_that_closes_early_ends_it_without_a_word(words: list[str], model: Path, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.write_text("der Hund ist rot\n" * 3000, encoding="utf-8")
    command = [sys.executable, "-m", "regard", *words, str(model)]
    command += [str(many), "--window", "50", "--beam", "1"] if words == ["predict"] else []
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": ""}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None and process.stderr is not None
        if words == ["predict"]:
            assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(600) == 0


def test_ctrl_c_saves_and_the_same_command_goes_on(run: Run, data: Data, tmp_path: Path) -> None:
    words = ["train", "translate", str(data.tsv), "--model", str(tmp_path / "model"), *TINY, *NETWORKS["transformer"]]
    words += ["--epochs", "100000", "--validate-epochs", "1", "--patience", "0", "--schedule", "constant"]
    command = [sys.executable, "-m", "regard", *words]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, b"")
        assert any(line.startswith(b"epoch ") for line in lines)
        process.send_signal(signal.SIGINT)
        rest = b"".join(lines).decode()
        assert process.wait(600) == 130
    assert f"Interrupted. What was learned is saved in {tmp_path / 'model'}; the same command goes on." in rest
    assert "Traceback" not in rest
    answer = run(*words, "--steps", "1")
    assert answer.code == 0 and "Going on from step " in answer.err and "Interrupted" not in answer.err


def test_ctrl_c_before_anything_is_learned_says_so(
    run: Run, data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("regard.training.translate.texts", interrupted)
    answer = run("train", "translate", data.tsv, "--model", tmp_path / "[model]")
    assert answer.code == 130 and answer.err.endswith("\nInterrupted. Nothing was learned yet.\n")
    answer = run("predict", tmp_path, data.tsv)
    assert answer.code == 2
