"""Every malformed input is refused in three lines that name the place."""

import os
from pathlib import Path

import pytest
from malformed import CASES, Case

from regard.data import read_pairs
from regard.errors import DataError, RegardError


def three_lines(error: RegardError) -> str:
    """An error's text, once it is seen to have the one form, each line short enough to read."""
    text = str(error)
    lines = text.splitlines()
    assert len(lines) == 3 and text.count("\n") == 2
    assert lines[1].startswith("  got  ") and lines[2].startswith("  try  ")
    assert all(line.isprintable() and len(line) < 400 for line in lines)
    return text


def test_the_table_holds_many_cases_and_no_name_twice() -> None:
    assert len(CASES) >= 35
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_is_refused_with_place_and_next_step(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RegardError) as caught:
        read_pairs(**case.arguments)
    assert type(caught.value) is case.error
    text = three_lines(caught.value)
    assert text.startswith(case.place)
    for fragment in case.fragments:
        assert fragment in text


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "train.tsv").write_text("a\tb\n", encoding="utf-8")
    (tmp_path / "train.tsv").chmod(0)
    monkeypatch.chdir(tmp_path)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        with pytest.raises(DataError) as caught:
            read_pairs("train.tsv")
    finally:
        os.seteuid(user)
    text = three_lines(caught.value)
    assert text.startswith("train.tsv: must be readable\n  got  no permission")
    assert "ls -l train.tsv" in text


def test_a_name_with_a_nul_in_it_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        read_pairs("train\0.tsv")
    assert three_lines(caught.value).startswith(r"'train\x00.tsv': must be a file's name")
