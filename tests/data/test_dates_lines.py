import collections
import hashlib
import os
import re
import subprocess
import sys

import babel.dates
import pytest

from regard.data.dates import LEFT_OUT, LOCALES, describe, lines
from regard.errors import OptionError

DIGEST = """
import hashlib
from regard.data.dates import lines
print(hashlib.sha256(repr(lines(300, seed=7)).encode()).hexdigest())
"""
# Babel remembers some tables across locales (stand-alone names asked in Hebrew are then given for Swedish).
MUDDLE = """
import datetime
from babel.dates import format_date
from regard.data.dates import LOCALES
for locale in reversed(LOCALES):
    for pattern in ("LLLL LLL", "cccc ccc", "MMMM MMM", "EEEE E", "QQQQ", "GGGG G"):
        format_date(datetime.date(2026, 11, 20), pattern, locale)
"""
WITHOUT_BABEL = """
import sys
sys.modules["babel"] = None
from regard.data.dates import LEFT_OUT, lines
from regard.errors import MissingError
try:
    lines(1, seed=0)
except MissingError as error:
    print(error)
"""


def output(program: str, **environment: str) -> str:
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, check=True, capture_output=True, encoding="utf-8", env={**os.environ, **environment}
    ).stdout


def test_every_character_of_a_target_date_has_its_gold_span() -> None:
    for line in lines(500, seed=1):
        gold = dict(line.characters())
        digits = [index for index, character in enumerate(line.target) if character.isdigit()]
        assert list(gold) == digits
        assert re.fullmatch(r"\d{4}-\d\d-\d\d(; \d{4}-\d\d-\d\d)*", line.target)
        assert len(line.gold) == 3 * (line.target.count("; ") + 1) == 3 * (line.source.count("; ") + 1)


def test_gold_links_say_the_same_on_both_sides() -> None:
    names: dict[str, set[int]] = collections.defaultdict(set)
    # Croatian gives old Slavic month names to other months than Polish and Czech do.
    for line in lines(2000, seed=2, locales=[name for name in LOCALES if name != "hr"]):
        for link in line.gold:
            said, meant = line.source[slice(*link.source)], line.target[slice(*link.target)]
            if link.field != "month" or said.isdecimal():
                assert int(said) == int(meant)
            else:
                names[said].add(int(meant))
    assert len(names) > 300
    assert [name for name, months in names.items() if len(months) > 1] == []


def test_the_field_order_of_the_links_is_year_month_day_within_each_date() -> None:
    (line,) = lines(1, seed=3, dates=(3, 3))
    assert [link.field for link in line.gold] == ["year", "month", "day"] * 3
    starts = [link.target.start for link in line.gold]
    assert starts == [0, 5, 8, 12, 17, 20, 24, 29, 32]


def test_the_number_of_dates_is_uniform_between_its_bounds() -> None:
    counts = collections.Counter(len(line.gold) // 3 for line in lines(4000, seed=4, dates=(2, 6)))
    assert set(counts) == {2, 3, 4, 5, 6}
    assert all(abs(count - 800) < 150 for count in counts.values())
    assert {len(line.gold) for line in lines(50, seed=4, dates=(1, 1))} == {3}


def test_seeds_give_the_same_lines_again_and_different_seeds_others() -> None:
    assert lines(200, seed=8) == lines(200, seed=8)
    assert lines(100, seed=8) == lines(200, seed=8)[:100]
    first, second = ({line.source for line in lines(200, seed=seed, dates=(2, 4))} for seed in (8, 9))
    assert not first & second


@pytest.mark.slow
def test_lines_do_not_depend_on_the_process_nor_on_what_babel_was_asked_before() -> None:
    here = hashlib.sha256(repr(lines(300, seed=7)).encode()).hexdigest()
    assert output(MUDDLE + DIGEST, PYTHONHASHSEED="11").strip() == here


def test_babel_is_not_asked_again_once_the_tables_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    lines(3000, seed=10)

    def refuse(*_: object) -> None:
        raise AssertionError("Babel was asked in the hot path")

    monkeypatch.setattr(babel.dates, "DateTimeFormat", refuse)
    monkeypatch.setattr(babel.dates, "tokenize_pattern", refuse)
    assert len(lines(3000, seed=10)) == 3000


def test_no_line_has_an_unseen_source() -> None:
    options = {"dates": (1, 1), "locales": ["zh"]}
    seen = {line.source for line in lines(2000, seed=0, **options)}
    assert any(line.source in seen for line in lines(2000, seed=1, **options))
    fresh = lines(2000, seed=1, **options, unseen=seen)
    assert len(fresh) == 2000 and not any(line.source in seen for line in fresh)


def test_only_the_chosen_locales_are_written() -> None:
    for line in lines(200, seed=0, locales=["ru", "uk"]):
        assert re.fullmatch(r"[\d ;,.а-яіїєґʼ-]+", line.source), line.source


def test_wrong_options_are_told_with_what_to_do() -> None:
    for count, dates in ((-1, (1, 4)), (10, (0, 4)), (10, (4, 1))):
        with pytest.raises(OptionError) as caught:
            lines(count, seed=0, dates=dates)
        assert str(caught.value) == (
            "dates: a count of lines from 0, and of dates in a line from 1, the lower bound first\n"
            f"  got  count {count}, dates {dates}\n"
            "  try  count=1000, dates=(1, 4)"
        )
    with pytest.raises(OptionError, match=r"one of those the dates are written in\n  got  'tlh'\n  try  "):
        lines(1, seed=0, locales=["tlh"])
    with pytest.raises(OptionError, match=r"at least one locale\n  got  none\n  try  locales="):
        lines(1, seed=0, locales=[])


def test_a_search_for_unseen_lines_that_cannot_end_is_given_up() -> None:
    class Everything:
        def __contains__(self, text: object) -> bool:
            return True

    with pytest.raises(OptionError) as caught:
        lines(5, seed=0, unseen=Everything())
    assert str(caught.value) == (
        "dates: there must be lines left that are not among the unseen\n"
        "  got  1,000 lines in a row that are, after 0 of 5\n"
        "  try  fewer lines, more dates a line, or more locales"
    )


@pytest.mark.slow
def test_without_babel_the_missing_library_is_named() -> None:
    assert output(WITHOUT_BABEL).splitlines() == [
        "the demo: needs the library babel, which is optional",
        "  got  an installation without it",
        "  try  in a clone of regard: pip install '.[demo]', or '.[all]' for everything",
    ]


def test_the_summary_counts_and_shows_and_says_what_is_left_out() -> None:
    counts, examples = describe().splitlines()
    assert f"{len(LOCALES)} locales" in counts and "years 1900 to 2099" in counts
    assert "2026年11月20日星期五" in examples and "Friday, November 20, 2026" in examples
    for what in ("two-digit years", "03/04/2026", "calendars other than the Gregorian"):
        assert what in LEFT_OUT
