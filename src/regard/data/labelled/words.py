"""A text cut into words and punctuation, each with its place: what spans of characters are aligned to."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# Han, kana, Thai, Lao, Burmese, Khmer: written without spaces between words, so that each character stands alone.
WITHOUT_SPACES = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
)
JOINERS = "_\u200c\u200d"
RUNS = re.compile("w+|a")


class Word(NamedTuple):
    """A word or a character of punctuation, from `start` to before `stop` in its text."""

    text: str
    start: int
    stop: int


def split_words(text: str) -> list[Word]:
    """The runs of letters, digits and their marks, and every other character that is no white space, alone.

    >>> [word.text for word in split_words("It's 5 km, 您好.")]
    ['It', "'", 's', '5', 'km', ',', '您', '好', '.']
    """
    runs = RUNS.finditer("".join(map(_kind, text)))
    return [Word(text[run.start() : run.end()], run.start(), run.end()) for run in runs]


@lru_cache(maxsize=100_000)
def _kind(character: str) -> str:
    """Of a character: w in a word, a alone, a space between."""
    if WITHOUT_SPACES.match(character):
        return "a"
    if character.isalnum() or character in JOINERS or unicodedata.category(character)[0] == "M":
        return "w"
    return " " if character.isspace() else "a"
