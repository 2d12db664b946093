"""The character features of a word: what can be said of it without knowing it."""

from collections.abc import Iterator

LONGEST_AFFIX = 4
PARTS = (3, 4)
MOST = 48
"""Features of one word; the parts of a very long one beyond that are left out."""


def features_of(word: str) -> list[str]:
    """Its lower-case form, its shape, its beginnings and ends of 1 to 4 letters, its parts of 3 and 4.

    Each begins with a letter that says which it is, so that the end "ing" is not the part "ing".

    >>> features_of("Ran")
    ['wran', 'sXx', '^r', '$n', '^ra', '$an', '^ran', '$ran', '·<ra', '·ran', '·an>', '·<ran', '·ran>']
    """
    lower = word.lower()
    found = [f"w{lower}", f"s{shape(word)}", *_affixes(lower), *_parts(f"<{lower}>")]
    return list(dict.fromkeys(found))[:MOST]


def shape(word: str) -> str:
    """Capitals as X, other letters as x, digits as 0, the rest as it is; runs count once.

    >>> shape("B-52s"), shape("eBay"), shape("東京")
    ('X-0x', 'xXx', 'c')
    """
    classes: list[str] = []
    for character in word[:40]:
        here = _class(character)
        if not classes or classes[-1] != here:
            classes.append(here)
    return "".join(classes)


def _class(character: str) -> str:
    if character.isupper():
        return "X"
    if character.islower():
        return "x"
    if character.isdigit():
        return "0"
    return "c" if character.isalpha() else character


def _affixes(word: str) -> Iterator[str]:
    for length in range(1, min(LONGEST_AFFIX, len(word)) + 1):
        yield f"^{word[:length]}"
        yield f"${word[-length:]}"


def _parts(word: str) -> Iterator[str]:
    for length in PARTS:
        yield from (f"·{word[start : start + length]}" for start in range(len(word) - length + 1))
