import datetime
import random
import re
import unicodedata

import pytest
from babel.dates import format_date

from regard.data.dates import LOCALES, Written, patterns, write, written
from regard.data.dates.locales import native_digits
from regard.data.dates.patterns import standard, tells_the_date
from regard.data.dates.tables import as_typed
from regard.errors import OptionError

WAYS = [(locale, pattern) for locale in LOCALES for pattern in patterns(locale)]
# Every month, one- and two-digit days, every weekday, and a leap day.
DAYS = [datetime.date(2024, month, month * 2 + 1) for month in range(1, 13)] + [datetime.date(1996, 2, 29)]
DIRECTION_MARKS = dict.fromkeys([0x200E, 0x200F, 0x061C])


def ways_and_digits() -> list[tuple[str, str, bool]]:
    return [(*way, native) for way in WAYS for native in (False, True) if not native or native_digits(way[0])]


def cut(one: Written) -> tuple[str, str, str]:
    year, month, day = (one.text[slice(*place)] for place in (one.year, one.month, one.day))
    return year, month, day


def field_of(pattern: str, letters: str) -> str:
    unquoted = re.sub(r"'[^']*'", " ", pattern)
    found = re.search(f"[{letters}]+", unquoted)
    assert found
    return found[0]


def test_the_text_is_what_babel_writes_without_invisible_marks() -> None:
    for locale, pattern in WAYS:
        for date in DAYS:
            expected = format_date(date, pattern, locale).translate(DIRECTION_MARKS)
            expected = expected.replace("\u00a0", " ").replace("\u202f", " ")
            assert write(date, locale, pattern).text == expected


def test_native_digits_change_nothing_but_the_digits_of_numbers() -> None:
    for locale in LOCALES:
        if digits := native_digits(locale):
            assert [unicodedata.decimal(digit) for digit in digits] == list(range(10))
            for pattern in patterns(locale):
                latin, native = (write(DAYS[5], locale, pattern, native=native) for native in (False, True))
                assert native.text.translate(str.maketrans(digits, "0123456789")) == latin.text
                assert not re.search("[0-9]", native.text)
                assert latin[4:] == native[4:]


def test_the_spans_cut_out_the_year_the_month_and_the_day() -> None:
    for locale, pattern, native in ways_and_digits():
        for date in DAYS:
            year, month, day = cut(write(date, locale, pattern, native=native))
            # int() reads the decimal digits of every script.
            assert (int(year), int(day)) == (date.year, date.day)
            field = field_of(pattern, "ML")
            if len(field) < 3:
                assert int(month) == date.month
            else:
                assert month == format_date(date, field, locale)


def test_characters_attached_to_a_field_are_outside_its_span() -> None:
    date = datetime.date(2026, 11, 3)
    assert cut(write(date, "zh", "y年M月d日EEEE")) == ("2026", "11", "3")
    assert cut(write(date, "he", "d בMMMM y")) == ("2026", "נובמבר", "3")
    assert cut(write(date, "ko", "y년 MMMM d일")) == ("2026", "11월", "3")
    assert cut(write(date, "ru", standard("ru", weekday=True))) == ("2026", "ноября", "3")
    assert write(date, "ru", standard("ru", weekday=True)).text == "вторник, 3 ноября 2026 г."


def test_no_two_dates_share_a_text_and_every_text_has_all_digits_of_its_year() -> None:
    # Only the year has four digits, so two texts of different years differ: one leap year stands for all.
    meaning: dict[str, datetime.date] = {}
    for locale, pattern, native in ways_and_digits():
        for offset in range(366):
            date = datetime.date(2024, 1, 1) + datetime.timedelta(offset)
            text = write(date, locale, pattern, native=native).text
            assert meaning.setdefault(text, date) == date, text
            assert [int(number) for number in re.findall(r"\d{3,}", text)] == [2024], text


def test_ambiguous_patterns_are_refused() -> None:
    for pattern in (
        "dd/MM/y",
        "M/d/y",
        "d.M.y",
        "y/d/M",
        "MMM d, yy",
        "yy-MM-dd",
        "MMMM y",
        "d MMMM",
        "EEEE",
    ):
        assert not tells_the_date(pattern), pattern
    for pattern in ("d MMM MMMM y", "MMMMM d, y", "d MMMM y, HH:mm", "Q d MMM y", "d 'MMM' y"):
        assert not tells_the_date(pattern), pattern
    for pattern in ("y/M/d", "y-MM-dd", "d 'de' MMMM 'de' y", "EEEE d MMMM G y"):
        assert tells_the_date(pattern), pattern


def test_texts_hold_only_what_people_type() -> None:
    for locale, pattern, native in ways_and_digits():
        for date in DAYS:
            text = write(date, locale, pattern, native=native).text
            odd = {character for character in text if unicodedata.category(character)[0] in "ZC"}
            assert odd <= {" ", "\u200c"}, (locale, text)
            assert unicodedata.normalize("NFC", text) == text == text.strip()
            assert ";" not in text


def test_direction_marks_go_and_spaces_become_plain_but_persian_spelling_stays() -> None:
    assert as_typed("3\u200f/11\u200e/2026\u061c") == "3/11/2026"
    assert as_typed("2026\u202fг.\u00a0") == "2026 г. "
    assert as_typed("سه\u200cشنبه") == "سه\u200cشنبه"


def test_there_are_the_promised_locales_each_with_several_ways() -> None:
    promised = "zh ja ar hi ru he en de fr es pt it nl pl tr ko th vi id sv fi el uk cs hu ro bg fa bn ta"
    assert set(promised.split()) <= set(LOCALES)
    assert len(LOCALES) == len(set(LOCALES)) >= 30
    for locale in LOCALES:
        assert len(patterns(locale)) >= 3
        assert {standard(locale, weekday=True), standard(locale, weekday=False)} <= set(patterns(locale))
        assert patterns(locale)[-1] == "y-MM-dd"


def test_random_days_cover_two_centuries_evenly() -> None:
    source = random.Random(5)
    dates = [written(source, "fr", "d MMMM y").date for _ in range(20_000)]
    assert {date.year for date in dates} == set(range(1900, 2100))
    assert {(date.month, date.day) for date in dates if date.year % 4} >= {(12, 31), (1, 1), (2, 28), (4, 30)}
    assert datetime.date(1900, 1, 1) <= min(dates) and max(dates) <= datetime.date(2099, 12, 31)
    assert any((date.month, date.day) == (2, 29) for date in dates)
    for decade in range(1900, 2100, 10):
        share = sum(decade <= date.year < decade + 10 for date in dates) / len(dates)
        assert abs(share - 0.05) < 0.01  # six standard deviations


def test_native_digits_come_half_of_the_time_and_only_where_they_exist() -> None:
    source = random.Random(6)
    share = sum("0" <= written(source, "fa", "d MMMM y").text[0] <= "9" for _ in range(1000)) / 1000
    assert 0.4 < share < 0.6
    assert all(re.search("[0-9]", written(source, "th", "d MMMM y").text) for _ in range(100))


def test_a_wrong_locale_pattern_or_year_is_told_with_what_to_do() -> None:
    date = datetime.date(2026, 11, 20)
    with pytest.raises(OptionError) as caught:
        write(date, "zh_Hans", "y-MM-dd")
    assert str(caught.value).splitlines()[:2] == [
        "dates: a locale must be one of those the dates are written in",
        "  got  'zh_Hans'",
    ]
    assert "try  'zh_Hant'? or one of en, en_GB" in str(caught.value)
    with pytest.raises(OptionError) as caught:
        write(date, "en", "M/d/yy")
    assert str(caught.value).startswith("dates: a pattern must be one of those in which en writes a whole date")
    assert "got  'M/d/yy'" in str(caught.value) and "'MMMM d, y'" in str(caught.value)
    with pytest.raises(OptionError) as caught:
        write(datetime.date(1899, 12, 31), "en", "y-MM-dd")
    assert str(caught.value) == ("dates: years run from 1900 to 2099\n  got  1899-12-31\n  try  a date of those years")
