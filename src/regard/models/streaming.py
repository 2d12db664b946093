"""A text that goes on, told while it is drawn: token by token, and of its letters those that will not change."""

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from regard.decoding.sampling import Sampling, streamed
from regard.inputs.text import END
from regard.models.generator import SAMPLING, Continuation, Generator


class Piece(NamedTuple):
    """One token as it is displayed, and the text that is certain now and was not before."""

    token: str
    text: str


def stream(model: Generator, prefix: str, how: Sampling = SAMPLING, number: int = 0) -> Iterator[Piece | Continuation]:
    """A `Piece` for every token as it is drawn, and at the end the `Continuation` that `generate` gives.

    The last letter is held back until the next token is there, which may add an accent to it or the rest of its bytes;
    so that the texts of all pieces, joined, are that of the continuation.
    """
    model.network.eval()
    begun, told, found = [END, *model.numbers(prefix)], "", None
    for drawn in streamed(model.network, begun, number, how):
        found = model.continuation(begun, drawn)
        last = drawn.ended or len(drawn.tokens) >= how.longest
        text = found.text if last else settled(found.text)
        more = text[len(told) :] if text.startswith(told) else ""
        told += more
        yield Piece(model.text.token(drawn.tokens[-1]), more)
    assert found is not None, "at least one token is drawn"
    yield found


def settled(text: str) -> str:
    r"""What stands before the last letter and its accents.

    >>> settled("cafe\u0301")
    'caf'
    """
    end = len(text)
    while end and unicodedata.combining(text[end - 1]):
        end -= 1
    return text[: max(end - 1, 0)]
