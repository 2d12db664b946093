"""Items and their answers, and where each came from: what readers give to training, prediction and the data doctor."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from regard.data.files import shown
from regard.errors import DataError


@dataclass(frozen=True)
class Examples:
    """Items of one kind of input; the four sequences have one entry an item where they are there.

    Attributes:
        kind: of input, one of `items.KINDS`.
        items: what is read; see items.py.
        answers: what is to be answered: a class (of any type), a number, a list of classes where several hold, or a
            list with one class or number a vector; None where the data holds no answers.
        groups: items of one group stay on one side of a split.
        origin: the file or folder they come from.
        lines: the line of each item in it; empty where an item is a path, which says itself where it is.
        files: the file of each item, where they come from several; else empty.
        skipped: how many were left out, by reason, because the user chose so.
    """

    kind: str
    items: Sequence[Any]
    answers: Sequence[Any] | None = None
    groups: Sequence[Any] | None = None
    origin: str = "data"
    lines: Sequence[int] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    files: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Raises DataError unless there are as many answers and groups as items."""
        for name in ("answers", "groups"):
            there = getattr(self, name)
            if there is not None and len(there) != len(self.items):
                got = f"{len(self.items):,} items, {len(there):,} {name}"
                hint = f"give exactly one of the {name} for every item, in the same order"
                raise DataError(f"{self.origin}: there must be as many {name} as items", got=got, hint=hint)

    def __len__(self) -> int:
        return len(self.items)

    def where(self, index: int) -> str:
        """`train.csv:17`, `digits/seven.wav` or `data, item 17`: what errors call an item.

        >>> Examples("vectors", [[[1.0]]]).where(0)
        'data, item 1'
        """
        path = getattr(self.items[index], "samples", self.items[index])
        if isinstance(path, Path):
            return shown(path)
        if len(self.lines):
            return f"{shown(self.files[index] if len(self.files) else self.origin)}:{self.lines[index]}"
        return f"{shown(self.origin)}, item {index + 1}"

    def take(self, indices: Sequence[int]) -> "Examples":
        """Those at these indices, in this order; nothing is counted as skipped."""

        def of(there: Sequence[Any] | None) -> list[Any] | None:
            return None if there is None else [there[i] for i in indices]

        lines = array("Q", [self.lines[i] for i in indices]) if len(self.lines) else ()
        files = [self.files[i] for i in indices] if len(self.files) else ()
        here = replace(self, items=[self.items[i] for i in indices], answers=of(self.answers), groups=of(self.groups))
        return replace(here, lines=lines, files=files, skipped={})
