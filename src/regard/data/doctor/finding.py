"""What the data doctor finds, and how it is told."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from regard.data.examples import Examples

MOST_PLACES = 5
ORDER = ("stop", "warn", "note")


Severity = Literal["stop", "warn", "note"]


class Finding(NamedTuple):
    """One thing about the data.

    Attributes:
        severity: "stop" for what cannot be learned from, "warn" for what is probably wrong, "note" for what is there.
        text: which part, and what.
        where: up to five places, as errors name them.
        hint: what to do; empty for notes that ask for nothing.
    """

    severity: Severity
    text: str
    where: tuple[str, ...] = ()
    hint: str = ""


def places(part: Examples, indices: Iterable[int]) -> tuple[str, ...]:
    """Where the first five of these items are."""
    return tuple(part.where(int(index)) for index in islice(indices, MOST_PLACES))


def of(count: int, part: Sequence[object] | Examples, what: str = "items") -> str:
    """`12 of 500 items (2.4 %)`."""
    percent = 100 * count / max(len(part), 1)
    return f"{count:,} of {len(part):,} {what} ({percent:.3g} %)"


def in_short(where: Iterable[str]) -> str:
    """The places in a line, each file named where it first comes.

    >>> in_short(["a.tsv:3 as b.tsv:1", "a.tsv:5 as b.tsv:9", "c.wav"])
    'a.tsv:3 as b.tsv:1; 5 as 9; c.wav'
    """
    named: set[str] = set()

    def piece(place: str) -> str:
        file, _, line = place.rpartition(":")
        known = line.isdecimal() and file in named
        named.add(file)
        return line if known else place

    return "; ".join(" as ".join(map(piece, place.split(" as "))) for place in where)


def as_text(findings: Iterable[Finding]) -> str:
    """The findings as lines, the gravest first, and how many there are of each.

    >>> print(as_text([Finding("stop", "train: 1 of 2 items (50 %) is empty", ("a.txt:2",), "fill it in")]))
    stop  train: 1 of 2 items (50 %) is empty
          at   a.txt:2
          try  fill it in
    1 stop, 0 warn, 0 note
    """
    findings = sorted(findings, key=lambda finding: ORDER.index(finding.severity))
    lines = []
    for finding in findings:
        lines.append(f"{finding.severity}  {finding.text}")
        lines += [f"      at   {in_short(finding.where)}"] if finding.where else []
        lines += [f"      try  {finding.hint}"] if finding.hint else []
    counts: Counter[str] = Counter(finding.severity for finding in findings)
    return "\n".join([*lines, ", ".join(f"{counts[severity]} {severity}" for severity in ORDER)])
