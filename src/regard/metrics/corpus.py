"""What every corpus score shares: the check of its lines, and the form of its result."""

from collections.abc import Sequence
from typing import NamedTuple

from regard.errors import DataError
from regard.metrics.intervals import Interval


class CorpusScore(NamedTuple):
    """A score from 0 to 100, its interval, and the signature that says how it was computed."""

    name: str
    score: float
    interval: Interval
    signature: str

    def __str__(self) -> str:
        return f"{self.name} {self.score:.1f} ({self.interval})  {self.signature}"


def check_pairs(what: str, hypotheses: Sequence[str], references: Sequence[str]) -> None:
    """DataError unless both are lists of lines, of the same length, and not empty."""
    for name, lines in {"hypotheses": hypotheses, "references": references}.items():
        if isinstance(lines, str):
            raise DataError(
                f"{what}: {name} must be a list of lines",
                got=f"one string of {len(lines):,} characters",
                hint=f"{name}.splitlines(), or [{name}] for a single line",
            )
    if len(hypotheses) != len(references):
        raise DataError(
            f"{what}: every hypothesis needs its reference",
            got=f"{len(hypotheses):,} hypotheses, {len(references):,} references",
            hint="compare the two files line by line: one of them has lines too many or too few",
        )
    if not hypotheses:
        raise DataError(
            f"{what}: needs at least one line",
            got="no lines at all",
            hint="check that the files are not empty",
        )
