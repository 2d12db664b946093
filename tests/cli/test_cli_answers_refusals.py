"""Labels, classes and numbers: what cannot be is refused in three lines, exit code 2, and nothing is written."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from command_line import Run
from safetensors.torch import load_file, save_file
from test_cli_answers import TINY, tagged, texts, train, vectors, written

from regard.folder.record import checksum

CHOICES: list[tuple[str, list[object], str, str]] = [
    ("classify", ["--input", "txt"], "input", "text"),
    ("classify", ["--size", "tiny"], "size", "small"),
    ("classify", ["--network", "transformr"], "network", "transformer"),
    ("classify", ["--attention", "dott"], "attention", "dot"),
    ("classify", ["--pooling", "sum"], "pooling", "one of attention, mean, max, last"),
    ("classify", ["--reach", "far"], "reach", "one of edges, all"),
    ("classify", ["--encoding", "utf8000"], "encoding", "utf-8"),
    ("classify", ["--blank", "drop"], "blank", "one of error, skip"),
    ("classify", ["--pattern", "lokal"], "pattern: no such name", "'local'? or one of global, local"),
    ("classify", ["--pattern", "local:0"], "pattern: local is written local:WINDOW", "local:64"),
    ("classify", ["--pattern", "local local local"], "one word for each layer", "2 layers"),
    ("classify", ["--network", "feedforward", "--pattern", "local"], "pattern: only a network", "drop --pattern"),
    ("classify", ["--network", "recurrent", "--pattern", "local"], "pattern: only a network", "with attention"),
    ("classify", ["--pattern", "linformer:65", "--longest", "64"], "at most as many mixtures", "linformer:64"),
    ("classify", ["--network", "conformer", "--attention", "none"], "a conformer without attention", "feedforward"),
    (
        "classify",
        ["--network", "conformer", "--norm", "post"],
        "norm: only a network of kind transformer",
        "drop --norm",
    ),
    ("classify", ["--attention", "none"], "a transformer without attention", "--network feedforward"),
    ("classify", ["--width", "9", "--heads", "2"], "width must be a multiple of 2", "width 9"),
    ("classify", ["--layers", "0"], "at least 1", "1"),
    ("label", ["--network", "feedforward", "--layers", "0"], "at least 1", "1"),
    ("label", ["--layers", "0", "--propagations", "0"], "at least 1, unless labels of nodes are passed on", "1"),
    ("label", ["--propagations", "1001"], "propagations: must be from 0 to 1,000", "0, or 10"),
    ("regress", ["--propagations", "3"], "propagations: only labels of nodes", "train label"),
    ("classify", ["--dropout", "1"], "dropout", "0.3"),
    ("classify", ["--word-dropout", "1"], "word_dropout", "0.2"),
    ("classify", ["--halvings", "9"], "halvings", "from 0 to 4"),
    ("classify", ["--vocabulary", "0"], "vocabulary", "at least one word"),
    ("classify", ["--epochs", "0"], "epochs", "at least 1"),
    ("classify", ["--learning-rate", "0"], "learning_rate", "above 0"),
    ("classify", ["--device", "tpu"], "device", "one of auto, cpu"),
    ("classify", ["--cell", "lstm"], "cell: only a network of kind recurrent", "drop --cell"),
    ("classify", ["--context", "2"], "context: only a network of kind feedforward", "drop --context"),
    ("classify", ["--network", "convolutional", "--heads", "2"], "heads: only", "with attention"),
    ("classify", ["--network", "recurrent", "--positions", "none"], "positions: only", "--network transformer"),
    ("classify", ["--network", "feedforward", "--normalizer", "relu"], "normalizer: only attention", "drop"),
    ("classify", ["--network", "convolutional", "--attention", "dot"], "has no attention", "leave --attention out"),
    ("classify", ["--crf"], "crf: only labels", "leave --crf out"),
    ("regress", ["--crf", "false"], "crf: only labels", "train label"),
    ("label", ["--pooling", "mean"], "pooling: a label for every vector", "leave --pooling out"),
]
AFTER_READING: list[tuple[str, list[object], str, str]] = [
    ("classify", ["--mels", "40"], "--mels: belongs to sound", "mels 40 with text"),
    ("classify", ["--patch", "4"], "--patch: belongs to image", "leave --patch out"),
    ("classify", ["--stem", "linear"], "--stem: belongs to image", "stem linear with text"),
    ("classify", ["--flip"], "--flip: belongs to image", "leave --flip out"),
    ("classify", ["--format", "xml"], "format", "table"),
    ("classify", ["--x", "text", "--y", "lable"], "lable", "label"),
    ("regress", [], "the answer must be a finite number", "'neg'"),
]


@pytest.mark.parametrize(("kind", "words", "rule", "hint"), CHOICES, ids=lambda each: " ".join(map(str, each))[:30])
def test_a_choice_that_cannot_be(
    kind: str, words: list[object], rule: str, hint: str, run: Run, tmp_path: Path
) -> None:
    text = run("train", kind, "not-there.csv", "--model", tmp_path / "model", *words).refused
    assert rule in text and hint in text and not (tmp_path / "model").exists()


@pytest.mark.parametrize(("kind", "words", "rule", "hint"), AFTER_READING, ids=lambda each: str(each)[:30])
def test_a_choice_that_the_data_do_not_know(
    kind: str, words: list[object], rule: str, hint: str, run: Run, tmp_path: Path
) -> None:
    text = run("train", kind, *texts(tmp_path), "--model", tmp_path / "model", *TINY, *words).said_and_refused
    assert rule in text and hint in text


@pytest.mark.parametrize(
    ("words", "rule", "hint"),
    [
        (["--stem", "round"], "stem", "one of convolutional, linear"),
        (["--stem", "convolutional", "--patch", "3"], "halve patches, whose side is even", "or stem linear"),
        (["--halvings", "1"], "halvings: larger patches make fewer", "--patch 8"),
    ],
    ids=str,
)
def test_a_choice_that_images_do_not_know(words: list[object], rule: str, hint: str, run: Run, tmp_path: Path) -> None:
    text = train(run, tmp_path, "image", *words).said_and_refused
    assert rule in text and hint in text
    assert not (tmp_path / "model" / "model.json").exists()


def test_data_that_cannot_be_learned_from(run: Run, tmp_path: Path) -> None:
    model = ["--model", tmp_path / "model", *TINY]
    plain = written(tmp_path / "plain.txt", "one line\n" * 20)
    assert "the place of the answers must be known" in run("train", "classify", plain, *model).said_and_refused
    one = written(tmp_path / "one.csv", "\n".join(["text,label", *["a,b"] * 20]))
    assert "a single class, b" in run("train", "classify", one, *model).said_and_refused
    few = written(tmp_path / "few.csv", "text,label\na,x\nb,y")
    assert "needs at least 10 examples" in run("train", "classify", few, *model).said_and_refused
    np.savez(tmp_path / "nan.npz", x=np.full((12, 2, 2), np.nan), y=np.arange(12) % 2)
    assert "hold NaN" in run("train", "classify", tmp_path / "nan.npz", *model).said_and_refused
    other = written(tmp_path / "other.csv", "text,label\na film,new\nb film,pos")
    new = run("train", "classify", *texts(tmp_path), *model, "--valid", other).said_and_refused
    assert "a class that was there in training" in new and "'new'" in new and "one of neg, pos" in new
    assert "as many answers" in run("train", "label", *texts(tmp_path), *model).said_and_refused


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("refusals")


@pytest.fixture
def model(home: Path, run: Run) -> Path:
    """A classifier of texts, trained once, to be left as it is."""
    if not (home / "model").exists():
        assert train(run, home, "text").code == 0
    return home / "model"


ASKED: list[tuple[str, list[object], str, str]] = [
    ("predict", ["--write", "xml"], "--write", "lines"),
    ("predict", ["--write", "conll"], "conll is for labels of words", "--write jsonl"),
    ("predict", ["--batch-tokens", "0"], "--batch-tokens", "leave it out"),
    ("predict", ["--input", "sound"], "the model reads another", "--input text"),
    ("predict", ["--device", "tpu"], "device", "one of auto, cpu"),
    ("predict", ["--beam", "3"], "no such flag", "--"),
    ("evaluate", ["--paired", "nowhere"], "a model folder holds model.json", "no such folder"),
    ("encode", ["--out", "v.txt"], "--out must end in .npy", "--out vectors.npy"),
    ("encode", ["--each", "--out", "v.npy"], "--out must end in .npz", "--out vectors.npz"),
]


@pytest.mark.parametrize(("verb", "words", "rule", "hint"), ASKED, ids=lambda each: " ".join(map(str, each))[:30])
def test_a_question_that_cannot_be(
    verb: str, words: list[object], rule: str, hint: str, run: Run, model: Path, home: Path
) -> None:
    text = run(verb, model, home / "texts.csv", *words).said_and_refused
    assert rule in text and hint in text


def test_two_models_of_another_kind_are_not_compared(run: Run, model: Path, home: Path, tmp_path: Path) -> None:
    assert train(run, tmp_path, "text tags").code == 0
    answer = run("evaluate", model, home / "texts.csv", "--paired", tmp_path / "model")
    assert "both models must answer the same" in answer.said_and_refused and "label of text" in answer.said_and_refused


def test_classes_that_training_lacks_are_refused_in_evaluation_by_line_or_counted(
    run: Run, model: Path, tmp_path: Path
) -> None:
    path = written(tmp_path / "test.csv", "text,label\ngood film,pos\nodd film,new")
    answer = run("evaluate", model, path)
    assert answer.code == 0 and "accuracy" in answer.out


def changed(path: Path, **values: Any) -> None:
    """JSON with other values at dotted names."""
    record = json.loads(path.read_text(encoding="utf-8"))
    for name, value in values.items():
        *outer, last = name.split("__")
        place = record
        for each in outer:
            place = place[each]
        place[last] = value
    path.write_text(json.dumps(record), encoding="utf-8")


HUGE = 10**12
MODEL_DAMAGE: list[tuple[dict[str, Any], str]] = [
    ({"kind": "sing"}, "kind"),
    ({"format": 99}, "format"),
    ({"checksums": {}}, "checksums"),
    ({"targets": {}}, "targets"),
    ({"targets__kind": "sing"}, "targets"),
    ({"targets__classes": [["a"], ["b"]]}, "targets"),
    ({"targets__classes": ["a"] * 1000}, "must be different names"),
    ({"targets__classes": [f"class {i}" for i in range(1000)]}, "weights must fit"),
    ({"targets__classes": "ab"}, "targets"),
    ({"targets__several": "yes"}, "targets"),
    ({"targets__mean": [1.0]}, "targets"),
    ({"targets__nonsense": 1}, "targets"),
    ({"head": {}}, "head must hold every choice"),
    ({"head__pooling": "sum"}, "pooling"),
    ({"head__halvings": HUGE}, "halvings"),
    ({"network__width": HUGE}, "network must be one that can be built"),
    ({"network__layers": HUGE}, "weights must fit"),
    ({"network__feed_forward": HUGE}, "weights must fit"),
    ({"network__width": "wide"}, "network must hold every choice"),
    ({"network__network": "magic"}, "network"),
    ({"network__longest": HUGE, "network__positions": "learned"}, "weights must fit"),
    ({"network__kernel": HUGE + 1, "network__network": "convolutional", "network__attention": "none"}, "weights"),
    ({"network__context": HUGE, "network__network": "feedforward", "network__attention": "none"}, "weights"),
]
INPUT_DAMAGE: list[tuple[dict[str, Any], str]] = [
    ({"kind": "smell"}, "none of text"),
    ({"words": "abc"}, "input"),
    ({"words": [1, 2]}, "must be texts"),
    ({"features": {}}, "input"),
    ({"features": ["a"]}, "weights must fit"),
    ({"options": {"vocabulary": 3, "nonsense": 1}}, "input"),
]


@pytest.fixture
def copy(model: Path, tmp_path: Path) -> Path:
    """The model's three files elsewhere, to be damaged."""
    folder = tmp_path / "copy"
    folder.mkdir()
    for name in ("model.json", "input.json", "weights.safetensors"):
        (folder / name).write_bytes((model / name).read_bytes())
    return folder


@pytest.mark.parametrize(("values", "words"), MODEL_DAMAGE, ids=lambda each: str(each)[:40])
def test_a_damaged_model_is_refused(values: dict[str, Any], words: str, run: Run, copy: Path, home: Path) -> None:
    changed(copy / "model.json", **values)
    text = run("predict", copy, home / "texts.csv").refused
    assert words in text and str(copy) in text


@pytest.mark.parametrize(("values", "words"), INPUT_DAMAGE, ids=lambda each: str(each)[:40])
def test_a_damaged_input_is_refused_even_with_its_checksum(
    values: dict[str, Any], words: str, run: Run, copy: Path, home: Path
) -> None:
    changed(copy / "input.json", **values)
    assert "must be the one that was saved" in run("predict", copy, home / "texts.csv").refused
    changed(copy / "model.json", **{"checksums__input.json": checksum(copy / "input.json")})
    text = run("predict", copy, home / "texts.csv").refused
    assert words in text and str(copy) in text


def test_other_weights_are_refused(run: Run, copy: Path, home: Path) -> None:
    weights = load_file(copy / "weights.safetensors")
    name = sorted(weights)[0]
    save_file({**weights, name: torch.zeros(3)}, copy / "weights.safetensors")
    assert "must be the one that was saved" in run("predict", copy, home / "texts.csv").refused
    changed(copy / "model.json", **{"checksums__weights.safetensors": checksum(copy / "weights.safetensors")})
    assert name in run("predict", copy, home / "texts.csv").refused


def test_a_model_reads_what_it_was_trained_on(run: Run, model: Path, tmp_path: Path) -> None:
    assert vectors(tmp_path) and tagged(tmp_path)
    assert run("predict", model, tmp_path / "vectors.npz").code == 2
    assert run("predict", model, tmp_path / "not-there.csv").refused
