"""`--tensorboard`: the numbers of metrics.jsonl once more, as events."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import Data, Run, tiny_transformer

CHOICES = ["--validate-epochs", "1", "--average", "1", "--schedule", "constant", "--tensorboard"]


def events(folder: Path) -> list[Any]:
    """All events of a folder, file by file."""
    pytest.importorskip("tensorboardX", reason="tensorboardX, an optional library, is not installed")
    from tensorboardX.proto.event_pb2 import Event

    found = []
    for path in sorted(folder.glob("events.out.tfevents.*")):
        content, at = path.read_bytes(), 0
        while at < len(content):
            size = int.from_bytes(content[at : at + 8], "little")
            found.append(Event.FromString(content[at + 12 : at + 12 + size]))
            at += size + 16  # the size and each part have a checksum of four bytes
    return found


def scalars(folder: Path) -> dict[int, dict[str, float]]:
    """The numbers of each step by name."""
    told: dict[int, dict[str, float]] = {}
    for event in events(folder):
        for value in event.summary.value:
            told.setdefault(event.step, {})[value.tag] = value.simple_value
    return told


def metrics(folder: Path) -> dict[int, dict[str, float]]:
    """The same of metrics.jsonl."""
    lines = map(json.loads, (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines())
    names = ("epoch", "seconds", "train_loss", "valid_loss")
    return {line["step"]: {line["metric"]: line["score"], **{name: line[name] for name in names}} for line in lines}


def test_events_tell_what_metrics_do_and_go_on_where_training_does(run: Run, data: Data, tmp_path: Path) -> None:
    pytest.importorskip("tensorboardX", reason="tensorboardX, an optional library, is not installed")
    folder = tmp_path / "model"
    for epochs in ("2", "3"):
        assert run(*tiny_transformer(data, folder, *CHOICES, "--epochs", epochs)).code == 0
    told, expected = scalars(folder), metrics(folder)
    assert told.keys() == expected.keys() and len(told) == 3
    for step, line in expected.items():
        assert told[step] == pytest.approx(line, rel=1e-6)
    begins = [event.step for event in events(folder) if event.HasField("session_log")]
    assert begins == [sorted(told)[1] + 1], "TensorBoard hides what lies behind where a training went on"
    assert run(*tiny_transformer(data, folder, *CHOICES, "--epochs", "1", "--overwrite")).code == 0
    assert len(scalars(folder)) == 1


def test_without_the_flag_there_are_no_events(run: Run, data: Data, tmp_path: Path) -> None:
    assert run(*tiny_transformer(data, tmp_path / "model", *CHOICES[:-1], "--epochs", "1")).code == 0
    assert not [*(tmp_path / "model").glob("events*")]


@pytest.mark.parametrize("kind", ["translate", "classify", "generate"])
def test_without_the_library_it_says_what_to_install(
    kind: str, run: Run, data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    text = run("train", kind, data.tsv, "--model", tmp_path / "model", "--tensorboard").refused
    assert text.startswith("--tensorboard: needs the library tensorboardX") and "pip install '.[tensorboard]'" in text
    assert not (tmp_path / "model").exists()
