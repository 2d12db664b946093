"""What a text tokenizer has learned, as plain data; everything that a file holds and nothing else.

Ids, in this order: the four specials, the protected symbols, the learned tokens. A token holds its space as a
real space; only for display it becomes "▁". So a "▁" in somebody's text is a character like any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from regard.inputs.text.normal import Span

PAD, UNKNOWN, BEGIN, END = 0, 1, 2, 3
SPECIALS = ("<pad>", "<unk>", "<s>", "</s>")
UNKNOWN_AS_TEXT = "⁇"

KINDS = ("word", "spaced", "character", "byte", "bpe", "unigram")


@dataclass(frozen=True)
class Vocabulary:
    """`merges` belong to bpe, `scores` to unigram; a user's own `tokenizer`, its JSON, stands alone."""

    kind: str
    protected: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    merges: tuple[tuple[str, str], ...] = ()
    scores: tuple[float, ...] = ()
    tokenizer: str = ""

    @property
    def all_tokens(self) -> tuple[str, ...]:
        return SPECIALS + self.protected + self.tokens


class Coder(Protocol):
    """A vocabulary at work. `tokens` are all of them, by id."""

    @property
    def tokens(self) -> Sequence[str]: ...

    def encode(self, lines: Sequence[str]) -> list[list[int]]: ...

    def spans(self, line: str) -> list[Span]: ...

    def decode(self, ids: Sequence[int]) -> str: ...


def shown(token: str) -> str:
    """A token as it is displayed: its space is a "▁"."""
    return token.replace(" ", "▁")


def located(text: str, origins: Sequence[Span], bounds: Sequence[Span]) -> list[Span]:
    """The bounds of tokens in a text as spans of the line it came from, without a leading space.

    The text may have one space in front that the line has not: alone, it is an empty span there.
    """
    if len(text) > len(origins):
        origins = [(origins[0][0], origins[0][0]), *origins]
    spans = []
    for start, end in bounds:
        if end - start > 1 and text[start] == " ":
            start += 1
        spans.append((origins[start][0], origins[end - 1][1]))
    return spans


def spelled(tokens: Sequence[str], ids: Sequence[int], unknown: str = UNKNOWN_AS_TEXT) -> str:
    """The tokens in a row, without specials, and `unknown` for each UNKNOWN."""
    return "".join(unknown if id == UNKNOWN else tokens[id] for id in ids if id == UNKNOWN or id > END)
