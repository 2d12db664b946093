"""Where words begin and end, in any script: in Python for words, as one regular expression for subwords.

A unit is what no token crosses; the space before it belongs to it. Units are
- a punctuation mark or symbol, with the marks and joiners that make an emoji of it,
- in scripts without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese, Tai), for words a character and its
  marks, for subwords a whole run,
- for subwords, a digit,
- any other run: a word, or for words a number.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

# Code points of scripts written without spaces, as the inside of a character class for both engines.
# The punctuation and the digits among them are taken out where it is used.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u3005-\u3007\u3021-\u3029\u3031-\u3035"
    "\u303b\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaadf"
    "\uf900-\ufaff\uff66-\uff9f\U00016fe0-\U00018d8f\U0001aff0-\U0001b2ff\U00020000-\U0003ffff"
)
_SKIN = "\U0001f3fb-\U0001f3ff"
_JOINER = "\u200d"

_MARKS = rf"[\p{{M}}{_SKIN}]*"
_SYMBOL = r"[\p{P}\p{S}]"
SUBWORD_UNITS = (
    rf" ?(?:{_SYMBOL}{_MARKS}(?:{_JOINER}{_SYMBOL}{_MARKS})*"
    r"|\p{Nd}"
    rf"|[{UNSPACED}&&[^\p{{P}}\p{{S}}\p{{Nd}}]][[{UNSPACED}\p{{M}}]&&[^\p{{P}}\p{{S}}\p{{Nd}}]]*"
    rf"|[^ \p{{P}}\p{{S}}\p{{Nd}}{UNSPACED}]+)"
    "| "
)


class _Letters(dict[int, str]):
    """Code point -> the letter of its class, as a table for `str.translate` that fills itself."""

    def __missing__(self, code: int) -> str:
        self[code] = letter = _letter(chr(code))
        return letter


def _letter(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "M" or re.match(f"[{_SKIN}]", character):
        return "m"
    if category[0] in "PS":
        return "p"
    if character in (" ", _JOINER):
        return "j" if character == _JOINER else " "
    return "u" if category != "Nd" and re.match(f"[{UNSPACED}]", character) else "w"


_LETTERS = _Letters()
_WORD_UNITS = re.compile(" ?(?:pm*(?:jpm*)*|um*|[wmj]+)| ")
_SPACED_UNITS = re.compile(" ?[^ ]+| ")


def words(text: str) -> list[str]:
    """The units of `word` text; they join to the text.

    >>> words(" Hello, 世界!")
    [' Hello', ',', ' 世', '界', '!']
    """
    return [text[unit.start() : unit.end()] for unit in _WORD_UNITS.finditer(text.translate(_LETTERS))]


def spaced(text: str) -> list[str]:
    """The units of `spaced` text, whatever stands between spaces; they join to the text.

    >>> spaced(" t͡ʃ aː ˧˩")
    [' t͡ʃ', ' aː', ' ˧˩']
    """
    return _SPACED_UNITS.findall(text)


def opened(text: str, protected: Sequence[str], first: str = "wmj") -> str:
    """The text, after a space if it begins with a word, which so is the same word as inside a line.

    `first` are the classes of characters that a word begins with: spaced text has words of any.
    """
    begins_with_word = text and text[0].translate(_LETTERS) in first and not text.startswith(tuple(protected))
    return " " + text if begins_with_word else text


UNITS: dict[str, tuple[Callable[[str], list[str]], str]] = {
    "word": (words, "wmj"),
    "spaced": (spaced, "wmjpu"),
    "character": (list, ""),
}
"""How each kind of whole tokens cuts a text, and which classes of characters take a space to begin with."""


def cutter(protected: Sequence[str]) -> Callable[[str], list[str]]:
    """A function that cuts a text around the protected symbols, the longest first: they have the odd places.

    >>> cutter(["@@", "@"])("a@@b@")
    ['a', '@@', 'b', '@', '']
    """
    if not protected:
        return lambda text: [text]
    longest_first = sorted(protected, key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, longest_first))})").split
