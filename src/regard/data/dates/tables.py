"""What each field of a pattern can say: every year, month, day and weekday, formatted once by Babel.

Formatting a date is then a few look-ups, and where each field stands in the text is known, not searched.
"""

import datetime
import functools
from typing import NamedTuple

from regard.data.dates.locales import cldr, native_digits
from regard.data.dates.patterns import fields, patterns
from regard.errors import OptionError

YEARS = range(1900, 2100)
"""The years that are written."""

CONSTANT, YEAR, MONTH, DAY, WEEKDAY = range(5)
_SLOT = {"year": YEAR, "month": MONTH, "day": DAY, "weekday": WEEKDAY}
_SAMPLES = {
    # For each slot the dates that run through its values; 1 January 2024 is a Monday, weekday 0.
    YEAR: [datetime.date(year, 1, 1) for year in YEARS],
    MONTH: [datetime.date(2024, month, 1) for month in range(1, 13)],
    DAY: [datetime.date(2024, 1, day) for day in range(1, 32)],
    WEEKDAY: [datetime.date(2024, 1, day) for day in range(1, 8)],
    CONSTANT: [datetime.date(2024, 1, 1)],
}
_AS_TYPED = str.maketrans({"\u200e": "", "\u200f": "", "\u061c": "", "\u00a0": " ", "\u202f": " "})


class Part(NamedTuple):
    """One piece of a pattern: its slot, and its text for every value that the slot can take."""

    slot: int
    texts: tuple[str, ...]


def as_typed(text: str) -> str:
    """`text` as a keyboard writes it: no invisible direction marks, and no-break spaces as plain spaces.

    The zero-width non-joiner stays: it is part of how Persian words are spelled.
    """
    return text.translate(_AS_TYPED)


@functools.cache
def _field_texts(locale: str, field: str, slot: int) -> tuple[str, ...]:
    from babel.dates import DateTimeFormat

    data = cldr(locale)
    return tuple(as_typed(DateTimeFormat(date, data)[field]) for date in _SAMPLES[slot])


@functools.cache
def parts(locale: str, pattern: str, digits: str) -> tuple[Part, ...]:
    """The pieces of one of the locale's patterns, numbers written with `digits` ("" for 0 to 9).

    Errors: OptionError if the pattern is not one of `patterns(locale)`.
    """
    if pattern not in patterns(locale):
        raise OptionError(
            f"dates: a pattern must be one of those in which {locale} writes a whole date",
            got=repr(pattern),
            hint=f"one of {'  '.join(map(repr, patterns(locale)))}",
        )
    assert digits in ("", native_digits(locale))
    to_digits = str.maketrans("0123456789", digits) if digits else {}
    pieces = []
    for role, field in fields(pattern):
        slot = _SLOT.get(role, CONSTANT)
        texts = _field_texts(locale, field, slot) if role else (as_typed(field),)
        if slot in (YEAR, MONTH, DAY) and len(field) < 3:
            texts = tuple(text.translate(to_digits) for text in texts)
        pieces.append(Part(slot, texts))
    return tuple(pieces)
