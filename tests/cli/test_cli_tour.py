"""`regard tour`: the list, a chapter, the glossary, an answer checked, a notebook, the pages; what is refused."""

import json
from pathlib import Path

import pytest
from command_line import Run


@pytest.mark.parametrize(("lang", "first", "last"), [("en", "1. Memory", "12. The"), ("zh", "1. 记忆", "12. 平方")])
def test_the_list_of_all_chapters(lang: str, first: str, last: str, run: Run) -> None:
    lines = run("tour", "--lang", lang).out.splitlines()
    assert lines[0].startswith(first) and lines[11].startswith(last) and len(lines) == 13


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_chapter_shows_text_code_and_output(lang: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    answer = run("tour", 2, "--lang", lang)
    assert answer.code == 0 and "[[0.25, 0.75]]" in answer.out and "shares = scores.exp()" in answer.out
    assert ("加权和" in answer.out) == (lang == "zh") and "regard explain --learn" in answer.out
    assert "--exercise 3" in answer.out and "answer = " not in answer.out


def test_a_narrow_terminal_loses_no_code(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    out = "".join(run("tour", 8).out.split())
    assert "position=regard.Rotary(),normalizer=regard.Plain()).weights" in out


def test_the_code_runs_here(run: Run) -> None:
    assert run("tour", 3, "--run").out == "Run here: all 3 blocks print what the chapter says.\n"
    assert "3 段代码" in run("tour", 3, "--run", "--lang", "zh").out


def test_answers_are_checked(run: Run) -> None:
    assert run("tour", 2, "--exercise", 1, "--answer", "0.25").out == "Right.\n"
    assert run("tour", 2, "--exercise", 1, "--answer", "0.5").out.startswith("Not yet.")
    assert run("tour", 2, "--exercise", 2, "--answer", "no", "--lang", "zh").out == "正确。\n"


def test_the_glossary(run: Run) -> None:
    assert "self-attention" in run("tour", "glossary").out
    assert run("tour", "glossary", "--lang", "zh").out.startswith("向量")


def test_a_notebook_and_the_pages(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "two.ipynb"
    assert run("tour", 2, "--notebook", path, "--lang", "zh").out == f"saved {path}\n"
    assert json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"] == ["# 2. 匹配、softmax、加权和"]
    assert run("tour", "--docs", tmp_path / "docs").out == f"28 pages in {tmp_path / 'docs'}\n"
    assert (tmp_path / "docs/02-match-softmax-weighted-sum.zh-CN.md").is_file()


REFUSED = {
    "regard tour: no such chapter\n  got  '13'\n  try  a number from 1 to 12, or glossary": ["13"],
    "regard tour: --lang: no such language\n  got  'de'": ["--lang", "de"],
    "regard tour: these need a chapter\n  got  --run\n  try  regard tour 1 --run": ["--run"],
    "regard tour: an answer is checked with its exercise": ["1", "--answer", "3"],
    "tour: no such exercise\n  got  9\n  try  1 to 3": ["1", "--exercise", "9", "--answer", "3"],
    "regard tour: --notebook names an .ipynb file\n  got  'a.txt'\n  try  --notebook a.ipynb": [
        "1",
        "--notebook",
        "a.txt",
    ],
    "regard tour: the folder must be there\n  got  no": ["1", "--notebook", "no/a.ipynb"],
}


@pytest.mark.parametrize("text", REFUSED)
def test_mistakes_are_refused_in_three_lines(text: str, run: Run) -> None:
    assert run("tour", *REFUSED[text]).refused.startswith(text)
