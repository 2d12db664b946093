"""`regard make`: files with exact answers, and what to type next."""

from pathlib import Path

from command_line import Run


def test_data_are_made_and_told(run: Run, tmp_path: Path) -> None:
    answer = run("make", "recall", tmp_path, "--length", 6, "--beyond", "30", "--items", 20, "--held-out", 10)
    assert answer.code == 0
    assert "| test-30.jsonl | 10 | 30 |" in answer.out and "30 different keys; seed 1" in answer.out
    assert f"regard compare classify {tmp_path}/train.jsonl --valid {tmp_path}/valid.jsonl" in answer.out
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("README.md", "test-30.jsonl", "test.jsonl", "train.jsonl", "valid.jsonl")
    ]
    assert "must not hold such files" in run("make", "recall", tmp_path).refused


def test_what_cannot_be_made_is_refused(run: Run, tmp_path: Path) -> None:
    assert "'copy'? or one of copy" in run("make", "copi", tmp_path).refused
    assert "joined by commas, none twice" in run("make", "copy", tmp_path, "--beyond", "3,3").refused
    assert "needs FOLDER" in run("make", "copy").refused
