"""What the server answers is what `regard predict` answers, for every kind of model and of input."""

import io
import json
import math
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from answer_cases import ITEMS
from asking import Asked
from saved_models import ASKED

from regard.cli.main import main
from regard.data.examples import Examples
from regard.data.items import Graph, Sound, Story
from regard.folder.answerer import load_answerer
from regard.folder.model import load_translator
from regard.inspect.alignment import Alignment, as_json
from regard.models.records import answered, translated

FLAGS = {
    "translate": ["--format", "jsonl", "--beam", "3", "--n-best", "2"],
    "generate": ["--format", "jsonl", "--longest", "12", "--seed", "7", "--temperature", "0.8"],
}
CHOICES: dict[str, dict[str, Any]] = {
    "translate": {"beam": 3, "n_best": 2},
    "generate": {"longest": 12, "seed": 7, "temperature": 0.8},
}
BESIDE = ("item", "source", "prefix")


def predicted(capsys: pytest.CaptureFixture[str], *words: object) -> list[dict[str, Any]]:
    """The JSON lines of `regard predict`, without what it was asked."""
    capsys.readouterr()
    assert main(["predict", *map(str, words)]) == 0
    lines = capsys.readouterr().out.splitlines()
    return [{name: each for name, each in json.loads(line).items() if name not in BESIDE} for line in lines]


def same(found: Any, expected: Any) -> None:
    """Equal, numbers but for the rounding that another batch brings."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for name in expected:
            same(found[name], expected[name])
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            same(one, other)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-4, abs=2e-5)
    else:
        assert found == expected


@pytest.mark.parametrize("kind", [kind for kind in ASKED if kind != "generate-images"])
def test_texts_are_answered_as_predict_answers_the_same_lines(
    kind: str, asked: Asked, folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [ASKED[kind][0], "", *ASKED[kind]]
    (tmp_path / "asked.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    flags = FLAGS.get(kind, ["--write", "jsonl"])
    expected = predicted(capsys, folders[kind], tmp_path / "asked.txt", *flags)
    same(asked.predictions(kind, lines, **CHOICES.get(kind, {})), expected)
    form = asked.form(
        "/predict",
        [("lines.txt", (tmp_path / "asked.txt").read_bytes())],
        model=kind,
        choices=json.dumps(CHOICES.get(kind, {})),
    )
    same(form.json["predictions"], expected)


def as_sent(item: Any) -> Any:
    """An item as JSON spells it."""
    if isinstance(item, Sound):
        return {"samples": np.asarray(item.samples).tolist(), "rate": item.rate}
    if isinstance(item, Graph):
        parts = {"nodes": item.nodes, "source": item.source, "target": item.target, "edges": item.edges}
        return {name: np.asarray(part).tolist() for name, part in parts.items()}
    if isinstance(item, Story):
        return {"sentences": list(item.sentences), "question": item.question}
    if isinstance(item, np.ndarray) and item.dtype.kind == "f":
        return [[None if math.isnan(each) else each for each in row] for row in item.tolist()]
    return item.tolist() if isinstance(item, np.ndarray) else item


@pytest.mark.parametrize("kind", list(ITEMS))
def test_items_of_every_input_are_answered_as_the_model_answers_them(
    kind: str, asked: Asked, folders: dict[str, Path]
) -> None:
    model, _ = load_answerer(folders[f"of-{kind}"])
    examples = Examples(kind, ITEMS[kind])
    sent = [as_sent(item) for item in ITEMS[kind]]
    same(asked.predictions(f"of-{kind}", sent), answered(model, examples))
    vectors = asked.post("/encode", model=f"of-{kind}", items=sent).json["vectors"]
    np.testing.assert_allclose(np.array(vectors), model.pooled(examples), rtol=1e-3, atol=1e-5)
    each = asked.post("/encode", model=f"of-{kind}", items=sent, each=True).json["vectors"]
    for found, expected in zip(each, model.encode(examples), strict=True):
        np.testing.assert_allclose(np.array(found), expected, rtol=1e-3, atol=1e-5)


def recorded(item: Sound) -> bytes:
    """A wav file of 16 bits."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(item.rate or 8000)
        written.writeframes((np.asarray(item.samples) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def drawn(item: "np.ndarray[Any, Any]") -> bytes:
    """A PNG file."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(item).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("model", "suffix", "written"),
    [("of-sound", "wav", recorded), ("of-image", "png", drawn), ("said", "WAV", recorded)],
)
def test_files_are_answered_as_predict_answers_them(
    model: str,
    suffix: str,
    written: Any,
    asked: Asked,
    folders: dict[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    items = ITEMS["image" if suffix == "png" else "sound"]
    files = [(f"{index}.{suffix}", written(item)) for index, item in enumerate(items)]
    paths = [tmp_path / name for name, _ in files]
    for path, (_, content) in zip(paths, files, strict=True):
        path.write_bytes(content)
    typed = io.TextIOWrapper(io.BytesIO("\n".join(map(str, paths)).encode()), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", typed)
    expected = predicted(capsys, folders[model], "--write", "jsonl")
    same(asked.form("/predict", files, model=model).json["predictions"], expected)


def test_what_a_translation_was_read_from_is_what_look_draws(asked: Asked, folders: dict[str, Path]) -> None:
    model, _ = load_translator(folders["translate"])
    source = ASKED["translate"][0]
    best = model.translate([source])[0][0]
    expected = as_json(Alignment(*model.read(source, best.tokens)))
    found = asked.post("/attend", model="translate", items=[source]).json["readings"][0]
    same(found, {"prediction": best.text, **expected})
    top = asked.post("/attend", model="translate", items=[source], top=2).json["readings"][0]
    for row, greatest in zip(expected["weights"], top["top"], strict=True):
        assert [weight for _, weight in greatest] == pytest.approx(sorted(row, reverse=True)[:2], abs=1e-5)
        assert [row[place] for place, _ in greatest] == pytest.approx([weight for _, weight in greatest], abs=1e-5)
    given = asked.post("/attend", model="translate", items=[source], targets=["the cat"]).json["readings"][0]
    same(given, {"prediction": "the cat", **as_json(Alignment(*model.read(source, "the cat")))})


def test_a_translator_of_sounds_says_what_it_heard_and_when(asked: Asked, folders: dict[str, Path]) -> None:
    model, _ = load_translator(folders["said"])
    item = ITEMS["sound"][0]
    expected = translated(model.translate(Examples("sound", [item]))[0], 1)
    same(asked.predictions("said", [as_sent(item)]), [expected])
    found = asked.post("/attend", model="said", items=[as_sent(item)]).json["readings"][0]
    assert found["prediction"] == expected["prediction"] and found["source"][0].endswith(" s")
    assert np.array(found["weights"]).shape == (len(found["target"]), len(found["source"]))


def test_choices_count(asked: Asked) -> None:
    assert asked.predictions("classify", ["a good film"], unknown_below=1.0, unknown="?")[0]["prediction"] == "?"
    assert [each["tokens"] for each in asked.predictions("generate", ["a", "b"], longest=3, lines=0)] == [3, 3]
    assert len(asked.predictions("translate", ["der Hund"], longest=2)[0]["prediction"]) <= 2


@pytest.mark.parametrize("choices", [{"temperature": 0, "longest": 12}, {"seed": 3, "longest": 30}])
def test_a_stream_tells_token_by_token_what_predict_tells_at_once(choices: dict[str, Any], asked: Asked) -> None:
    expected = asked.predictions("generate", ["abc"], **choices)[0]
    events = asked.post("/generate", model="generate", item="abc", choices=choices).events
    assert events[-1] == ("done", expected)
    tokens = [data for name, data in events[:-1] if name == "token"]
    assert len(tokens) == len(events) - 1 == expected["tokens"]
    assert "".join(each["text"] for each in tokens) == expected["prediction"]


@pytest.mark.parametrize("name", ["classify", "regress", "of-sound", "of-image", "of-series"])
def test_an_answer_for_the_whole_tells_what_it_was_pooled_from(name: str, asked: Asked) -> None:
    model = asked.models[name]
    item = model.example()
    found = asked.post("/attend", model=name, items=[item, item]).json["readings"]
    answer, (row,) = asked.predictions(name, [item])[0]["prediction"], found[0]["weights"]
    assert found[0]["prediction"] == (pytest.approx(answer, rel=1e-4) if isinstance(answer, float) else answer)
    assert sum(row) == pytest.approx(1, abs=1e-4) and len(row) == len(found[0]["source"]) > 0
    assert found[0]["source"] == found[1]["source"] and row == pytest.approx(found[1]["weights"][0], abs=1e-5)
    top = asked.post("/attend", model=name, items=[item], top=1).json["readings"][0]["top"]
    assert top[0][0][1] == pytest.approx(max(row), abs=1e-5)


def test_a_list_comes_back_for_a_list_however_short(asked: Asked) -> None:
    assert asked.predictions("translate", []) == []
    assert asked.predictions("classify", [" "]) == [{"prediction": None}]
    assert asked.post("/encode", model="classify", items=["a", ""]).json["vectors"][1] is None


def test_models_are_told_with_kinds_choices_and_limits(asked: Asked) -> None:
    told = asked.get("/models").json
    by_name = {each["name"]: each for each in told["models"]}
    assert by_name["of-sound"]["input"] == "sound" and by_name["translate"]["choices"]["beam"] == 5
    assert by_name["classify"]["classes"] == ["neg", "pos"] and told["limits"]["items"] == 256
    for each in told["models"]:
        assert "/predict" in each["verbs"] and each["example"] and each["parameters"] > 100
    assert asked.get("/health").json == {"status": "ok"}
