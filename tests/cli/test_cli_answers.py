"""The road of labels, classes and numbers: train, predict, evaluate, encode, for every input."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Answer, Run
from PIL import Image

TINY = [
    *("--width", 8, "--layers", 1, "--heads", 2, "--feed-forward", 8, "--epochs", 2, "--batch-tokens", 4096),
    *("--device", "cpu", "--precision", "fp32", "--learning-rate", 0.01),
]
RANDOM = np.random.default_rng(2)


def texts(folder: Path) -> list[Path]:
    lines = [f"{'good' if i % 2 else 'bad'} film {i % 5},{'pos' if i % 2 else 'neg'}" for i in range(40)]
    return [written(folder / "texts.csv", "\n".join(["text,label", *lines]))]


def numbers(folder: Path) -> list[Path]:
    lines = [f"{'more ' * (i % 4)}and,{i % 4}.5" for i in range(40)]
    return [written(folder / "numbers.csv", "\n".join(["text,label", *lines]))]


def tagged(folder: Path) -> list[Path]:
    return [written(folder / "tags.conll", "New\tB-x\nYork\tI-x\nsleeps\tO\n\nYork\tB-x\nruns\tO\n\n" * 8)]


def sounds(folder: Path) -> list[Path]:
    import soundfile

    for i in range(12):
        path = folder / "sounds" / ("high" if i % 2 else "low") / f"{i}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, np.sin(np.arange(800 + 100 * i) * (0.2 + i % 2)) / 2, 8000)
    return [folder / "sounds"]


def images(folder: Path) -> list[Path]:
    for i in range(12):
        path = folder / "images" / ("light" if i % 2 else "dark") / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        shape = (8 + i % 3, 9) if i % 5 else (6, 17, 3)
        Image.fromarray(RANDOM.integers(100 * (i % 2), 100 + 100 * (i % 2), shape, dtype=np.uint8)).save(path)
    return [folder / "images"]


def series(folder: Path) -> list[Path]:
    lines = [f"{i}-3.5,{t},{t * (i % 2)},{'up' if i % 2 else 'flat'}" for i in range(12) for t in range(3 + i % 3)]
    return [written(folder / "series.csv", "\n".join(["name,when,value,kind", *lines]))]


def graphs(folder: Path) -> list[Path]:
    (folder / "DS").mkdir()
    edges = [(3 * g + a, 3 * g + b) for g in range(12) for a, b in ((1, 2), (2, 1), (2, 3), (3, 2))]
    written(folder / "DS" / "DS_A.txt", "\n".join(f"{a}, {b}" for a, b in edges))
    written(folder / "DS" / "DS_graph_indicator.txt", "\n".join(str(1 + n // 3) for n in range(36)))
    written(folder / "DS" / "DS_graph_labels.txt", "\n".join(str(g % 2) for g in range(12)))
    written(folder / "DS" / "DS_node_labels.txt", "\n".join(str(n // 3 % 2) for n in range(36)))
    return [folder / "DS"]


def vectors(folder: Path) -> list[Path]:
    values = RANDOM.normal(size=(24, 3, 2)) + np.arange(24)[:, None, None] % 2
    np.savez(folder / "vectors.npz", x=values, y=np.arange(24) % 2)
    return [folder / "vectors.npz"]


ROADS: dict[str, tuple[str, Any, int, list[str]]] = {
    "text": ("classify", texts, 40, []),
    "text numbers": ("regress", numbers, 40, []),
    "text tags": ("label", tagged, 16, []),
    "sound": ("classify", sounds, 12, []),
    "image": ("classify", images, 12, []),
    "series": ("classify", series, 12, ["--id", "name", "--time", "when", "--y", "kind"]),
    "graph": ("classify", graphs, 12, []),
    "vectors": ("classify", vectors, 24, []),
}


def written(path: Path, text: str) -> Path:
    path.write_text(text + "\n", encoding="utf-8")
    return path


def train(run: Run, folder: Path, road: str, *more: object) -> Answer:
    kind, make, _, reading = ROADS[road]
    data = make(folder)
    return run("train", kind, *data, "--model", folder / "model", *reading, *TINY, *more)


@pytest.mark.parametrize("road", ROADS)
def test_the_whole_road(road: str, run: Run, tmp_path: Path) -> None:
    kind, _, items, reading = ROADS[road]
    answer = train(run, tmp_path, road)
    assert answer.code == 0 and answer.out == "", answer.err
    assert "set aside" in answer.err and "without attention:" in answer.err and "Next:" in answer.err
    model = tmp_path / "model"
    data = next(iter([each for each in tmp_path.iterdir() if each.name != "model"]))
    predicted = run("predict", model, data, *reading)
    assert (predicted.code, predicted.err, len(predicted.out.splitlines())) == (0, "", items), predicted
    assert run("predict", model, data, *reading, "--batch-tokens", 1).out == predicted.out
    scored = run("evaluate", model, data, *reading, "--paired", model)
    first = {"classify": "accuracy", "regress": "R²", "label": "span F1 (BIO)"}[kind]
    assert scored.code == 0 and scored.out.splitlines()[0].startswith(f"{items} items of ")
    assert scored.out.splitlines()[1].startswith(first) and "difference +0.0" in scored.out
    encoded = run("encode", model, data, *reading, "--out", tmp_path / "v.npy")
    assert encoded.code == 0 and np.load(tmp_path / "v.npy").shape == (items, 8)
    assert run("encode", model, data, *reading, "--each", "--out", tmp_path / "v.npz").code == 0
    with np.load(tmp_path / "v.npz", allow_pickle=False) as each:
        assert len(each.files) == items and each[each.files[0]].shape[1] == 8


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("answers")


@pytest.fixture
def classifier(home: Path, run: Run) -> Path:
    """A classifier of texts, trained once."""
    if not (home / "model").exists():
        assert train(run, home, "text").code == 0
    return home / "model"


@pytest.fixture
def tagger(home: Path, run: Run) -> Path:
    """A labeler of words, trained once."""
    folder = home / "tagger"
    if not folder.exists():
        folder.mkdir()
        assert train(run, folder, "text tags").code == 0
    return folder / "model"


def test_a_line_for_a_line_and_nothing_for_a_blank_one(classifier: Path, run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "lines.txt", "good film\n\nbad film, with a comma\n   \ngood")
    lines = run("predict", classifier, path).out.split("\n")
    assert [bool(line) for line in lines] == [True, False, True, False, True, False]
    objects = [json.loads(line) for line in run("predict", classifier, path, "--write", "jsonl").out.splitlines()]
    assert [each["prediction"] is None for each in objects] == [False, True, False, True, False]
    assert objects[2]["item"] == "bad film, with a comma" and 0.5 <= objects[2]["probability"] <= 1
    rows = list(csv.reader(io.StringIO(run("predict", classifier, path, "--write", "csv").out)))
    assert rows[0] == ["item", "prediction", "probability"] and rows[3][0] == "bad film, with a comma"
    scored = run("predict", classifier, path, "--scores").out.splitlines()
    assert float(scored[0].split("\t")[0]) == pytest.approx(objects[0]["probability"], abs=1e-4)
    unsure = run("predict", classifier, path, "--unknown-below", 1.0, "--unknown", "who knows").out.split("\n")
    assert unsure[0] == unsure[4] == "who knows" and unsure[1] == ""


def test_words_come_with_their_labels(tagger: Path, run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "words.txt", "New York sleeps\n\nYork")
    lines = run("predict", tagger, path).out.split("\n")
    assert [len(line.split()) for line in lines] == [3, 0, 1, 0]
    conll = run("predict", tagger, path, "--write", "conll").out
    assert [line.split("\t")[0] for line in conll.splitlines() if line] == ["New", "York", "sleeps", "York"]
    assert [line.split("\t")[1] for line in conll.splitlines() if line] == " ".join(lines).split()


@pytest.mark.slow
def test_standard_input_is_read(classifier: Path, program: Any, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = b"good film\n\nbad\n"
    done = program("predict", classifier, given=lines)
    assert done.returncode == 0 and [bool(line) for line in done.stdout.split(b"\n")] == [True, False, True, False]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines), encoding="utf-8"))
    assert run("predict", classifier, "-").out.encode() == done.stdout


@pytest.mark.parametrize("crf", ["true", "false"])
def test_a_rare_label_that_only_validation_has_is_told_and_counts_as_wrong(crf: str, run: Run, tmp_path: Path) -> None:
    (train,) = tagged(tmp_path)
    valid = written(tmp_path / "valid.conll", "New\tB-x\nYork\tI-x\n\nParis\tB-rare\nruns\tO\n")
    words = ["train", "label", train, "--model", tmp_path / "model", *TINY, "--valid", valid, "--crf", crf]
    answer = run(*words)
    assert answer.code == 0, answer.err
    assert "Training lacks 1 label of the validation items, which counts as wrong there: B-rare." in answer.err
    losses = [
        json.loads(line)["valid_loss"] for line in (tmp_path / "model" / "metrics.jsonl").read_text().splitlines()
    ]
    assert all(0 < loss < 100 for loss in losses)
    assert "accuracy" in run("evaluate", tmp_path / "model", valid).out


def test_flags_of_a_model_may_stand_first_and_a_folder_that_is_none_is_told(
    tagger: Path, run: Run, tmp_path: Path
) -> None:
    asked = written(tmp_path / "asked.txt", "York runs\n")
    assert run("predict", "--write", "conll", tagger, asked).code == 0
    for verb in ("predict", "evaluate"):
        assert run(verb, tmp_path, asked, "--write", "conll").refused.startswith(f"{tmp_path}: a model folder holds")
