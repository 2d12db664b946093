"""Tokens made fit to be seen: whatever a token holds, its label has one line and does no harm."""

import unicodedata

NO_TOKEN = '""'
SPACE = "␣"
DOTTED_CIRCLE = "◌"
MOST_MARKS = 4
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}
MARKS = {"Mn", "Mc", "Me"}
RIGHT_TO_LEFT = {"R", "AL", "AN"}


def visible(token: str) -> str:
    r"""The token with everything that cannot be seen, or that moves what is seen, written as an escape.

    These are control and format characters (escape sequences, changes of direction, joiners), surrogates,
    unassigned and private characters, odd spaces, and accents beyond four on one letter. A space becomes ␣;
    an accent without a letter gets a circle to sit on.

    >>> print(visible("new line\n"), visible("\x1b[31mred"), visible("\u202egnp.exe"), visible(""))
    new␣line\n \x1b[31mred \u202egnp.exe ""
    """
    return "".join(map(_shown, clusters(token))) or NO_TOKEN


def clusters(label: str) -> list[str]:
    r"""The label cut into letters, each with the accents that sit on it.

    >>> [len(letter) for letter in clusters("e\u0301a")]
    [2, 1]
    """
    letters: list[str] = []
    for character in label:
        if letters and unicodedata.category(character) in MARKS:
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def isolated(label: str) -> str:
    """A label with right-to-left letters, between marks that keep it from turning its neighbours around."""
    if any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in label):
        return f"\u2066{label}\u2069"
    return label


def shortened(label: str, most: int, ellipsis: str = "…") -> str:
    """At most so many letters; the last is the ellipsis where some are missing.

    >>> shortened("Donaudampfschiff", 6), shortened("Donau", 6)
    ('Donau…', 'Donau')
    """
    letters = clusters(label)
    return label if len(letters) <= most else "".join(letters[: most - 1]) + ellipsis


def _shown(letter: str) -> str:
    base, marks = letter[0], letter[1:]
    if unicodedata.category(base) in MARKS:
        base, marks = DOTTED_CIRCLE, letter
    shown = SPACE if base == " " else _escaped(base) if unicodedata.category(base) in HIDDEN else base
    return shown + marks[:MOST_MARKS] + "".join(map(_escaped, marks[MOST_MARKS:]))


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
