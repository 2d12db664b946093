"""The heat map in characters: its lines are read, in every look, with friendly and hostile tokens."""

import io
import math
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from regard.errors import DataError, MissingError
from regard.inspect.alignment import Alignment, terminal

SMALL = Alignment(["das", "Haus"], ["the", "house"], [[0.9, 0.1], [0.25, 0.75]])
CHINESE = Alignment([*"2026年", "北京"], ["year", "北京"], [[0.1, 0.1, 0.1, 0.1, 0.6, 0], [0, 0, 0, 0, 0, 1]])
HOSTILE = {
    "\x1b[31mred": r"\x1b[31mred",
    "[red]x[/]": "[red]x[/]",
    "\u202eexe": r"\u202eexe",
    "a\nb\tc": r"a\nb\tc",
    "\x00\x07\x9b": r"\x00\x07\x9b",
    "\ud800": r"\ud800",
    "": '""',
    " ": "␣",
    ":bomb:": ":bomb:",
}


def printed(alignment: Alignment, **console: object) -> str:
    """What a console writes."""
    file = io.StringIO()
    given_console = {"file": file, "width": 80, "color_system": None} | console
    Console(**given_console).print(terminal(alignment))  # type: ignore[arg-type]
    return file.getvalue()


def test_target_words_run_down_and_source_words_across() -> None:
    assert str(terminal(SMALL)).splitlines() == [
        "        H",
        "      d a",
        "      a u",
        "      s s",
        "  the ██",
        "house ░░▓▓",
        "",
        "weight  0 [  ░░▒▒▓▓██] 1",
    ]


def test_numbers_come_with_the_sum_of_each_row() -> None:
    lines = str(terminal(SMALL, numbers=True)).splitlines()
    assert lines[0].split() == ["das", "Haus", "sum"]
    assert lines[2].split() == ["house", "░.25", "▓.75", "1.00"]


def test_chinese_takes_two_columns_and_still_lines_up() -> None:
    lines = str(terminal(CHINESE)).splitlines()
    assert lines[:4] == [
        "               北",
        "     2 0 2 6 年京",
        "year         ▒▒",
        "北京           ██",
    ]


def test_a_map_wider_than_the_page_goes_on_below() -> None:
    weights = np.eye(3, 40)
    alignment = Alignment([str(place % 10) for place in range(40)], ["a", "b", "c"], weights)
    for numbers in (False, True):
        lines = str(terminal(alignment, width=40, numbers=numbers)).splitlines()
        assert max(map(len, lines)) <= 40
        assert sum(line.startswith("a ") or line == "a" for line in lines) == (7 if numbers else 3)
        assert sum("sum" in line for line in lines) == numbers
        heads = [line for line in lines if line.replace("sum", "").replace(" ", "").isdecimal()]
        assert "".join(heads).replace(" ", "").replace("sum", "") == "0123456789" * 4


def test_long_labels_are_cut_and_stand_whole_below() -> None:
    long = "Donaudampfschifffahrtsgesellschaft"
    lines = str(terminal(Alignment(["der", long], [long, "the"], np.eye(2)), width=40)).splitlines()
    assert lines[12].split() == ["Donaudampfsc…", "██"]
    assert "".join(line[16] for line in lines[:12]) == "Donaudampfs…"
    assert lines[-4:] == ["source:", f"2 {long}", "target:", f"1 {long}"]


def test_a_token_of_2000_characters_is_cut_and_its_length_told() -> None:
    lines = str(terminal(Alignment(["a" * 2000, "b"], ["x"], [[0.5, 0.5]]))).splitlines()
    notes = "".join(lines[lines.index("") + 2 :])
    assert notes == "source:1 " + "a" * 199 + "… (2,000 characters)"
    assert max(map(len, lines)) == 80


@pytest.mark.parametrize(("token", "shown"), HOSTILE.items())
def test_hostile_tokens_show_as_escapes_and_do_nothing(token: str, shown: str) -> None:
    down = printed(Alignment(["x"], [token, token], [[1.0], [1.0]]))
    assert down.splitlines()[1] == f"{shown} ██"
    across = printed(Alignment([token, "x"], ["y"], [[1.0, 1.0]]))
    assert "".join(line[2:3].strip() for line in across.splitlines()[:-3]) == shown
    painted = printed(Alignment([token], [token], [[1.0]]), color_system="truecolor", force_terminal=True)
    assert "\x1b[31m" not in painted
    assert {*painted}.isdisjoint("\x00\x07\x9b\u202e\ud800\t💣")


def test_right_to_left_words_do_not_turn_their_line_around() -> None:
    line = str(terminal(Alignment(["x"], ["שלום"], [[1.0]]))).splitlines()[1]
    assert line == "\u2066שלום\u2069 ██"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=4), st.booleans(), st.integers(30, 90))
def test_any_tokens_give_lines_that_fit_and_hold_nothing_invisible(
    tokens: list[str], numbers: bool, width: int
) -> None:
    alignment = Alignment(tokens, tokens, np.full((len(tokens), len(tokens)), 0.5))
    text = str(terminal(alignment, width=width, numbers=numbers))
    assert all(cell_len(line) <= width for line in text.splitlines())
    assert {unicodedata.category(character) for character in set(text) - set("\n\u2066\u2069")}.isdisjoint(
        {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
    )
    assert text.count("\n") == len(text.splitlines()) - 1


def test_nan_shows_as_nan() -> None:
    alignment = Alignment(["a", "b"], ["x", "y"], [[math.nan, 0.5], [0.0, 1.0]])
    lines = str(terminal(alignment)).splitlines()
    assert lines[1].split() == ["x", "NaN", "▒▒▒▒▒"]
    assert lines[2].split() == ["y", "█████"]
    assert str(terminal(alignment, numbers=True)).splitlines()[1].split() == ["x", "NaN", "▒.50", "NaN"]


def test_weights_beyond_the_scale_are_told() -> None:
    text = str(terminal(Alignment(["a", "b"], ["x"], [[3.0, -0.5]])))
    assert "weights go from -0.5 to 3; beyond 0 and 1 the shade stays the same" in text


def test_colours_come_where_the_terminal_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = printed(SMALL, color_system="truecolor", force_terminal=True)
    assert "\x1b[48;2;187;222;47m  \x1b[0m" in text  # 0.9, a fifth of the way from the last but one step
    assert "█" not in text


def test_no_color_and_pipes_get_shades(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert printed(SMALL, color_system="truecolor", force_terminal=True) == printed(SMALL)
    assert printed(SMALL) == f"{terminal(SMALL)}\n"


def test_where_the_encoding_is_not_unicode_everything_is_ascii() -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Console(file=file, width=80).print(terminal(Alignment(["a b"], ["über", "年"], [[1.0], [0.25]])))
    file.flush()
    lines = file.buffer.getvalue().decode("ascii").splitlines()  # type: ignore[attr-defined]
    assert lines == [
        "        a",
        "        _",
        "        b",
        r"\xfcber ##",
        r" \u5e74 ..",
        "",
        "weight  0 [  ..::**##] 1",
    ]


def test_weights_that_do_not_fit_are_an_error() -> None:
    with pytest.raises(DataError, match=r"at least one of each\n  got  weights \(1, 2\), target 2, source 2\n  try"):
        terminal(Alignment(["a", "b"], ["x", "y"], [[0.5, 0.5]]))
    with pytest.raises(DataError, match=r"a row for each target token\n  got  an array of shape \(1, 1, 1\)\n  try"):
        terminal(Alignment(["a"], ["x"], [[[1.0]]]))
    with pytest.raises(DataError, match=r"got  weights \(0, 0\), target 0, source 0"):
        terminal(Alignment([], [], np.zeros((0, 0))))


def test_without_rich_the_error_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich", None)
    with pytest.raises(MissingError, match=r"needs the library rich.*\n.*\n.*pip install '\.\[cli\]'"):
        terminal(SMALL)
