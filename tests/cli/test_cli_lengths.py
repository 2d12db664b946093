"""A source that is longer than the positions a model has learned is refused by file and line, before anything else."""

import io
from pathlib import Path

import pytest
from command_line import TINY, Data, Run

LEARNED = [*TINY, "--heads", "2", "--feed-forward", "32", "--positions", "learned", "--longest", "9", "--steps", "2"]
LONG = "der Hund ist " + "und ".join(["rot "] * 4)  # 3 + 4 + 3 words
RULE = "the source may have at most 9 tokens, for which the model has learned positions"
LINES = ["der Hund ist rot", "", LONG]


@pytest.fixture
def learned(run: Run, data: Data, tmp_path: Path) -> Path:
    """A model with room for nine tokens."""
    assert run("train", "translate", data.tsv, "--model", tmp_path / "model", *LEARNED).code == 0
    return tmp_path / "model"


def told(text: str, place: str) -> bool:
    first, got, hint = text.splitlines()[-3:]
    way_out = "  try  break it into sentences, or train with --positions sinusoidal or a larger --longest"
    return (first, got, hint) == (f"{place}: {RULE}", "  got  10 tokens", way_out)


def test_every_verb_says_which_line_is_too_long(
    learned: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in.de").write_text("\n".join(LINES), encoding="utf-8")
    Path("in.tsv").write_text(f"rot\tred\n{LONG}\tred\n", encoding="utf-8")
    for window in ("1", "2", "100"):
        answer = run("predict", learned, "in.de", "--window", window)
        assert answer.code == 2 and told(answer.err, "in.de:3")
        assert answer.out.count("\n") == {"1": 2, "2": 2, "100": 0}[window]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(LINES).encode()), encoding="utf-8"))
    assert told(run("predict", learned).refused, "standard input:3")
    answer = run("evaluate", learned, "in.tsv")
    assert answer.code == 2 and told(answer.err, "in.tsv:2")
    assert told(run("look", learned, LONG).refused, "regard look")
    assert run("predict", learned, "in.de", "--beam", "0").refused.startswith("regard predict: n-best")
    Path("in.de").write_text(LONG.removesuffix("und rot "), encoding="utf-8")
    assert run("predict", learned, "in.de").code == 0


def test_test_data_that_are_too_long_are_refused_before_the_first_step(
    run: Run, data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("test.tsv").write_text(f"rot\tred\nrot\t{LONG}\n{LONG}\tred\n", encoding="utf-8")
    words = ["train", "translate", data.tsv, "--model", "model", "--test", "test.tsv"]
    for too_long in ("error", "skip", "truncate"):
        answer = run(*words, *LEARNED, "--too-long", too_long)
        assert told(answer.said_and_refused, "test.tsv:3")
        assert "Training:" not in answer.err and not Path("model/state").exists()
    sinusoidal = [word if word != "learned" else "sinusoidal" for word in LEARNED]
    assert "Test, 3 pairs" in run(*words, *sinusoidal).err
