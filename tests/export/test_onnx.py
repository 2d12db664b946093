"""Models exported to ONNX answer as they did, in a process without torch."""

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import Run
from exported import answers, lines_of
from saved_models import ASKED

pytestmark = pytest.mark.slow
pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

SAVED = Path(__file__).parent.parent / "folder" / "saved" / "format-1"


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved model of the kind that a test asks for, exported once."""
    from regard.cli.main import main

    made = tmp_path_factory.mktemp("exported") / request.param
    assert main(["export", str(SAVED / request.param), str(made), "--longest", "64"]) == 0
    return made


@pytest.fixture
def asked(folder: Path, tmp_path: Path) -> Path:
    """What a model is asked, a line each, and a blank one."""
    more = {"label": ["a b c d e f g", "York"], "generate": ["", "a"]}.get(folder.name, ["das ist 東京", "a"])
    (tmp_path / "asked.txt").write_text("\n".join([*ASKED[folder.name], "", *more]) + "\n", encoding="utf-8")
    return tmp_path / "asked.txt"


@pytest.mark.parametrize("folder", ["translate"], indirect=True)
def test_a_translator(folder: Path, asked: Path, run: Run) -> None:
    for words in (["--beam", 1, "--longest", 5], ["--length-penalty", 0.6], ["--longest", 4]):
        expected = run("predict", SAVED / "translate", asked, "--scores", *words).out.splitlines()
        assert scores_and_texts(lines_of(folder / "run.py", asked, "--scores", *words)) == scores_and_texts(expected)
    words = ["--format", "jsonl", "--n-best", 5]
    ours = [json.loads(line) for line in run("predict", SAVED / "translate", asked, *words).out.splitlines()]
    theirs = [json.loads(line) for line in lines_of(folder / "run.py", asked, *words)]
    for here, there in zip(ours, theirs, strict=True):
        assert [each["prediction"] for each in there["candidates"]] == [
            each["prediction"] for each in here["candidates"]
        ]
        scores = [each["score"] for each in here["candidates"]]
        assert [each["score"] for each in there["candidates"]] == pytest.approx(scores, abs=1e-5)
    done = answers(folder / "run.py", given="a " * 100)
    assert done.stderr.startswith("standard input:1: the source may have at most 63 tokens") and done.returncode == 2


def scores_and_texts(lines: list[str]) -> list[tuple[object, str]]:
    """The scores to four digits, one unit in the last aside, and what stands behind them."""
    parted = (line.split("\t") for line in lines)
    return [(pytest.approx(float(score), abs=1.1e-4), text) for score, text in parted]


@pytest.mark.parametrize("folder", ["generate"], indirect=True)
def test_a_generator(folder: Path, asked: Path, run: Run) -> None:
    for words in (["--greedy", "--longest", 8], ["--seed", 3, "--temperature", 1.5, "--longest", 40], ["--top-p", 0.7]):
        expected = run("predict", SAVED / "generate", asked, *words).out.splitlines()
        assert lines_of(folder / "run.py", asked, *words) == expected
    far = ["--greedy", "--longest", 300, "--format", "jsonl", "--lines", 0]  # beyond the window of 256
    ours, theirs = run("predict", SAVED / "generate", asked, *far).out, lines_of(folder / "run.py", asked, *far)
    for here, there in zip(map(json.loads, ours.splitlines()), map(json.loads, theirs), strict=True):
        assert here.pop("score") == pytest.approx(there.pop("score"), abs=2e-3)
        assert here == there


@pytest.mark.parametrize("folder", ["classify", "label", "regress"], indirect=True)
def test_a_model_that_answers(folder: Path, asked: Path, run: Run, tmp_path: Path) -> None:
    model = SAVED / folder.name
    expected = run("predict", model, asked, "--write", "jsonl").out.splitlines()
    found = lines_of(folder / "run.py", asked, "--write", "jsonl")
    for ours, theirs in zip(map(json.loads, expected), map(json.loads, found), strict=True):
        assert numbers_near(theirs) == numbers_near(ours)
    assert len(lines_of(folder / "run.py", given=asked.read_text(encoding="utf-8"))) == len(expected)


@pytest.mark.parametrize("folder", ["classify", "label"], indirect=True)
def test_the_vectors_of_items(folder: Path, asked: Path, run: Run, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.npy", tmp_path / "theirs.npy"
    assert run("encode", SAVED / folder.name, asked, "--out", ours, "--blank", "skip").code == 0
    assert lines_of(folder / "run.py", asked, "--vectors", theirs) == []
    np.testing.assert_allclose(np.load(theirs), np.load(ours), atol=1e-5)


def numbers_near(record: dict[str, object]) -> dict[str, object]:
    """The same with its numbers to five digits."""
    return {name: pytest.approx(each, abs=1e-5) if isinstance(each, float) else each for name, each in record.items()}
