"""A text that is told while it is drawn, piece by piece; the pieces join to what `Generator.generate` gives at once."""

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from regard.decoding.sampling import Drawn, Sampling, stream
from regard.inputs.text import END, Text
from regard.models.generator import Generator

UNFINISHED = "\ufffd"
"""What a character is shown as of which not all bytes are there."""


class Piece(NamedTuple):
    """A token as it is displayed, what it adds to the text, sometimes nothing, and all that is drawn by now."""

    token: str
    text: str
    drawn: Drawn


def pieces(model: Generator, prefix: str, how: Sampling, number: int = 0) -> Iterator[Piece]:
    """A piece for each token that is drawn after a prefix, which bears a number among all.

    A letter waits for the next token where that may be an accent that belongs to it, or the rest of its bytes.
    Cost: one step a token, and the spelling of all tokens until then.
    """
    model.network.eval()
    begun, said = [END, *model.numbers(prefix)], 0
    waits = _waits(model.text)
    for drawn in stream(model.network, begun, number, how):
        text = model.continuation(begun, drawn).text
        if not drawn.ended and len(drawn.tokens) < how.longest:
            text = _sure(text, model.text.kind, waits)
        yield Piece(model.text.token(drawn.tokens[-1]), text[said:], drawn)
        said = max(said, len(text))


def _sure(text: str, kind: str, waits: bool) -> str:
    """The part of a text that no token to come will change."""
    if kind == "wordpiece":  # its decoders mend the spaces of a whole line
        return text[: text.rfind("\n") + 1]
    text = text.rstrip(UNFINISHED)
    if not waits:
        return text
    last = len(text) - 1
    while last > 0 and unicodedata.combining(text[last]):
        last -= 1
    return text[: max(last, 0)]


def _waits(text: Text) -> bool:
    """Whether a token may begin with a mark or letter that composes with the one before it."""
    return text.kind == "byte" or any(_composes(text.token(id)[0]) for id in range(END + 1, text.size))


def _composes(character: str) -> bool:
    """An accent, a vowel sign, or a Korean letter that is no first one.

    >>> [_composes(character) for character in ("\\u0301", "\\u1161", "e")]
    [True, True, False]
    """
    return unicodedata.category(character)[0] == "M" or "\u1161" <= character <= "\u11ff"
