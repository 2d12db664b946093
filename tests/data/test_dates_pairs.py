import datetime

import pytest
from babel.dates import format_date

from regard.data.dates import LOCALES, pair_lines, write
from regard.data.dates.locales import prefers_native
from regard.data.dates.pairs import languages
from regard.data.dates.patterns import standard
from regard.errors import OptionError


def test_a_chinese_date_with_its_weekday_becomes_the_english_one() -> None:
    found = {line.source: line.target for line in pair_lines(20_000, seed=0, dates=(1, 1))}
    with_weekday = {source: target for source, target in found.items() if "星期" in source}
    assert len(with_weekday) > 2000
    for source, target in list(with_weekday.items())[:500]:
        year, month, day = (int(part) for part in source[: source.index("日")].replace("月", "年").split("年"))
        assert target == format_date(datetime.date(year, month, day), "full", "en")
    assert write(datetime.date(2026, 11, 20), "zh", standard("zh", weekday=True)).text == "2026年11月20日星期五"


def test_the_target_names_the_weekday_only_if_the_source_does() -> None:
    for line in pair_lines(500, seed=1, pair="en-de", dates=(1, 1)):
        named = any(line.source.startswith(day) for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
        assert ("tag," in line.target or "woch," in line.target) == named


@pytest.mark.parametrize("pair", ["zh-en", "en-zh", "de-ja", "ar-ru", "fi-fa", "he-th", "zh_Hant-hi"])
def test_links_join_the_fields_of_both_languages(pair: str) -> None:
    for line in pair_lines(200, seed=2, pair=pair):
        for link in line.gold:
            source, target = line.source[slice(*link.source)], line.target[slice(*link.target)]
            if link.field == "month":
                assert source and target
            else:
                assert int(source) == int(target)


def test_month_links_hold_the_month_names() -> None:
    months = dict.fromkeys(range(1, 13), "")
    for line in pair_lines(500, seed=3, pair="zh-en"):
        for link in line.gold[1::3]:
            months[int(line.source[slice(*link.source)])] = line.target[slice(*link.target)]
    assert list(months.values()) == [format_date(datetime.date(2024, month, 1), "MMMM", "en") for month in months]


def test_a_source_has_one_target() -> None:
    for pair in ("hi-ar", "th-fi", "hr-pl"):
        targets: dict[str, str] = {}
        for line in pair_lines(5000, seed=4, pair=pair, dates=(1, 1)):
            assert targets.setdefault(line.source, line.target) == line.target


def test_targets_are_written_in_the_digits_that_their_language_prefers() -> None:
    assert {name for name in LOCALES if prefers_native(name)} == {"bn", "fa", "mr", "my"}
    assert pair_lines(1, seed=5, pair="en-fa")[0].target.strip("0123456789") != ""
    assert not any(set("0123456789") & set(line.target) for line in pair_lines(50, seed=5, pair="en-fa"))
    assert all(set("0123456789") & set(line.target) for line in pair_lines(50, seed=5, pair="en-ar"))


def test_pairs_take_seeds_bounds_and_unseen_lines_as_lines_do() -> None:
    first = pair_lines(50, seed=6, pair="de-ja", dates=(2, 3))
    assert first == pair_lines(50, seed=6, pair="de-ja", dates=(2, 3))
    assert first != pair_lines(50, seed=7, pair="de-ja", dates=(2, 3))
    assert {len(line.gold) for line in first} == {6, 9}
    sources = {line.source for line in first}
    again = pair_lines(50, seed=6, pair="de-ja", dates=(2, 3), unseen=sources)
    assert not sources & {line.source for line in again}


def test_a_pair_that_is_not_two_locales_is_told_with_what_to_do() -> None:
    assert languages("zh_Hant-en_GB") == ("zh_Hant", "en_GB")
    for pair in ("zh", "zh-en-de", ""):
        with pytest.raises(OptionError) as caught:
            pair_lines(1, seed=0, pair=pair)
        first, got, hint = str(caught.value).splitlines()
        assert first == 'dates: a pair is two locales joined by "-", the one to read first'
        assert got == f"  got  {pair!r}" and hint.startswith("  try  zh-en, or any two of en, en_GB")
    with pytest.raises(OptionError, match=r"got  'xx'\n  try  "):
        pair_lines(1, seed=0, pair="zh-xx")
