"""One date as people write it, with the place of its year, month and day in the text."""

import datetime
import functools
from collections.abc import Sequence
from random import Random
from typing import NamedTuple, TypeVar

from regard.data.dates import tables
from regard.data.dates.locales import native_digits
from regard.data.dates.patterns import ISO
from regard.errors import OptionError

Item = TypeVar("Item")

NATIVE_SHARE = 0.5
"""How often a language that has its own digits writes them."""

_FIRST_DAY = datetime.date(tables.YEARS.start, 1, 1).toordinal()
_DAYS = datetime.date(tables.YEARS.stop, 1, 1).toordinal() - _FIRST_DAY


class Span(NamedTuple):
    """A stretch of a text, in characters (code points, in reading order), `end` not included."""

    start: int
    end: int

    def moved(self, offset: int) -> "Span":
        """The same stretch, `offset` characters further on."""
        return span(self.start + offset, self.end + offset)


span = functools.cache(Span)
"""`Span`, made once for each place: a line repeats few of them, and equal ones share their memory."""


class Written(NamedTuple):
    """One date as written, and where its fields stand.

    The spans hold the CLDR's fields and nothing else: the 年 after a year and Hebrew's ב before a month
    are outside; a month's name is inside whole (11월, tháng 11).
    """

    text: str
    date: datetime.date
    locale: str
    pattern: str
    year: Span
    month: Span
    day: Span


def pick(random: Random, items: Sequence[Item]) -> Item:
    """One of `items`, each as likely as the others."""
    # Only random() promises the same numbers in every version of Python; choice() and randrange() do not.
    return items[int(random.random() * len(items))]


def write(date: datetime.date, locale: str, pattern: str, *, native: bool = False) -> Written:
    """`date` in one of the locale's patterns, `native` in the language's own digits where it has them.

    >>> written = write(datetime.date(2026, 11, 20), "zh", "y年M月d日EEEE")
    >>> written.text, written.year, written.day
    ('2026年11月20日星期五', Span(start=0, end=4), Span(start=8, end=10))

    Errors: OptionError for a locale or a pattern that is not offered, or a year outside 1900 to 2099.
    Cost: a few microseconds, after some milliseconds for a locale's first date.
    """
    if date.year not in tables.YEARS:
        raise OptionError(
            f"dates: years run from {tables.YEARS.start} to {tables.YEARS.stop - 1}",
            got=date.isoformat(),
            hint="a date of those years",
        )
    values = (0, date.year - tables.YEARS.start, date.month - 1, date.day - 1, date.weekday())
    digits = native_digits(locale) if native else ""
    places = [span(0, 0)] * len(values)
    pieces: list[str] = []
    position = 0
    for slot, texts in tables.parts(locale, pattern, digits):
        piece = texts[values[slot]]
        pieces.append(piece)
        places[slot] = span(position, position + len(piece))
        position += len(piece)
    year, month, day = places[tables.YEAR : tables.DAY + 1]
    return Written("".join(pieces), date, locale, pattern, year, month, day)


def written(random: Random, locale: str, pattern: str) -> Written:
    """A random day of 1900 to 2099, all equally likely, in that pattern.

    Languages with digits of their own use them `NATIVE_SHARE` of the time. The same state of `random` gives
    the same date on any machine. Errors: as `write`.
    """
    date = datetime.date.fromordinal(_FIRST_DAY + int(random.random() * _DAYS))
    return write(date, locale, pattern, native=random.random() < NATIVE_SHARE)


def iso(date: datetime.date) -> Written:
    """`date` as ISO 8601 writes it, 2026-11-20; its locale is `"iso"`."""
    return Written(date.isoformat(), date, "iso", ISO, span(0, 4), span(5, 7), span(8, 10))
