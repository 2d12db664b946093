"""Stories with questions: read as they stand, known by their first lines, refused in three lines if they are none."""

import gzip
from pathlib import Path
from typing import NamedTuple

import pytest

from regard.data.choices import ReadingChoices
from regard.data.doctor import examine
from regard.data.door import read_examples, told
from regard.data.examples import Examples
from regard.data.items import Story
from regard.data.share import share
from regard.errors import DataError, OptionError, RegardError

GOOD = """1 Mary went to the hall.
2 John moved to the office.
3 Where is Mary? \thall\t1
4 Sandra took the milk.
5 What has Sandra? \tmilk,apple\t4
1 Daniel slept.
2 Where is Daniel?\tbed
"""


def read(folder: Path, *files: str, answer: str | None = "classify", **choices: str) -> Examples:
    paths = [folder / name for name in files]
    return read_examples(paths, answer=answer, choices=ReadingChoices(**choices), needed=answer is not None).train


def put(folder: Path, content: str | bytes, name: str = "a.txt") -> Path:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def test_a_question_comes_with_the_sentences_before_it_and_no_other(tmp_path: Path) -> None:
    found = read(put(tmp_path, GOOD), "a.txt")
    first = ("Mary went to the hall.", "John moved to the office.")
    assert found.items == [
        Story(first, "Where is Mary?"),
        Story((*first, "Sandra took the milk."), "What has Sandra?"),
        Story(("Daniel slept.",), "Where is Daniel?"),
    ]
    assert found.kind == "story" and found.answers == ["hall", "milk,apple", "bed"]
    assert [found.where(index) for index in range(3)] == [f"{tmp_path}/a.txt:{line}" for line in (3, 5, 7)]


def test_questions_of_a_story_stay_together(tmp_path: Path) -> None:
    found = read(put(tmp_path, GOOD * 20), "a.txt")
    assert len(set(found.groups or [])) == 40
    train, valid = share(found, seed=3)
    assert not set(train.groups or []) & set(valid.groups or [])


def test_a_rare_answer_stays_with_those_that_are_learned_from(tmp_path: Path) -> None:
    rare = "1 Ada left.\n2 Where is Ada?\tnobody knows\t1\n"
    found = read(put(tmp_path, GOOD * 5 + rare), "a.txt")
    parts = [share(found, seed) for seed in range(40)]
    assert all("nobody knows" in (train.answers or []) for train, _ in parts)
    assert len({tuple(valid.lines) for _, valid in parts}) > 10


def test_several_files_are_one_reading_and_each_item_knows_its_own(tmp_path: Path) -> None:
    put(put(tmp_path, GOOD), gzip.compress(GOOD.encode()), "b.txt.gz")
    found = read(tmp_path, "a.txt", "b.txt.gz")
    assert len(found) == 6 and found.where(3) == f"{tmp_path}/b.txt.gz:3" and len(set(found.groups or [])) == 4
    assert found.take([4, 0]).where(0) == f"{tmp_path}/b.txt.gz:5"
    assert not any(finding.severity == "stop" for finding in examine({"train": found}, answer="classify"))


def test_questions_without_answers_are_read_to_be_asked(tmp_path: Path) -> None:
    bare = "1 Mary went home.\n2 Where is Mary?\n3 Who is at home?\n"
    found = read(put(tmp_path, bare), "a.txt", answer=None, input="story")
    assert found.answers is None and [len(item.sentences) for item in found.items] == [1, 1]


@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_a_question_may_come_first(line: str, tmp_path: Path) -> None:
    found = read(put(tmp_path, f"1 Is it late?\tno{line}2 Mary left.{line}3 Who left?\tmary\t2{line}"), "a.txt")
    assert [item.sentences for item in found.items] == [(), ("Mary left.",)]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(GOOD, "story"), ("1 good film\n0 bad film\n", "text"), ("1 a b\n2 c d\n", "text"), ("a\tb\n", "text")],
)
def test_which_files_are_stories(content: str, kind: str, tmp_path: Path) -> None:
    path = put(tmp_path, content) / "a.txt"
    assert told([path], ReadingChoices()) == kind
    assert told([path], ReadingChoices(format="label-first")) == "text"


class Case(NamedTuple):
    """What a file holds, how the first line of the error ends after its place, and what else it must say."""

    name: str
    content: str | bytes
    rule: str
    fragments: tuple[str, ...]
    answer: str | None = "classify"
    choices: dict[str, str] = {}  # noqa: RUF012  # read only
    error: type[RegardError] = DataError


TAB = "3 Where is Mary?\thall\t1\n"
TOLD = "1 Mary went to the hall.\n2 John slept.\n"
# fmt: off
CASES = [
    Case("no number", TOLD + "Where is Mary?\thall\n", "a.txt:3: a line must begin with its number and a space",
         ("got  'Where is Mary?", "try  1 Mary went")),
    Case("no space behind the number", "1Mary went.\n" + TAB, "a.txt:1: a line must begin with its",
         ("'1Mary",)),
    Case("a number in other digits", "\u0661 Mary went.\n" + TAB, "a.txt:1: a line must begin with its number", ()),
    Case("a number without end", "1" * 30 + " Mary went.\n", "a.txt:1: a line must begin with its number", ()),
    Case("a negative number", TOLD + "-3 Where?\thall\n", "a.txt:3: a line must begin with its number", ("'-3 Where",)),
    Case("a blank line", TOLD + "\n" + TAB, "a.txt:3: a line must begin with its number", ("got  a blank line",)),
    Case("a first line that is not the first", "2 Mary went.\n" + TAB, "a.txt:1: the next number must be 1",
         ("got  2",)),
    Case("a number left out", TOLD + "4 Where?\thall\n", "a.txt:3: the next number must be 3, or 1 where a new story",
         ("got  4",)),
    Case("a number twice", TOLD + "2 Where?\thall\n", "a.txt:3: the next number must be 3", ("got  2",)),
    Case("a story from 0", "0 Mary went.\n" + TAB, "a.txt:1: the next number must be 1", ("got  0",)),
    Case("a blank sentence", "1 Mary went.\n2  \n" + TAB, "a.txt:2: a sentence must not be blank",
         ("take the line out",)),
    Case("a blank question", TOLD + "3 \thall\t1\n", "a.txt:3: a question must not be blank", ()),
    Case("a blank answer", TOLD + "3 Where is Mary?\t \t1\n", "a.txt:3: an answer must not be blank",
         ("got  'Where is Mary?'",)),
    Case("a column too many", TOLD + "3 Where?\thall\t1\t2\n", "a.txt:3: a question has a text, an answer and numbers",
         ("got  4 columns",)),
    Case("a fact that is no number", TOLD + "3 Where?\thall\tone\n", "a.txt:3: what tells an answer must be the number",
         ("got  'one'", "one of 1, 2")),
    Case("a fact that was not told", TOLD + "3 Where?\thall\t7\n", "a.txt:3: what tells an answer", ("'7'", "1, 2")),
    Case("a fact that is a question", TOLD + TAB + "4 Where?\thall\t3\n", "a.txt:4: what tells an answer", ("'3'",)),
    Case("a fact that comes later", "1 Where?\thall\t2\n2 Mary went.\n", "a.txt:1: what tells an answer",
         ("no number: no sentence was told",)),
    Case("an answer that is lacking", TOLD + TAB + "4 Where is John?\n",
         "a.txt:4: every question must have an answer, or none", ("got  1 of 2 questions without one", "TAB")),
    Case("no answer at all", "1 Mary went.\n2 Where is Mary?\n", "a.txt:2: every question must have an answer",
         ("got  1 of 1",), choices={"input": "story"}),
    Case("no question", "1 Mary went.\n2 John slept.\n", "a.txt: must hold questions", ("got  sentences alone",),
         choices={"input": "story"}),
    Case("an empty file", "", "a.txt: ", ("got  an empty file",), choices={"input": "story"}),
    Case("bytes that are no text", TOLD.encode() + b"3 Where?\tcaf\xe9\n", "a.txt:3: text must be utf-8", ("byte e9",),
         choices={"input": "story"}),
    Case("a NUL", TOLD + "3 Wh\0ere?\thall\n", "a.txt:3: text must not hold NUL", (), choices={"input": "story"}),
    Case("labels for every sentence", TOLD + TAB, "data: a question has one answer, no label for every sentence",
         ("train classify",), answer="label", error=OptionError),
    Case("a choice of tables", TOLD + TAB, "--x: means nothing for stories", ("got  'text'",), choices={"x": "text"},
         error=OptionError),
    Case("blanks left out", TOLD + TAB, "--blank: means nothing for stories", (), choices={"blank": "skip"},
         error=OptionError),
    Case("numbers that are none", TOLD + TAB, "a.txt:3: the answer must be a finite number", ("got  'hall'",),
         answer="regress"),
]
# fmt: on


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_no_story_is_refused(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(put(tmp_path, case.content))
    with pytest.raises(case.error) as caught:
        read_examples(["a.txt"], answer=case.answer, choices=ReadingChoices(**{"input": "story", **case.choices}))
    lines = str(caught.value).splitlines()
    assert [line[:7] for line in lines[1:]] == ["  got  ", "  try  "] and lines[0].startswith(case.rule)
    assert all(line.isprintable() for line in lines)
    assert [each for each in case.fragments if each not in str(caught.value)] == []


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file"):
        read(put(tmp_path, GOOD), "b.txt", input="story")
