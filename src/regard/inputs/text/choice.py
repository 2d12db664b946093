"""Which kind of tokens suits a text, and how many."""

import math
from collections.abc import Iterable
from statistics import median

FEW_LINES = 300
SHORT_LINE = 16  # bytes of UTF-8: one or two words, five Chinese characters


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
