"""Lines of one or more written dates and their ISO dates, with the gold alignment of every field."""

import itertools
from collections.abc import Callable, Container, Iterator, Sequence
from random import Random
from typing import NamedTuple

from regard.data.dates.locales import LOCALES, known
from regard.data.dates.patterns import patterns
from regard.data.dates.writing import Span, Written, iso, pick, written
from regard.errors import OptionError

SEPARATOR = "; "
_PATIENCE = 1000


class Link(NamedTuple):
    """One field of one date: the stretch of the target that says what the stretch of the source says."""

    field: str
    source: Span
    target: Span


class Line(NamedTuple):
    """A source and its target, each of as many dates, joined by "; ", and three links for each date."""

    source: str
    target: str
    gold: tuple[Link, ...]

    def characters(self) -> Iterator[tuple[int, Span]]:
        """For every character of a year, month or day in the target: its index, and its gold source span."""
        for link in self.gold:
            for index in range(*link.target):
                yield index, link.source


def lines(
    count: int,
    *,
    seed: int,
    dates: tuple[int, int] = (1, 4),
    locales: Sequence[str] = LOCALES,
    unseen: Container[str] = frozenset(),
) -> list[Line]:
    """`count` lines, e.g. `20. November 2026; 1987年1月3日` and `2026-11-20; 1987-01-03`.

    Every line has between `dates[0]` and `dates[1]` dates, each number as likely; every date a locale and
    one of its patterns, each as likely. Lines are drawn one by one, so a short one can come twice; none has
    a source in `unseen` (the sources trained on, say). The same arguments give the same lines anywhere.

    Errors: OptionError for a negative count, for dates below 1 or upside down, for no locale or one not in
    `LOCALES`, and where nearly every line drawn is in `unseen`.
    Cost: about 15 µs a date.
    """
    choices = [(known(name), patterns(name)) for name in locales]
    if not choices:
        raise OptionError("dates: at least one locale", got="none", hint=f"locales={LOCALES[:3]}, or leave it out")

    def draw(random: Random) -> tuple[Written, Written]:
        locale, ways = pick(random, choices)
        source = written(random, locale, pick(random, ways))
        return source, iso(source.date)

    return drawn(draw, count, seed=seed, dates=dates, unseen=unseen)


def drawn(
    draw: Callable[[Random], tuple[Written, Written]],
    count: int,
    *,
    seed: int,
    dates: tuple[int, int],
    unseen: Container[str],
) -> list[Line]:
    """`count` lines of what `draw` gives: a date as the source writes it and as the target does."""
    low, high = dates
    if count < 0 or not 1 <= low <= high:
        raise OptionError(
            "dates: a count of lines from 0, and of dates in a line from 1, the lower bound first",
            got=f"count {count}, dates {dates}",
            hint="count=1000, dates=(1, 4)",
        )
    random = Random(seed)
    found: list[Line] = []
    refused = 0
    while len(found) < count:
        line = joined([draw(random) for _ in range(pick(random, range(low, high + 1)))])
        refused = refused + 1 if line.source in unseen else 0
        if refused == _PATIENCE:
            raise OptionError(
                "dates: there must be lines left that are not among the unseen",
                got=f"{_PATIENCE:,} lines in a row that are, after {len(found):,} of {count:,}",
                hint="fewer lines, more dates a line, or more locales",
            )
        if not refused:
            found.append(line)
    return found


def joined(pairs: Sequence[tuple[Written, Written]]) -> Line:
    """One line of these dates, (as the source writes it, as the target does) each."""
    sources, targets = zip(*pairs, strict=True)
    gold: list[Link] = []
    for source, target, source_at, target_at in zip(
        sources, targets, _offsets(sources), _offsets(targets), strict=True
    ):
        gold += (
            Link("year", source.year.moved(source_at), target.year.moved(target_at)),
            Link("month", source.month.moved(source_at), target.month.moved(target_at)),
            Link("day", source.day.moved(source_at), target.day.moved(target_at)),
        )
    source_text, target_text = (SEPARATOR.join(date.text for date in side) for side in (sources, targets))
    return Line(source_text, target_text, tuple(gold))


def _offsets(dates: Sequence[Written]) -> list[int]:
    lengths = (len(date.text) + len(SEPARATOR) for date in dates[:-1])
    return list(itertools.accumulate(lengths, initial=0))
