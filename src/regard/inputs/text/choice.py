"""Which kind of tokens suits a text, and how many."""

import math
from collections import Counter
from collections.abc import Iterable
from statistics import median

FEW_LINES = 300
SHORT_LINE = 16  # bytes of UTF-8: one or two words, five Chinese characters
LONG_WORD = 24


UNIT, UNITS_OF_A_LINE = 3, 2
"""A sign has at most so many characters, as a rule; a line has at least so many signs."""
FEW_SIGNS, TIMES = 500, 10
"""An inventory has at most so many different signs, each of which is met so often, on average."""


def spelled(lines_sample: Iterable[str]) -> bool:
    """Whether lines are signs of a small inventory with spaces between them, such as phones: each is a token then.

    >>> spelled(["t ə m a t", "p ə t eɪ t"] * 50), spelled(["the weather is fine"] * 50)
    (True, False)
    """
    lines = [line.split() for line in lines_sample]
    signs = Counter(sign for line in lines for sign in line)
    if not signs or median(map(len, lines)) < UNITS_OF_A_LINE or len(signs) > min(FEW_SIGNS, signs.total() / TIMES):
        return False
    return sum(count for sign, count in signs.items() if len(sign) <= UNIT) >= 0.9 * signs.total()


def single(lines_sample: Iterable[str]) -> bool:
    """Whether lines are typically (the median) one word of at most 24 characters.

    >>> single(["gewesen", "ist", "New York"]), single(["a man", "two"])
    (True, False)
    """
    return median([line.count(" ") + (len(line) > LONG_WORD) for line in map(str.strip, lines_sample)] or [1]) == 0


def default_kind(lines_sample: Iterable[str], count: int) -> tuple[str, int]:
    """The kind and size to learn when nobody chose, from some of the lines and the `count` of all of them.

    Fewer than 300 lines, or lines that are typically (the median) at most 16 bytes long: characters, and room
    for all of them. Otherwise BPE, its size 47·√count in steps of 250, at most 16,000: it never falls when
    there are more lines. Both are requests: `Text.learn` learns less where the text has less.

    >>> [default_kind(["A man is walking his dog."], count)[1] for count in (500, 29_000, 1_000_000)]
    [1000, 8000, 16000]
    """
    typical = median([len(line.strip().encode(errors="replace")) for line in lines_sample] or [0])
    if count < FEW_LINES or typical <= SHORT_LINE:
        return "character", 16_000
    return "bpe", min(16_000, 250 * round(47 * math.sqrt(count) / 250))
