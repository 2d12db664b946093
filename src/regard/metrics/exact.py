"""Exact match: the share of lines that are right to the last character."""

from collections.abc import Sequence
from typing import NamedTuple

from regard.metrics.corpus import check_pairs
from regard.metrics.intervals import Interval, wilson


class ExactMatch(NamedTuple):
    """`score` in percent, of `total` lines `hits` right."""

    score: float
    interval: Interval
    hits: int
    total: int

    def __str__(self) -> str:
        return f"exact match {self.score:.1f} % ({self.interval})  {self.hits:,} of {self.total:,}"


def exact_match(hypotheses: Sequence[str], references: Sequence[str]) -> ExactMatch:
    """The share of hypotheses equal to their reference: every character counts, blanks and case too.

    The interval is Wilson's. DataError for no lines, or not as many hypotheses as references.

    >>> print(exact_match(["2026-11-20", "2026-11-21"], ["2026-11-20", "2026-11-22"]))
    exact match 50.0 % (95 % 9.5 to 90.5)  1 of 2
    """
    check_pairs("exact_match", hypotheses, references)
    hits = sum(hypothesis == reference for hypothesis, reference in zip(hypotheses, references, strict=True))
    total = len(hypotheses)
    return ExactMatch(100 * hits / total, wilson(hits, total), hits, total)
