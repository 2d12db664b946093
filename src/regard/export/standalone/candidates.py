"""Translations as they are searched for: how, and what is found."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from regard.errors import OptionError


class Candidate(NamedTuple):
    """One translation: its text, its tokens, its score, and whether it ended before the longest length."""

    text: str
    tokens: list[int]
    score: float
    ended: bool


BLANK = Candidate("", [], 0.0, True)
"""What a blank line becomes."""


@dataclass(frozen=True)
class Beam:
    """Hypotheses kept, translations returned, the exponent of the length; `longest` 0 follows the source."""

    beam: int = 5
    n_best: int = 1
    length_penalty: float = 1.0
    longest: int = 0

    def __post_init__(self) -> None:
        """Raises OptionError for a search that cannot be."""
        if not 1 <= self.n_best <= self.beam:
            got, hint = f"--beam {self.beam} --n-best {self.n_best}", "--beam 5"
            raise OptionError("search: --n-best is at least 1, and --beam at least --n-best", got=got, hint=hint)
        if self.longest < 0 or not abs(self.length_penalty) <= 10:
            got = f"--longest {self.longest} --length-penalty {self.length_penalty}"
            hint = "leave them out"
            rule = "search: --longest is at least 0, and --length-penalty from -10 to 10"
            raise OptionError(rule, got=got, hint=hint)

    def penalised(self, log_probability: float, length: int) -> float:
        """The score that translations are ranked by."""
        return log_probability / float(max(length, 1) ** self.length_penalty)

    def limit(self, usual: int, room: int | None) -> int:
        """Most tokens of a target: what is chosen, else what follows the source; never more than positions."""
        most = self.longest or usual
        return most if room is None else min(most, room)

    def best(self, found: Iterable[Candidate]) -> list[Candidate]:
        """The best first; those that did not end come last."""
        return sorted(found, key=lambda each: (not each.ended, -each.score))[: self.n_best]
