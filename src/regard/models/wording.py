"""Texts that go on as tokens and back, whatever draws the tokens; it needs no torch."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from regard.inputs.text import END, UNKNOWN, Text


class Continuation(NamedTuple):
    """What follows a prefix: its text, its tokens, their log-probability, and whether it ended by itself."""

    text: str
    tokens: list[int]
    score: float
    ended: bool


class Drawing(Protocol):
    """What was drawn behind a prefix: its tokens, their log-probability, and whether it ended by itself."""

    tokens: list[int]
    score: float
    ended: bool


class Wording:
    """A tokenizer for texts of several lines. A line end is a token, END, and what a text begins with is one, too."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def numbers(self, prefix: str) -> list[int]:
        """A prefix's tokens; its lines are parted by END, and a space behind its last word is one where it can be."""
        lines = prefix.split("\n")
        first, *others = self.text.encode_batch(lines)
        space = self._space() if lines[-1].strip() and lines[-1][-1].isspace() else []
        return [*first, *(token for line in others for token in (END, *line)), *space]

    def spelled(self, tokens: Iterable[int]) -> str:
        """The text of tokens, each END a line end."""
        lines: list[list[int]] = [[]]
        for token in tokens:
            if token == END:
                lines.append([])
            else:
                lines[-1].append(token)
        return "\n".join(map(self.text.decode, lines))

    def continuation(self, begun: list[int], drawn: Drawing) -> Continuation:
        """What was drawn behind these tokens, END and those of a prefix, as a text."""
        new = drawn.tokens[:-1] if drawn.ended else drawn.tokens
        before, whole = self.spelled(begun[1:]), self.spelled([*begun[1:], *new])
        same = next((i for i, (a, b) in enumerate(zip(before, whole, strict=False)) if a != b), len(before))
        return Continuation(whole[same:], drawn.tokens, drawn.score, drawn.ended)

    def _space(self) -> list[int]:
        """A space as a token of its own, which says that a new word begins; elsewhere words hold their spaces."""
        if self.text.kind not in ("character", "byte"):
            return []
        return [token for token in self.text.encode("a a")[1:-1] if token != UNKNOWN]
