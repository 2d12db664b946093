"""A model folder that is damaged in any way is refused by the name of the file; what lies beside it is not read."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from command_line import Data, Run
from safetensors.torch import load_file, save_file

from regard.folder.record import checksum


@pytest.fixture
def folder(model: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    shutil.copytree(model, tmp_path / "model")
    return tmp_path / "model"


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Changes model.json."""
    record = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    change(record)
    (folder / "model.json").write_text(json.dumps(record), encoding="utf-8")


def sealed(folder: Path, name: str) -> None:
    """Makes model.json vouch for what a file holds now."""
    edit(folder, lambda record: record["checksums"].update({name: checksum(folder / name)}))


FILES = {
    "weights.safetensors": [lambda old: old[:-20], lambda old: old[:-1] + bytes([old[-1] ^ 1]), lambda old: b""],
    "text.json": [lambda old: old[:-20], lambda old: old.replace(b"character", b"charakter", 1) + b" "],
}


@pytest.mark.parametrize(("name", "number"), [(name, number) for name in FILES for number in range(len(FILES[name]))])
def test_another_content_is_refused(name: str, number: int, folder: Path, run: Run, data: Data) -> None:
    (folder / name).write_bytes(FILES[name][number]((folder / name).read_bytes()))
    for words in (["predict", folder], ["evaluate", folder, data.tsv], ["look", folder, "ein Kind"], ["info", folder]):
        text = run(*words).refused
        assert text.startswith(f"{folder / name}: the file must be the one that was saved\n  got  another content")


@pytest.mark.parametrize("name", list(FILES))
def test_a_missing_file_is_refused(name: str, folder: Path, run: Run) -> None:
    (folder / name).unlink()
    assert run("predict", folder).refused.startswith(
        f"{folder / name}: the file must be the one that was saved\n  got  no"
    )


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "must hold JSON"),
        (b"{", "must hold JSON"),
        (b"\xff", "must hold JSON"),
        (b"[" * 100_000, "must hold JSON"),
        (b"[]", "must hold a JSON object"),
        (b"{}", "is what this version reads"),
    ],
)
def test_a_broken_record_is_refused(content: bytes, rule: str, folder: Path, run: Run) -> None:
    (folder / "model.json").write_bytes(content)
    text = run("predict", folder).refused
    assert text.startswith(f"{folder / 'model.json'}: ") and rule in text


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda record: record.update(format=2), "got  format 2, kind 'translate'"),
        (lambda record: record.update(kind="label"), "the checksums must name the model's files"),
        (lambda record: record.pop("format"), "got  format None"),
        (lambda record: record.update(kind=["label"]), "got  format 1, kind ['label']"),
        (lambda record: record.update(kind="x" * 4_000), f"kind '{'x' * 59}\n"),
        (lambda record: record.pop("checksums"), "checksums must name the model's files"),
        (lambda record: record.update(checksums=[]), "checksums must name the model's files"),
        (lambda record: record["checksums"].pop("weights.safetensors"), "checksums must name the model's files"),
        (lambda record: record["checksums"].update({"../secret": "0"}), "checksums must name the model's files"),
        (lambda record: record["checksums"].update({"text.json": 7}), "the file must be the one that was saved"),
        (lambda record: record.pop("network"), "network must hold every choice, each of its type"),
        (lambda record: record["network"].pop("width"), "network must hold every choice, each of its type"),
        (lambda record: record["network"].update(width="32"), "network must hold every choice, each of its type"),
        (lambda record: record["network"].update(width=True), "network must hold every choice, each of its type"),
        (lambda record: record["network"].update(shared=1), "network must hold every choice, each of its type"),
        (lambda record: record["network"].update(colour="red"), "network must hold every choice, each of its type"),
        (lambda record: record["network"].update(network="os.system"), "network must be one that can be built"),
        (lambda record: record["network"].update(network="recurrent", cell="nix"), "must be one that can be built"),
        (lambda record: record["network"].update(attention="none"), "network must be one that can be built"),
        (lambda record: record["network"].update(width=10**15), "network must be one that can be built"),
        (lambda record: record["network"].update(width=10**30), "network must be one that can be built"),
        (lambda record: record["network"].update(width=0), "network must be one that can be built"),
        (lambda record: record["network"].update(heads=0), "network must be one that can be built"),
        (lambda record: record["network"].update(heads=-2), "network must be one that can be built"),
        (lambda record: record["network"].update(layers=-1), "network must be one that can be built"),
        (lambda record: record["network"].update(layers=2), "the weights must fit the network of model.json"),
        (lambda record: record["network"].update(layers=10**9), "the weights must fit the network of model.json"),
        (lambda record: record["network"].update(width=10**8), "the weights must fit the network of model.json"),
        (lambda record: record["network"].update(width=64), "the weights must fit the network of model.json"),
        (lambda record: record["network"].update(attention="additive"), "the weights must fit the network"),
    ],
)
def test_a_record_that_does_not_fit_is_refused(
    change: Callable[[dict[str, Any]], object], rule: str, folder: Path, run: Run
) -> None:
    edit(folder, change)
    text = run("predict", folder).refused
    assert text.startswith(str(folder)) and rule in text


def test_targets_that_are_none_are_refused(tmp_path: Path, run: Run) -> None:
    shutil.copytree(Path(__file__).parent / "saved" / "format-1" / "classify", tmp_path / "model")
    edit(tmp_path / "model", lambda record: record.update(targets="classify"))
    text = run("predict", tmp_path / "model").refused
    assert "model.json: targets must say what is answered\n  got  targets must be an object" in text


def test_weights_of_another_network_are_refused_even_if_the_record_vouches_for_them(folder: Path, run: Run) -> None:
    path = folder / "weights.safetensors"
    save_file({**load_file(path), "extra": torch.zeros(3)}, path)
    sealed(folder, path.name)
    assert "got  1 that do not: extra" in run("predict", folder).refused
    path.write_bytes(b"\x08\0\0\0\0\0\0\0{nothing")
    sealed(folder, path.name)
    assert "must hold safetensors" in run("predict", folder).refused


def test_a_tokenizer_of_another_size_or_none_is_refused_even_if_the_record_vouches_for_it(
    folder: Path, run: Run
) -> None:
    path = folder / "text.json"
    text = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**text, "tokens": text["tokens"][:-1]}), encoding="utf-8")
    sealed(folder, path.name)
    assert "the weights must fit the network of model.json" in run("predict", folder).refused
    path.write_text(json.dumps({**text, "kind": "os.system"}), encoding="utf-8")
    sealed(folder, path.name)
    assert "must be a text tokenizer as Text.save writes it" in run("predict", folder).refused


@pytest.mark.parametrize(
    ("place", "got"), [("absent", "no such folder"), ("empty", "a folder without one"), ("file", "a file")]
)
def test_what_is_no_model_folder_is_refused(place: str, got: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("text", encoding="utf-8")
    text = run("predict", tmp_path / place).refused
    assert "a model folder holds model.json" in text and f"got  {got}" in text


def test_what_lies_beside_the_model_does_not_matter(folder: Path, model: Path, run: Run, data: Data) -> None:
    (folder / "notes.txt").write_bytes(b"\xff\0")
    (folder / "weights.pickle").write_bytes(b"cos\nsystem\n.")
    shutil.rmtree(folder / "state")
    (folder / "metrics.jsonl").write_text("{", encoding="utf-8")
    assert run("predict", folder, data.unseen) == run("predict", model, data.unseen)
