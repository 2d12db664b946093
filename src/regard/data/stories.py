"""Stories and questions in bAbI's form: numbered sentences, and questions with their answers behind tabs."""

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from regard.data.examples import Examples
from regard.data.files import quoted, shown
from regard.data.items import Story
from regard.data.lines import read_lines
from regard.errors import DataError

LOOKED_AT = 1_000
HINT = "1 Mary went to the hall.  ⏎  2 Where is Mary? TAB hall TAB 1"


class _Line(NamedTuple):
    """A line: where it is, its number in the story, its text, and, of a question, what stands behind tabs."""

    at: str
    number: int
    text: str
    columns: Sequence[str] = ()

    @property
    def asks(self) -> bool:
        return bool(self.columns) or self.text.endswith("?")


class _Question(NamedTuple):
    """A question as an item, its answer if it has one, its line, and where its story begins."""

    item: Story
    answer: str | None
    line: int
    story: str


def read_stories(files: Sequence[str | Path], *, encoding: str = "utf-8", answered: bool = False) -> Examples:
    """The questions of one file or several, each with the sentences of its story that stand before it.

    Lines are numbered from 1 in every story. A line with a tab is a question, and so is one that ends in a question
    mark: `question TAB answer TAB numbers of the lines that tell it`; the last column may be left out, and is checked
    and not learned from. The questions of a story are one group. Paper: Weston et al. 2015, arXiv 1502.05698.

    Raises DataError with path and line for what is not so, for questions with and without answers in one reading,
    where they must be `answered` for one without, and for a file without questions.
    """
    found, names = [], []
    for path in files:
        read = list(_questions(path, encoding))
        if not read:
            raise DataError(f"{shown(path)}: must hold questions", got="sentences alone", hint=HINT)
        found += read
        names += [str(path)] * len(read)
    several = len(files) > 1
    told = Examples(
        "story",
        [each.item for each in found],
        groups=[each.story for each in found],
        origin=" ".join(map(str, files)) if several else str(files[0]),
        lines=array("Q", [each.line for each in found]),
        files=names if several else (),
    )
    return _with_answers(told, [each.answer for each in found], answered)


def holds_stories(path: Path, encoding: str) -> bool:
    """Whether a file looks like stories: its first lines are numbered from 1, and some have tabs."""
    if not path.is_file():
        return False
    head = [line for _, line in islice(read_lines(path, encoding), LOOKED_AT)]
    numbered = all(line.partition(" ")[0].isdecimal() for line in head)
    return head[0].startswith("1 ") and numbered and any("\t" in line for line in head)


def _with_answers(told: Examples, answers: list[str | None], answered: bool) -> Examples:
    """All have an answer, or none. Raises DataError, by the first that is unlike the others, or that must have one."""
    lacking = [index for index, answer in enumerate(answers) if answer is None]
    if not lacking:
        return Examples(**{**vars(told), "answers": answers})
    if len(lacking) == len(answers) and not answered:
        return told
    got = f"{len(lacking):,} of {len(answers):,} questions without one"
    hint = "write it behind a tab: 2 Where is Mary? TAB hall; a sentence must not end in a question mark"
    raise DataError(f"{told.where(lacking[0])}: every question must have an answer, or none", got=got, hint=hint)


def _questions(path: str | Path, encoding: str) -> Iterator[_Question]:
    """The questions of one file."""
    sentences: dict[int, str] = {}
    count, begins = 0, ""
    for place, raw in read_lines(path, encoding):
        line = _line(raw, f"{shown(path)}:{place}")
        if line.number not in (1, count + 1) or not (count or line.number == 1):
            follows = f"{count + 1}, or 1 where a new story begins" if count else "1"
            raise DataError(f"{line.at}: the next number must be {follows}", got=str(line.number), hint=HINT)
        if line.number == 1:
            sentences, begins = {}, line.at
        count = line.number
        if line.asks:
            yield _Question(Story((*sentences.values(),), line.text), _answer(line, sentences), place, begins)
        else:
            sentences[count] = line.text


def _line(raw: str, at: str) -> _Line:
    """A line in its parts. Raises DataError where it has no number or no text."""
    head, _, rest = raw.strip(" \r").partition(" ")
    if not (head.isascii() and head.isdecimal()) or len(head) > 9:
        got = quoted(raw) if raw.strip() else "a blank line"
        raise DataError(f"{at}: a line must begin with its number and a space", got=got, hint=HINT)
    text, *columns = (each.strip() for each in rest.split("\t"))
    if not text:
        what = "question" if columns else "sentence"
        raise DataError(
            f"{at}: a {what} must not be blank", got=quoted(raw), hint="write it down, or take the line out"
        )
    return _Line(at, int(head), text, columns)


def _answer(line: _Line, sentences: dict[int, str]) -> str | None:
    """The answer to a question. Raises DataError for columns that are blank, too many, or point to no sentence."""
    if not line.columns:
        return None
    answer, *facts = line.columns
    if not answer:
        raise DataError(f"{line.at}: an answer must not be blank", got=quoted(line.text), hint=HINT)
    if len(facts) > 1:
        got = f"{len(line.columns) + 1} columns"
        raise DataError(f"{line.at}: a question has a text, an answer and numbers of lines", got=got, hint=HINT)
    for fact in facts[0].split() if facts else ():
        if not (fact.isascii() and fact.isdecimal()) or int(fact) not in sentences:
            got = quoted(fact)
            hint = f"one of {', '.join(map(str, [*sentences][:8]))}" if sentences else "no number: no sentence was told"
            rule = f"{line.at}: what tells an answer must be the number of a sentence before it"
            raise DataError(rule, got=got, hint=hint)
    return answer
