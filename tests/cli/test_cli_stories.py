"""Questions about stories at the command line: train, go on, predict, evaluate by file, look, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import Run
from test_cli_answers import written

PLACES = ("hall", "garden", "office")
MEMORY = ["--network", "memory", "--device", "cpu", "--width", 8, "--layers", 2, "--batch-tokens", 64]
QUICK = ["--epochs", 3, "--linear-start", 1, "--learning-rate", 0.02]


def stories(folder: Path, name: str, seed: int, count: int = 16) -> Path:
    """Two people go to places; where is one of them?"""
    random = np.random.default_rng(seed)
    lines = []
    for _ in range(count):
        where = [PLACES[number] for number in random.integers(0, 3, 2)]
        asked = int(random.integers(0, 2))
        told = [f"{i + 1} {person} went to the {where[i]}." for i, person in enumerate(("Mary", "John"))]
        lines += [*told, f"3 Where is {('Mary', 'John')[asked]}?\t{where[asked]}\t{asked + 1}"]
    return written(folder / name, "\n".join(lines))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stories")


@pytest.fixture
def model(home: Path, run: Run) -> Path:
    """A memory network of two files, trained once."""
    if not (home / "model").exists():
        files = [stories(home, "one.txt", 1), stories(home, "two.txt", 2)]
        answer = run("train", "classify", *files, "--model", home / "model", *MEMORY, *QUICK)
        assert answer.code == 0, answer.err
        said = " ".join(answer.err.split())
        assert "Read 32 items of story" in said and "by whole groups" in said
        assert "the last 50 sentences before a question; the longest story has 2" in said
        assert "(majority)" in said and "(bag of vectors)" in said
        assert "2 hops, dropout 0, 1 head, adjacent tying, without softmax in the first 1 epochs" in said
    return home / "model"


def test_answers_do_not_depend_on_what_is_read_together(model: Path, home: Path, run: Run) -> None:
    predicted = run("predict", model, home / "one.txt", "--write", "jsonl")
    rows = [json.loads(line) for line in predicted.out.splitlines()]
    assert len(rows) == 16 and all(row["item"].startswith("Where is ") for row in rows)
    assert {row["prediction"] for row in rows} <= {*PLACES}
    assert run("predict", model, home / "one.txt", "--write", "jsonl", "--batch-tokens", 1).out == predicted.out


def test_each_file_is_scored_by_itself_too(model: Path, home: Path, run: Run) -> None:
    scored = run("evaluate", model, home / "one.txt", home / "two.txt")
    assert scored.code == 0, scored.err
    lines = scored.out.splitlines()
    assert lines[0].startswith("32 items of ") and lines[1].startswith("accuracy ")
    each = [line for line in lines if " 16 items, accuracy " in line]
    assert [line.split(":")[0] for line in each] == [str(home / "one.txt"), str(home / "two.txt")]
    alone = run("evaluate", model, home / "one.txt").out.splitlines()
    right = float(alone[1].split()[1])
    assert each[0].endswith(f"errors {100 - right:.1f} %") and "errors" not in "".join(alone)


def test_a_question_without_an_answer_is_answered(model: Path, run: Run, tmp_path: Path) -> None:
    asked = written(tmp_path / "asked.txt", "1 Mary went to the hall.\n2 Where is Mary?\n3 Where is Otto?")
    lines = run("predict", model, asked).out.splitlines()
    assert len(lines) == 2 and {*lines} <= {*PLACES}
    assert "every question must have an answer" in run("evaluate", model, asked).refused


def test_a_look_tells_what_each_hop_read(model: Path, home: Path, run: Run, tmp_path: Path) -> None:
    page = tmp_path / "look.html"
    seen = run("look", model, home / "one.txt", "--number", 2, "--html", page)
    assert seen.code == 0, seen.err
    lines = seen.out.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("what each hop read; 2 of 2 sentences"))
    assert lines[start + 1].split() == ["hop", "1", "hop", "2"]
    assert lines[start + 2].startswith("  1 Mary went to the ") and len(lines[start + 2].split()) == 8
    assert "the sentence is left out" in seen.out and page.read_text(encoding="utf-8").startswith("<!")


def test_the_same_command_again_goes_on(run: Run, tmp_path: Path) -> None:
    data = stories(tmp_path, "three.txt", 3)
    words = [
        "train",
        "classify",
        data,
        "--model",
        tmp_path / "m",
        *MEMORY,
        "--linear-start",
        2,
        "--learning-rate",
        0.02,
    ]
    assert run(*words, "--epochs", 1).code == 0
    assert "Going on from step" in run(*words, "--epochs", 4).err


@pytest.mark.parametrize(
    ("words", "rule", "hint"),
    [
        (["--network", "memory", "--tying", "loose"], "tying: no such choice", "adjacent, layer-wise"),
        (["--network", "memory", "--attention", "none"], "a memory network reads by attention", "--attention"),
        (["--tying", "adjacent"], "tying: only a network of kind memory has it", "drop --tying"),
        (["--linear-start", "3"], "linear_start: only a network of kind memory has it", "--network memory"),
        (["--optimizer", "adam"], "optimizer: no such name", "one of adamw, sgd"),
        (["--network", "memory", "--linear-start", "-1"], "linear_start: must be at least 0", "leave it out"),
        (["--network", "memory", "--positions", "none"], "positions: only a network of kind transformer", "drop"),
        (["--sentences", "0"], "sentences: must be at least 1", "50"),
        (["--gaps", "2"], "gaps: must be from 0 to 1", "0.1"),
        (["--halvings", "1"], "halvings: the last sentence of a story is the question", "--halvings 0"),
        (["--mels", "40"], "--mels: belongs to sound", "mels 40 with story"),
    ],
)
def test_choices_that_cannot_be(words: list[str], rule: str, hint: str, run: Run, tmp_path: Path) -> None:
    text = run("train", "classify", stories(tmp_path, "a.txt", 1), "--model", tmp_path / "m", *words).said_and_refused
    assert rule in text and hint in text and not (tmp_path / "m" / "model.json").exists()


def test_a_memory_network_of_texts(run: Run, tmp_path: Path) -> None:
    data = written(tmp_path / "a.tsv", "good film\tpos\nbad film\tneg\n" * 9 + "fine\tpos")
    text = run("train", "classify", data, "--model", tmp_path / "m", "--network", "memory").said_and_refused
    assert "a memory network reads stories" in text and "items of text" in text


def test_what_is_not_done_with_stories(model: Path, home: Path, run: Run, tmp_path: Path) -> None:
    exported = run("export", model, tmp_path / "onnx").refused
    assert "ONNX is written for models that read" in exported and "got  story" in exported
    told = run("explain", model, home / "one.txt")
    assert told.code == 2, told
