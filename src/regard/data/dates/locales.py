"""Which languages the dates are written in, with which digits, and which ways of writing are left out.

Babel carries the CLDR, the Unicode consortium's tables of how dates are written. It always writes the
digits 0 to 9; six of the languages below also have digits of their own, which are put in here.
"""

import functools
from typing import Any

from regard.errors import OptionError, missing, nearest

LOCALES = (
    *("en", "en_GB", "de", "nl", "sv", "da", "nb"),
    *("fr", "es", "pt", "it", "ro"),
    *("pl", "cs", "hr", "ru", "uk", "bg", "el"),
    *("fi", "hu", "tr", "sw", "id", "vi"),
    *("ar", "he", "fa", "hi", "mr", "bn", "ta"),
    *("th", "my", "zh", "zh_Hant", "ja", "ko"),
)
"""Babel's names of the languages, in a fixed order."""

LEFT_OUT = """\
Left out, because the text alone does not say which date is meant, or means another calendar's:
  two-digit years                     11/20/26, 20.11.26
  day and month both as numbers,      03/04/2026, 3.4.2026: March or April, by country
    unless the year comes first       (2026-04-03 and 2026/4/3 are kept)
  calendars other than the Gregorian  Hijri, Hebrew, Persian, Buddhist, Japanese eras, the lunar calendars
  numbers spelled as words            二〇二六年十一月二十日, the twentieth of November"""
"""What the generator never writes and why, as the demo prints it."""

_NATIVE_ZERO = {"ar": "٠", "bn": "০", "fa": "۰", "hi": "०", "mr": "०", "my": "၀"}
# Tamil, Thai and Hebrew numerals exist too, but Gregorian dates are rarely written with them.


def known(name: str) -> str:
    """`name` again if it is one of `LOCALES`; else an OptionError with the nearest ones."""
    if name not in LOCALES:
        raise OptionError(
            "dates: a locale must be one of those the dates are written in",
            got=repr(name),
            hint=nearest(name, LOCALES),
        )
    return name


@functools.cache
def cldr(name: str) -> Any:
    """Babel's `Locale` of that name. Errors: MissingError without Babel, OptionError for other names."""
    try:
        from babel import Locale
    except ImportError as error:
        raise missing("the demo", "babel", "demo") from error
    return Locale.parse(known(name))


@functools.cache
def native_digits(name: str) -> str:
    """The language's own ten digits, zero first, or `""` where dates are written with 0 to 9 only.

    >>> native_digits("fa"), native_digits("fi")
    ('۰۱۲۳۴۵۶۷۸۹', '')
    """
    zero = _NATIVE_ZERO.get(name)
    return "".join(chr(ord(zero) + digit) for digit in range(10)) if zero else ""


def prefers_native(name: str) -> bool:
    """Whether the CLDR's default for the language is its own digits (Persian yes, Hindi no)."""
    return bool(native_digits(name)) and cldr(name).default_numbering_system != "latn"
