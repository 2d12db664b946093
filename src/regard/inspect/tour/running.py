"""A chapter's code, run: what it prints, and whether the text says so."""

import contextlib
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from regard.inspect.tour.source import Chapter


class Ran(NamedTuple):
    """What one block printed, and what the chapter says it prints."""

    printed: str
    expected: str

    @property
    def same(self) -> bool:
        """Whether they agree, blanks at the ends of lines aside."""
        return _lines(self.printed) == _lines(self.expected)


def run(chapter: Chapter, names: dict[str, Any] | None = None) -> Iterator[Ran]:
    """Runs the blocks of a chapter in order, in one namespace, each as it is asked for."""
    names = {"__name__": "__main__"} if names is None else names
    for number, block in enumerate(chapter.code, 1):
        yield Ran(printed(block.body, names, f"chapter {chapter.number}, block {number}"), block.output)


def solved(chapter: Chapter) -> tuple[list[Ran], list[Any]]:
    """What the chapter's code prints, and the answer that each exercise's own code then finds."""
    names: dict[str, Any] = {"__name__": "__main__"}
    ran = list(run(chapter, names))
    answers = []
    for number, exercise in enumerate(chapter.exercises, 1):
        printed(exercise.solution, names, f"chapter {chapter.number}, exercise {number}")
        answers.append(names.pop("answer"))
    return ran, answers


def printed(body: str, names: dict[str, Any], place: str) -> str:
    """What a block of the chapters' own code prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(body, place, "exec"), names)
    return out.getvalue()


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]
