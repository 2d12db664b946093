"""What a writer said it did, line by line before and after, and whether a memory is as that tells."""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from regard.memory import Memory, Origin

WIDTH = 8


class Batch(NamedTuple):
    """Entries that were written together: of this number, from an entry on, up to another."""

    number: int
    start: int
    end: int

    @property
    def name(self) -> str:
        """The origin that all of them belong to."""
        return f"batch {self.number}"

    def written(self, memory: Memory) -> int:
        """Writes them; how many were new."""
        numbers = [*range(self.start, self.end)]
        return memory.write(keys(numbers), numbers, [Origin(f"{self.name}:{number}") for number in numbers])


class Told(NamedTuple):
    """Batches by number: those that were begun, acknowledged, begun to be forgotten, and forgotten."""

    begun: dict[int, Batch]
    written: set[int]
    forgetting: set[int]
    forgotten: set[int]

    @classmethod
    def of(cls, path: Path) -> "Told":
        """What the log says so far; a line that has no end yet was not said."""
        told = cls({}, set(), set(), set())
        for line in path.read_text("ascii").split("\n")[:-1]:
            what, *numbers = line.split()
            if what == "writing":
                batch = Batch(*map(int, numbers))
                told.begun[batch.number] = batch
            else:
                getattr(told, what).add(int(numbers[0]))
        return told


def say(log: Path, what: str, *numbers: int) -> None:
    """A line at the end of the log, which outlives the process."""
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, " ".join(map(str, (what, *numbers))).encode() + b"\n")
    os.close(handle)


def keys(numbers: list[int]) -> Tensor:
    """The key of each entry, by its number."""
    rows = [np.random.default_rng(number).standard_normal(WIDTH, dtype=np.float32) for number in numbers]
    return torch.from_numpy(np.array(rows, np.float32).reshape(-1, WIDTH))


class Verdict(NamedTuple):
    """Entries that were acknowledged and are not there, that are there twice, that are not as they were written."""

    lost: int
    twice: int
    torn: int


def verdict(memory: Memory, log: Path) -> Verdict:
    """Looks at every entry, and holds it against what the log says before and after."""
    before = Told.of(log)
    count = memory.count()
    read = memory.read(torch.zeros(1, WIDTH), k=max(1, count + 1000))
    after = Told.of(log)
    numbers = [int(value) for value in read.values[0]]
    there = set(numbers)
    owner = {number: batch for batch in after.begun.values() for number in range(batch.start, batch.end)}
    sure = [before.begun[number] for number in before.written - after.forgetting]
    lost = sum(len(set(range(batch.start, batch.end)) - there) for batch in sure)
    gone = before.forgotten
    wrong = [
        number
        for number, origin in zip(numbers, read.origins[0], strict=True)
        if number not in owner or origin.name != f"{owner[number].name}:{number}" or owner[number].number in gone
    ]
    far = (keys(numbers).double().square().sum(1) - read.distances[0].double()).abs() > 1e-4
    return Verdict(lost, len(numbers) - len(there), len(wrong) + int(far.sum()))
