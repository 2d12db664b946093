"""Teaching a memory: items become entries some at a time, and what is there already is passed over."""

from collections.abc import Iterator
from typing import NamedTuple

import torch

from regard.memory.entries import as_ids
from regard.memory.lessons import Answers, Lessons
from regard.memory.memory import Memory

TOGETHER = 256
"""Items that are written together: what is lost where a process is killed, and done again by the next."""


class Taught(NamedTuple):
    """So many items have been looked at, of which so many were new, with so many entries."""

    items: int
    new: int
    entries: int


def settle_classes(memory: Memory, lessons: Lessons) -> None:
    """The classes that the memory will hold, so that the model can answer those it never learned: before any entry."""
    if not isinstance(lessons, Answers):
        return
    found = dict.fromkeys(memory.settings.get("classes", []))
    for number in range(len(lessons)):
        found |= dict.fromkeys(answer for answer in lessons.answers(number) if answer is not None)
    memory.settle({**memory.settings, "classes": [*found]})


def remember(memory: Memory, lessons: Lessons, together: int = TOGETHER) -> Iterator[Taught]:
    """Writes the items to the memory, and tells after each part how far it has come.

    An item that is there, by its content, costs a look-up: so the same call again goes on where another was killed.
    """
    done = Taught(0, 0, 0)
    for start in range(0, len(lessons), together):
        numbers = range(start, min(start + together, len(lessons)))
        ids = {number: lessons.ids(number) for number in numbers}
        ends = as_ids([each for number in numbers for each in (ids[number][0], ids[number][-1])])
        there = memory.has(ends)
        missing = [number for place, number in enumerate(numbers) if not there[2 * place : 2 * place + 2].all()]
        new = [*{ids[number][0]: number for number in reversed(missing)}.values()]  # of equal items the first
        written = _write(memory, lessons, new, ids) if new else 0
        done = Taught(numbers.stop, done.new + len(new), done.entries + written)
        yield done


def _write(memory: Memory, lessons: Lessons, numbers: list[int], ids: dict[int, list[bytes]]) -> int:
    taught = sorted(lessons.taught(numbers), key=lambda lesson: lesson.number)
    keys = torch.cat([lesson.keys.cpu().float() for lesson in taught])
    values = [value for lesson in taught for value in lesson.values]
    origins = [lessons.origin(lesson.number) for lesson in taught for _ in lesson.values]
    known = as_ids([each for lesson in taught for each in ids[lesson.number]])
    return memory.write(keys, values, origins, known)
