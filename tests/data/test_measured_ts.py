"""Series in `.ts` files: what stands in them, and every contradiction by its line."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from test_malformed import three_lines

from regard.data.measured import read_ts
from regard.errors import DataError

HEAD = "# two channels\n@problemName Walks\n@timeStamps false\n@missing true\n@dimensions 2\n"
GOOD = HEAD + "@classLabel true left right\n@data\n1,2,3:4,?,6:left\n\n7:-8e-1:right\n"


def test_series_of_unequal_lengths_with_gaps_and_classes(tmp_path: Path) -> None:
    (tmp_path / "walks.ts.gz").write_bytes(gzip.compress(GOOD.encode()))
    found = read_ts(tmp_path / "walks.ts.gz")
    assert found.kind == "series" and found.answers == ["left", "right"]
    assert np.array_equal(found.items[0], [[1, 4], [2, np.nan], [3, 6]], equal_nan=True)
    assert found.items[1].tolist() == [[7, -0.8]]
    assert found.where(1) == f"{tmp_path / 'walks.ts.gz'}:10"


def test_numbers_as_answers_and_none_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("@targetLabel true\n@data\n1,2:0.5\n3:-7\n", encoding="utf-8")
    assert read_ts(tmp_path / "a.ts").answers == [0.5, -7]
    (tmp_path / "b.ts").write_text("@classLabel false\n@univariate true\n@data\n1,2\n", encoding="utf-8")
    found = read_ts(tmp_path / "b.ts")
    assert found.answers is None and found.items[0].tolist() == [[1], [2]]


def test_keys_are_read_in_any_case_and_lengths_are_held_to(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("@DIMENSION 1\n@equalLength true\n@seriesLength 2\n@DATA\n1,2\n", encoding="utf-8")
    assert read_ts(tmp_path / "a.ts").items[0].shape == (2, 1)


@pytest.mark.parametrize(
    ("text", "place", "fragments"),
    [
        ("", "walks.ts:", ("an empty file",)),
        ("@problemName Walks\n", "walks.ts:", ("must have a line @data",)),
        ("1,2,3\n", "walks.ts:1:", ("before @data", "'1,2,3'")),
        ("@dimnsions 2\n@data\n1:2\n", "walks.ts:1:", ("before @data", "'dimensions'? or one of")),
        ("@missing true\n@missing true\n@data\n1\n", "walks.ts:2:", ("a key may come once",)),
        ("@timeStamps true\n@data\n(0,1)\n", "walks.ts:1:", ("time stamps cannot be read", "time column")),
        ("@timeStamps yes\n@data\n1\n", "walks.ts:1:", ("must be true or false", "@timestamps yes")),
        ("@missing\n@data\n1\n", "walks.ts:1:", ("must be true or false",)),
        ("@dimensions two\n@data\n1\n", "walks.ts:1:", ("must be a number from 1", "@dimensions two")),
        ("@dimensions 0\n@data\n1\n", "walks.ts:1:", ("must be a number from 1",)),
        ("@seriesLength 99999999999\n@data\n1\n", "walks.ts:1:", ("must be a number from 1",)),
        ("@data\n", "walks.ts:", ("must hold series", "nothing after @data")),
        (GOOD + "1,2:left\n", "walks.ts:11:", ("must have 2 channels and an answer", "got  1")),
        (GOOD + "1:2:3:left\n", "walks.ts:11:", ("got  3",)),
        ("@data\n1:2\n1\n", "walks.ts:3:", ("must have 2 channels, as in the header or the first series",)),
        (GOOD + "1:2:up\n", "walks.ts:11:", ("a class, one of those in the header", "'up'", "left, right")),
        (GOOD + "1:2\n", "walks.ts:11:", ("one of those in the header", "'2'")),
        ("@classLabel true\n@data\n1:2,3\n", "walks.ts:3:", ("must end in a class", "'2,3'")),
        ("@targetLabel true\n@data\n1:?\n", "walks.ts:3:", ("must end in a number", "'?'")),
        (GOOD + "1,x:2,3:left\n", "walks.ts:11, channel 1, value 2:", ("must be a number", "'x'")),
        (GOOD + "1,1_000:2,3:left\n", "walks.ts:11, channel 1, value 2:", ("'1_000'",)),
        (GOOD + "1,2:2,inf:left\n", "walks.ts:11, channel 2, value 2:", ("must be a finite number",)),
        (GOOD + "1,2:3:left\n", "walks.ts:11:", ("every channel must have 2 values", "1 in channel 2", "write ?")),
        (GOOD + "1::left\n", "walks.ts:11:", ("channel 2 must have values",)),
        ("@seriesLength 3\n@data\n1,2\n", "walks.ts:3:", ("every channel must have 3 values",)),
        ("@missing false\n@data\n1,?\n", "walks.ts:3:", ("no value may be missing", "channel 1, value 2")),
        ("@data\n(0,1),(1,2)\n", "walks.ts:2:", ("time stamps cannot be read",)),
    ],
)
def test_a_malformed_file_is_refused(
    text: str, place: str, fragments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("walks.ts").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_ts("walks.ts")
    found = three_lines(caught.value)
    assert found.startswith(place), found
    assert [each for each in fragments if each not in found] == [], found
