"""Translations as they are searched for: how, and what is found."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from regard.decoding.growing import Beam
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
class Choices(Beam):
    """How wide to search, and the most tokens of a target; `longest` 0 follows the source."""

    longest: int = 0

    def __post_init__(self) -> None:
        """Raises OptionError for a search that cannot be."""
        super().__post_init__()
        if self.n_best > self.beam:
            got, hint = f"--beam {self.beam} --n-best {self.n_best}", "--beam 5"
            raise OptionError("search: --beam is at least --n-best", got=got, hint=hint)
        if self.longest < 0:
            raise OptionError("search: --longest is at least 0", got=f"--longest {self.longest}", hint="leave it out")

    def limit(self, usual: int, room: int | None) -> int:
        """Most tokens of a target: what is chosen, else what follows the source; never more than positions."""
        most = self.longest or usual
        return most if room is None else min(most, room)

    def best(self, found: Iterable[Candidate]) -> list[Candidate]:
        """The best first; those that did not end come last."""
        return sorted(found, key=lambda each: (not each.ended, -each.score))[: self.n_best]
