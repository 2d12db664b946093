"""The tour: every number is printed by the code above it, in both languages; answers are what their own code finds."""

import ast
import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from regard.cli.main import VERBS, main
from regard.errors import OptionError
from regard.inspect.tour import check, glossary
from regard.inspect.tour.exercises import same
from regard.inspect.tour.filling import fill, fill_all
from regard.inspect.tour.pages import SAYS, notebook
from regard.inspect.tour.running import printed, run, solved
from regard.inspect.tour.source import LANGUAGES, Chapter, Commands, Text, chapters, names, parse
from regard.inspect.tour.writing import all_pages, write_docs

REPOSITORY = Path(__file__).parent.parent.parent
OPTIONAL = ("matplotlib", "sklearn", "babel", "sacrebleu", "tokenizers", "soundfile", "PIL", "pyarrow", "pandas")
CHAPTERS = pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: str(chapter.number))
CHINESE = re.compile("[\u4e00-\u9fff]")
SOURCE = """# One | 一
:::
Text.
:::
文字。
:::
```python
print(1 + 1)
```
```text
2
```
::: 3
How many?
:::
多少？
:::
```python
answer = 3
```
"""


@CHAPTERS
def test_the_code_prints_what_the_chapter_says_and_finds_the_answers(chapter: Chapter) -> None:
    blocks, found = solved(chapter)
    for block in blocks:
        assert block.same, f"expected\n{block.expected}\nprinted\n{block.printed}"
    assert len(blocks) == len(chapter.code) and len(found) == 3
    for number, (exercise, answer) in enumerate(zip(chapter.exercises, found, strict=True), 1):
        assert same(answer, exercise.answer), (number, answer)
        assert check(chapter.number, number, answer) == "right" and check(chapter.number, number, -77) == "not yet"


def test_there_are_twelve_chapters_each_whole_in_both_languages() -> None:
    assert names() == [f"{number:02}.md" for number in range(1, 13)]
    for chapter in chapters():
        texts = [part for part in chapter.parts if isinstance(part, Text)]
        questions = [exercise.question for exercise in chapter.exercises]
        assert len(texts) >= 2 and len(questions) == 3
        assert sum(isinstance(part, Commands) for part in chapter.parts) == 1
        for text in (chapter.title, *texts, *questions):
            assert CHINESE.search(text.zh) and not CHINESE.search(text.en.replace("机器学习", "")) and text.en.strip()
            assert text.en.count("\n\n") == text.zh.count("\n\n"), text.en


def test_the_first_five_chapters_need_nothing_but_torch_and_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] in OPTIONAL] + [*OPTIONAL]:
        monkeypatch.setitem(sys.modules, name, None)
    for chapter in chapters()[:5]:
        assert all(block.same for block in run(chapter))
        trees = [ast.parse(block.body) for block in chapter.code]
        found = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        roots = {(getattr(node, "module", None) or node.names[0].name).split(".")[0] for node in found}
        assert roots <= {"math", "torch", "regard"}


def test_the_commands_to_try_work(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        line for c in chapters() for part in c.parts if isinstance(part, Commands) for line in part.body.splitlines()
    ]
    commands = [shlex.split(line) for line in lines]
    assert all(words[0] in ("regard", "python") for words in commands)
    assert all(words[1] in VERBS for words in commands if words[0] == "regard")
    slow = ("--learn", "translator")  # tests/cli/test_cli_explain.py runs these
    quick = [words for words in commands if words[1] != "demo" and words[0] == "regard" and not set(slow) & set(words)]
    assert len(quick) > 12
    for words in quick:
        assert main(words[1:]) == 0, words
        assert capsys.readouterr().out


def test_the_pages_of_docs_are_those_of_the_source(tmp_path: Path) -> None:
    pages = all_pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in (REPOSITORY / "docs/tour").iterdir()}
    assert there == pages, "regard tour --docs docs/tour"
    assert write_docs(tmp_path / "new") == len(pages) == 28
    assert {path.name for path in (tmp_path / "new").iterdir()} == set(pages)
    for name, text in pages.items():
        for link in re.findall(r"\]\(([^)#]+\.md)\)", text):
            assert link in pages, (name, link)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("chapter", [chapters()[1], chapters()[8]], ids=["2", "9"])
def test_a_notebook_runs_and_holds_what_it_prints(chapter: Chapter, lang: str) -> None:
    book = json.loads(json.dumps(notebook(chapter, lang), ensure_ascii=False))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    cells = book["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells)
    assert all(re.fullmatch("[a-zA-Z0-9_-]{1,64}", cell["id"]) for cell in cells)
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(code) == len(chapter.code) + 3
    space: dict[str, object] = {}
    for cell in code:
        assert set(cell) == {"cell_type", "execution_count", "id", "metadata", "outputs", "source"}
        out = printed("".join(cell["source"]), space, "cell")
        told = "".join(line for output in cell["outputs"] for line in output["text"])
        assert [line.rstrip() for line in out.rstrip().splitlines()] == told.rstrip().splitlines()


def test_the_glossary_is_whole_in_both_languages() -> None:
    terms = glossary.every()
    assert len(terms) >= 35 and len({term.en for term in terms}) == len({term.zh for term in terms}) == len(terms)
    assert all(all(term) and CHINESE.search(term.meaning) for term in terms)
    assert [row[0] for row in glossary.terms("en")] == sorted((term.en for term in terms), key=str.casefold)
    for lang in LANGUAGES:
        assert all(f"| {row[0]} | {row[1]} | {row[2]} |" in glossary.markdown(lang) for row in glossary.terms(lang))
    assert SAYS["en"].keys() == SAYS["zh"].keys()


def test_a_source_that_is_filled_holds_what_it_prints(tmp_path: Path) -> None:
    assert fill(SOURCE, 1) == SOURCE
    assert fill(SOURCE.replace("\n2\n", "\n3\n"), 1) == SOURCE
    assert fill(SOURCE.replace("```text\n2\n```\n", ""), 1) == SOURCE
    (tmp_path / "01.md").write_text(SOURCE.replace("\n2\n", "\n7\n"), encoding="utf-8")
    assert fill_all(tmp_path) == ["01.md"] and fill_all(tmp_path) == []
    assert not next(run(parse(1, SOURCE.replace("\n2\n", "\n3\n")))).same


@pytest.mark.parametrize("wrong", ["stray\n", "```python\nx = 1\n"])
def test_what_is_no_block_is_no_chapter(wrong: str) -> None:
    with pytest.raises(ValueError, match="chapter 1: no block"):
        parse(1, SOURCE + wrong)


@pytest.mark.parametrize(("chapter", "number"), [(0, 1), (13, 1), (1, 0), (1, 4)])
def test_exercises_that_are_not_there_are_refused(chapter: int, number: int) -> None:
    with pytest.raises(OptionError, match=r"tour: no such (chapter|exercise)\n  got  \d+\n  try  1 to \d+"):
        check(chapter, number, 1)
