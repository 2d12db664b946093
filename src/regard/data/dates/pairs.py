"""Dates from one language to another: 2026年11月20日星期五 and Friday, November 20, 2026."""

from collections.abc import Container
from random import Random

from regard.data.dates.lines import Line, drawn
from regard.data.dates.locales import LOCALES, known, prefers_native
from regard.data.dates.patterns import fields, patterns, standard
from regard.data.dates.writing import Written, pick, write, written
from regard.errors import OptionError


def pair_lines(
    count: int,
    *,
    seed: int,
    pair: str = "zh-en",
    dates: tuple[int, int] = (1, 4),
    unseen: Container[str] = frozenset(),
) -> list[Line]:
    """`count` lines of dates in the pair's first language, and the same dates in its second.

    The source is in any of its language's patterns. The target is in its language's usual one, in full: with
    the weekday if the source names it, without if not, in the digits that the CLDR prefers there. So the
    source determines the target. `dates` and `unseen` are as in `lines`; the gold links year, month and day.

    Errors: OptionError for a pair that is not two of `LOCALES` joined by "-", else as `lines`.
    """
    source_locale, target_locale = languages(pair)
    native = prefers_native(target_locale)

    with_weekday = {way for way in patterns(source_locale) if "weekday" in dict(fields(way))}

    def draw(random: Random) -> tuple[Written, Written]:
        source = written(random, source_locale, pick(random, patterns(source_locale)))
        pattern = standard(target_locale, weekday=source.pattern in with_weekday)
        return source, write(source.date, target_locale, pattern, native=native)

    return drawn(draw, count, seed=seed, dates=dates, unseen=unseen)


def languages(pair: str) -> tuple[str, str]:
    """The two locales of `"zh-en"`. Errors: OptionError."""
    names = pair.split("-")
    if len(names) != 2:
        raise OptionError(
            'dates: a pair is two locales joined by "-", the one to read first',
            got=repr(pair),
            hint=f"zh-en, or any two of {', '.join(LOCALES)}",
        )
    return known(names[0]), known(names[1])
