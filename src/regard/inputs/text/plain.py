"""Words, characters and bytes, in plain Python."""

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from regard.inputs.text.normal import Span, aligned, normalized
from regard.inputs.text.units import UNITS, cutter, opened
from regard.inputs.text.vocabulary import (
    END,
    SPECIALS,
    UNKNOWN,
    UNKNOWN_AS_TEXT,
    Vocabulary,
    located,
    spelled,
)


def splitter(kind: str, protected: Sequence[str]) -> Callable[[str], list[str]]:
    """A function that splits a text into words, what spaces part or characters, and protected symbols, which join."""
    cut, split = cutter(protected), UNITS[kind][0]

    def pieces(text: str) -> list[str]:
        parts = enumerate(cut(text))
        return [piece for place, part in parts for piece in ([part] if place % 2 else split(part))]

    return pieces


class Whole:
    """Words, what spaces part, or characters: each is in the vocabulary or UNKNOWN."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._first = UNITS[vocabulary.kind][1]
        self._protected = vocabulary.protected
        self._split = splitter(vocabulary.kind, vocabulary.protected)
        self.tokens = vocabulary.all_tokens
        self._ids = {token: id for id, token in enumerate(self.tokens) if id > END}

    def encode(self, lines: Sequence[str]) -> list[list[int]]:
        find = self._ids.get
        texts = (self._open(normalized(line)) for line in lines)
        return [[find(piece, UNKNOWN) for piece in self._split(text)] for text in texts]

    def spans(self, line: str) -> list[Span]:
        text, origins = aligned(line)
        text = self._open(text)
        ends = accumulate((len(piece) for piece in self._split(text)), initial=0)
        return located(text, origins, list(pairwise(ends)))

    def decode(self, ids: Sequence[int]) -> str:
        return normalized(spelled(self.tokens, ids, " " * bool(self._first) + UNKNOWN_AS_TEXT))

    def _open(self, text: str) -> str:
        return opened(text, self._protected, self._first) if self._first else text


class Bytes:
    """UTF-8, one byte a token: nothing is ever UNKNOWN. The bytes stand behind the protected symbols."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._cut = cutter(vocabulary.protected)
        self._first = len(vocabulary.all_tokens)
        self._ids = {symbol: len(SPECIALS) + place for place, symbol in enumerate(vocabulary.protected)}
        printable = (chr(byte) if 32 <= byte < 127 else f"<0x{byte:02X}>" for byte in range(256))
        self.tokens = (*vocabulary.all_tokens, *printable)

    def encode(self, lines: Sequence[str]) -> list[list[int]]:
        cuts = (enumerate(self._cut(normalized(line))) for line in lines)
        return [[id for place, part in cut for id in self._encode(place, part)] for cut in cuts]

    def spans(self, line: str) -> list[Span]:
        text, origins = aligned(line)
        spans: list[Span] = []
        start = 0
        for place, part in enumerate(self._cut(text)):
            for token in [part] if place % 2 else part:
                end = start + len(token)
                spans += [(origins[start][0], origins[end - 1][1])] * len(self._encode(place, token))
                start = end
        return spans

    def decode(self, ids: Sequence[int]) -> str:
        return normalized(b"".join(map(self._bytes, ids)).decode(errors="replace"))

    def _encode(self, place: int, part: str) -> list[int]:
        return [self._ids[part]] if place % 2 else [self._first + byte for byte in part.encode()]

    def _bytes(self, id: int) -> bytes:
        return bytes([id - self._first]) if id >= self._first else spelled(self.tokens, [id]).encode()
