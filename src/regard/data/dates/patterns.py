"""The ways of writing a date in one language, from the CLDR, as far as the text says which date it is.

A pattern is the CLDR's own notation: `EEEE, MMMM d, y` is Friday, November 20, 2026. A letter is a field
and its repetition the width; the rest is written as it stands.
"""

import functools
from typing import Any

from regard.data.dates.locales import cldr

ISO = "y-MM-dd"

_WIDTHS = ("full", "long", "medium", "short")
_SKELETONS = ("yMMMMEEEEd", "yMMMMd", "yMMMEd", "yMMMd", "yMEd", "yMd")
_ROLE = {"y": "year", "M": "month", "L": "month", "d": "day", "E": "weekday", "c": "weekday", "G": "era"}


def fields(pattern: str) -> list[tuple[str, str]]:
    """The pattern's parts in order: (role, CLDR field) or ("", literal text).

    >>> fields("y年M月d日")
    [('year', 'y'), ('', '年'), ('month', 'M'), ('', '月'), ('day', 'd'), ('', '日')]

    An unknown field's role is `"other"`.
    """
    from babel.dates import tokenize_pattern

    parts: list[tuple[str, str]] = []
    for kind, value in tokenize_pattern(pattern):
        if isinstance(value, str):
            assert kind == "chars"
            parts.append(("", value))
        else:
            letter, width = value
            parts.append((_ROLE.get(letter, "other"), letter * width))
    return parts


def tells_the_date(pattern: str) -> bool:
    """Whether a text in this pattern determines its date.

    It has year, month and day once each, all digits of the year, and the month by name or, as a number,
    between the year and the day.

    >>> [tells_the_date(pattern) for pattern in ("MMM d, y", "y/M/d", "d/M/y", "MMM d, yy", "MMMM y")]
    [True, True, False, False, False]
    """
    parts = [(role, field) for role, field in fields(pattern) if role]
    roles = [role for role, _ in parts]
    order = [role for role in roles if role in ("year", "month", "day")]
    if sorted(order) != ["day", "month", "year"] or "other" in roles:
        return False
    width = {role: len(field) for role, field in parts}
    month_is_clear = width["month"] in (3, 4) or (width["month"] < 3 and order == ["year", "month", "day"])
    return width["year"] != 2 and month_is_clear


@functools.cache
def patterns(locale: str) -> tuple[str, ...]:
    """The language's patterns that determine their date, longest forms first; the last is ISO's.

    >>> patterns("ja")
    ('y年M月d日EEEE', 'y年M月d日', 'y/MM/dd', 'y年M月d日(E)', 'y/M/d(E)', 'y/M/d', 'y-MM-dd')

    Errors: OptionError for a locale that is not in `LOCALES`.
    """
    data = cldr(locale)
    found: list[Any] = [data.date_formats[width] for width in _WIDTHS]
    found += [data.datetime_skeletons[name] for name in _SKELETONS if name in data.datetime_skeletons]
    # A dictionary drops repetitions and keeps the order.
    texts = dict.fromkeys([pattern.pattern for pattern in found if tells_the_date(pattern.pattern)])
    texts.pop(ISO, None)
    return (*texts, ISO)


def standard(locale: str, *, weekday: bool) -> str:
    """The language's usual pattern with month and year in full: CLDR's full, with weekday, or its long."""
    pattern: str = cldr(locale).date_formats["full" if weekday else "long"].pattern
    assert pattern in patterns(locale)
    return pattern
