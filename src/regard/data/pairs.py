"""Pairs of texts, and where each came from."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from regard.data.files import shown
from regard.errors import DataError, OptionError, nearest


class Origins(NamedTuple):
    """The files of the sources and of the targets (one file, or two), and the line of every pair in them."""

    source: str
    target: str
    lines: Sequence[int]


@dataclass(frozen=True)
class Pairs:
    """Sources and their targets; `skipped` counts by reason what was left out because the user chose so."""

    sources: list[str]
    targets: list[str]
    origins: Origins
    skipped: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, sources: Iterable[str], targets: Iterable[str], name: str = "pairs") -> "Pairs":
        """Pairs from two lists of the same length; `where` numbers them from 1.

        >>> Pairs.of(["ein Haus"], ["a house"]).where(0)
        'pairs:1'
        """
        sources, targets = list(sources), list(targets)
        if len(sources) != len(targets):
            got = f"{len(sources):,} sources, {len(targets):,} targets"
            hint = "give exactly one target for every source, in the same order"
            raise DataError(f"{name}: there must be as many targets as sources", got=got, hint=hint)
        return cls(sources, targets, Origins(name, name, array("Q", range(1, len(sources) + 1))))

    def __len__(self) -> int:
        return len(self.sources)

    def where(self, index: int, side: Literal["source", "target"] = "source") -> str:
        """`train.de:17`, the file and line of one side of a pair."""
        name = self.origins.source if side == "source" else self.origins.target
        return f"{shown(name)}:{self.origins.lines[index]}"

    def take(self, indices: Sequence[int]) -> "Pairs":
        """The pairs at these indices, in this order; nothing is counted as skipped."""
        lines = array("Q", [self.origins.lines[index] for index in indices])
        return Pairs(
            [self.sources[index] for index in indices],
            [self.targets[index] for index in indices],
            self.origins._replace(lines=lines),
        )


def one_of(option: str, value: str, choices: Sequence[str]) -> None:
    """Raises OptionError unless the value is among the choices."""
    if value not in choices:
        raise OptionError(f"{option}: no such choice", got=repr(value), hint=nearest(str(value), choices))


def collect(rows: Iterable[tuple[int, str, str]], source: str, target: str, *, blank: str) -> Pairs:
    """Pairs from rows of (line, source, target), read from the files `source` and `target`.

    A row that is blank on one side or both is an error, raised when all are counted, that names the first;
    with blank="skip" such rows are left out and counted. Raises DataError too if no pair is left.
    """
    one_of("blank", blank, ("error", "skip"))
    sources: list[str] = []
    targets: list[str] = []
    lines, blanks, first = array("Q"), 0, ""
    for line, left, right in rows:
        if left.strip() and right.strip():
            sources.append(left)
            targets.append(right)
            lines.append(line)
        else:
            blanks += 1
            first = first or _blank_at(line, left, right, source, target)
    if blanks and blank == "error":
        raise DataError(
            f"{first} must not be blank",
            got=f"{blanks:,} of {blanks + len(lines):,} pairs with nothing on one side or both",
            hint="fill them in, delete both sides, or --blank skip, which drops and counts such pairs",
        )
    if not sources:
        got = f"{blanks:,} blank ones" if blanks else "none"
        raise DataError(f"{shown(source)}: must hold pairs", got=got, hint="check that this is the right file")
    return Pairs(sources, targets, Origins(source, target, lines), {"blank": blanks} if blanks else {})


def _blank_at(line: int, left: str, right: str, source: str, target: str) -> str:
    """`train.de:17: the source`, the place of a blank text."""
    if left.strip():
        return f"{shown(target)}:{line}: the target"
    return f"{shown(source)}:{line}: " + ("the source" if right.strip() else "source and target")
