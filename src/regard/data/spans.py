"""How labels of single words mark spans of words: the schemes BIO, IOB1, BIOES and BILOU."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from regard.data.files import quoted
from regard.errors import DataError

SCHEMES = ("BIO", "IOB1", "BIOES", "BILOU")
MARKED = re.compile(r"([BIESLU])(?:-(.+))?", re.DOTALL)
SAME = {"L": "E", "U": "S"}


class Span(NamedTuple):
    """Words start ≤ i < stop, of one kind; the kind is empty where labels are bare letters."""

    kind: str
    start: int
    stop: int


def marked(label: Any) -> bool:
    """Whether a label is one of a scheme: `O`, or one of the letters B I E S L U, alone or before `-kind`."""
    return isinstance(label, str) and (label == "O" or MARKED.fullmatch(label) is not None)


def scheme_of(sequences: Iterable[Sequence[Any]]) -> str | None:
    """The scheme that labels are written in, by all of them together; None where they mark no spans.

    With an E or S it is BIOES, with an L or U BILOU. Else it is BIO, unless every span begins with I and B only
    parts neighbours of one kind: IOB1. Bare letters count only if B and one of I, E, L are among them.

    >>> scheme_of([["O", "B-city", "I-city"]]), scheme_of([["I-city", "B-city"]]), scheme_of([["NOUN", "VERB"]])
    ('BIO', 'IOB1', None)
    """
    letters: set[str] = set()
    kinds: set[str] = set()
    opened_by_i = misplaced_b = False
    for labels in sequences:
        before = ("O", "")
        for label in labels:
            if not marked(label):
                return None
            letter, kind = now = _parts(label)
            if now != before and letter in "BI":
                follows = before[0] in "BI" and before[1] == kind
                opened_by_i |= letter == "I" and not follows
                misplaced_b |= letter == "B" and not follows
            letters.add(label[0])
            kinds.add(kind)
            before = now
    return _named(letters, kinds, opened_by_i and not misplaced_b)


def _named(letters: set[str], kinds: set[str], like_iob1: bool) -> str | None:
    """The scheme of these letters, if they are any scheme's."""
    others = letters - {"O"}
    if not others or (kinds == {""} and not ("B" in others and others & {"I", "E", "L"})):
        return None
    if others & {"L", "U"}:
        return None if others & {"E", "S"} else "BILOU"
    if others & {"E", "S"}:
        return "BIOES"
    return "IOB1" if like_iob1 else "BIO"


def spans(labels: Sequence[str], scheme: str, *, strict: bool = True) -> list[Span]:
    """The spans that labels mark, from first to last.

    Strict, a span counts only where it is written in full: B, then I of its kind; in BIOES and BILOU up to E (L),
    or S (U) alone. So I after O, or after another kind, marks nothing, and B I without its E nothing either. This
    is seqeval's strict mode. With strict=False as conlleval: I or E with nothing open before it opens a span, and
    whatever ends a span leaves it counted. In IOB1 the two are the same. DataError for a label of no scheme.

    >>> spans(["O", "I-city", "B-day", "I-day"], "BIO")
    [Span(kind='day', start=2, stop=4)]
    >>> spans(["O", "I-city", "B-day", "I-day"], "BIO", strict=False)[0]
    Span(kind='city', start=1, stop=2)
    """
    closed = scheme in ("BIOES", "BILOU")
    strict = strict and scheme != "IOB1"
    found: list[Span] = []
    start, kind, last = -1, "", "O"
    for place, (letter, now) in enumerate([*map(_parts, labels), ("O", "")]):
        if start >= 0 and (letter in "BSO" or now != kind or last in "ES"):
            if last in "ES" or not (strict and closed):
                found.append(Span(kind, start, place))
            start = -1
        if start < 0 and (letter in "BS" if strict else letter != "O"):
            start, kind = place, now
        last = letter
    return found


def broken(labels: Sequence[str], scheme: str) -> list[int]:
    """The places of labels that the scheme does not allow where they stand: I after O, B without its E, …

    >>> broken(["O", "I-city", "B-day", "I-city"], "BIO")
    [1, 3]
    """
    if scheme == "IOB1":
        return []
    read = [("O", ""), *map(_parts, labels), ("O", "")]
    wrong = []
    for place, (before, now, after) in enumerate(zip(read, read[1:], read[2:], strict=False)):
        goes_on = now[0] in "IE" and not (before[0] in "BI" and before[1] == now[1])
        left_open = scheme != "BIO" and now[0] in "BI" and not (after[0] in "IE" and after[1] == now[1])
        if goes_on or left_open:
            wrong.append(place)
    return wrong


@lru_cache(maxsize=65_536)
def _parts(label: str) -> tuple[str, str]:
    """The letter (L as E, U as S) and the kind of a label."""
    found = MARKED.fullmatch(label) if isinstance(label, str) else None
    if found is None:
        if label == "O":
            return "O", ""
        raise DataError(
            "spans: a label must be O, or B, I, E, S, L or U before -kind",
            got=quoted(str(label)),
            hint="score labels that mark no spans by their accuracy",
        )
    return SAME.get(found[1], found[1]), found[2] or ""
