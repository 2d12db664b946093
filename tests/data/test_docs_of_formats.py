"""Every sample of docs/data.md is written to a file and read back through the door, as the page says."""

import re
import shlex
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from regard.data.choices import ReadingChoices
from regard.data.doctor import examine, examine_lines
from regard.data.door import READERS, read_examples, told
from regard.data.examples import Examples
from regard.data.item_pairs import AnyPairs, ItemPairs
from regard.data.labelled import FORMATS
from regard.data.pairs import Pairs
from regard.data.readers import read_pairs
from regard.training.generate_config import GenerateConfig
from regard.training.generate_texts import files_of, read_texts
from regard.training.progress import Silent

PAGE = Path(__file__).parents[2] / "docs" / "data.md"
SECTION = re.compile(r"^#{2,3} (.+)\n((?:(?!^#{2,3} ).*\n)*)", re.MULTILINE)
FILE = re.compile(r"^`([^`\n]+)`:\n\n```text\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^regard (.+)\n# (.+)$", re.MULTILINE)


class Section(NamedTuple):
    """A title, the files of its samples, its Python, and its commands with what they read."""

    title: str
    files: list[tuple[str, str]]
    code: str
    commands: list[tuple[str, str]]


def sections() -> list[Section]:
    found = []
    for title, body in SECTION.findall(PAGE.read_text(encoding="utf-8")):
        code = "".join(CODE.findall(body))
        found.append(Section(title, FILE.findall(body), code, COMMAND.findall(body)))
    return [each for each in found if each.commands]


SECTIONS = sections()
TITLES = [each.title for each in SECTIONS]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(section: Section, folder: Path) -> None:
    """The files of a section; of a folder, those that are listed, without content."""
    for name, text in section.files:
        for each in text.split() if name.endswith("/") else [name]:
            path = folder / each
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("" if name.endswith("/") else text, encoding="utf-8")
    before = "from pathlib import Path\nimport numpy as np\n"
    exec(compile(before + section.code, str(PAGE), "exec"), {})


def parted(command: str) -> tuple[str, str, list[str], dict[str, Any]]:
    """Verb, kind of answer, files and choices of a command."""
    words, files, choices = shlex.split(command), [], {}
    verb, kind, *rest = words
    while rest:
        word = rest.pop(0)
        if word == "--each-line":
            choices["each_line"] = True
        elif word.startswith("--"):
            choices[word[2:].replace("-", "_")] = rest.pop(0)
        else:
            files.append(word)
    return verb, kind, files, choices


def read(command: str) -> Examples | AnyPairs:
    verb, kind, files, choices = parted(command)
    assert choices.pop("model", "my-model") == "my-model" and set(choices) - {"out"} <= names()
    choices.pop("out", None)
    if kind == "translate" and "input" in choices:
        return ItemPairs.of(read_examples(files, answer=kind, choices=ReadingChoices(**choices)).train)
    if kind == "translate":
        return read_pairs(files, **choices)
    answer = kind if verb == "train" else None
    return read_examples(files, answer=answer, choices=ReadingChoices(**choices)).train


def read_by_a_generator(command: str) -> str:
    """What its training says first."""
    _, _, files, choices = parted(command)
    config, told = GenerateConfig(data=files, valid=files, **choices), Told()
    read_texts(config, told)
    assert examine_lines({"train": files_of(config, files)}, config.each_line)
    return told.lines[0]


def names() -> set[str]:
    assert all(each.default is not MISSING for each in fields(ReadingChoices))
    return {each.name for each in fields(ReadingChoices)}


def tell(found: Examples | AnyPairs) -> str:
    """What the page says was read."""
    if isinstance(found, ItemPairs):
        what = f"{len(found)} pairs of {found.sources.kind} and text"
        return f"{what}, the first {found.where(0)} → {found.targets[0]!r}"
    if isinstance(found, Pairs):
        return f"{len(found)} pairs, the first {found.sources[0]!r} → {found.targets[0]!r}"
    count = f"{len(found)} item{'s' * (len(found) != 1)} of {found.kind}"
    return count if found.answers is None else f"{count}, the first answered {found.answers[0]!r}"


class Told(Silent):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines.append(text)


@pytest.mark.parametrize("section", SECTIONS, ids=TITLES)
def test_a_sample_is_read_as_the_page_says(section: Section, here: Path) -> None:
    if "pyarrow" in section.code:
        pytest.importorskip("pyarrow")
    write(section, here)
    for command, said in section.commands:
        if command.startswith("train generate"):
            assert read_by_a_generator(command) == said, command
            continue
        found = read(command)
        assert tell(found) == said, command
        assert examine({"train": found})


def test_the_page_has_every_input_and_every_format_of_text() -> None:
    assert {
        kind for each in SECTIONS for _, said in each.commands for kind in re.findall(r"items? of (\w+)", said)
    } == {*READERS}
    called = {"columns": "CoNLL columns", "lines": "Two files", "table": "A table of texts", "json": "A JSON document"}
    called |= {"label-first": "The class first", "spans": "JSON lines with spans", "conllu": "CoNLL-U"}
    assert all(any(called.get(form, "fastText") in title for title in TITLES) for form in FORMATS)


ROW = re.compile(r"^\| (.+) \| (.+) \|$", re.MULTILINE)


def test_the_table_of_inputs_is_what_the_door_does(here: Path) -> None:
    whole = PAGE.read_text(encoding="utf-8")
    rows = dict(ROW.findall(whole[whole.index("## Which input") : whole.index("## Pairs of texts")])[2:])
    for name in ("tu/DS_A.txt", "arrays/1.npy", "wav/1.wav", "png/1.png", "txt/a/1.txt"):
        (here / name).parent.mkdir(parents=True)
        (here / name).write_text("a", encoding="utf-8")
    paths = {
        "graph": ["tu"],
        "vectors": ["arrays", "a.npy", "a.npz"],
        "series": ["a.ts", "a.ts.gz", "a.parquet"],
        "image": ["png", "train-images-idx3-ubyte.gz"],
        "sound": ["wav"],
        "text": ["txt", "a.tsv", "a.conll", "train.de"],
    }
    for kind, given in paths.items():
        assert kind in ", ".join(rows.values())
        assert [told([Path(each)], ReadingChoices()) for each in given] == [kind] * len(given)
    assert told([Path("a.csv")], ReadingChoices(id="patient")) == "series"
