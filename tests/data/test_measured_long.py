"""Series in long tables: the same from CSV, TSV, Parquet and frames; every contradiction by its line."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_malformed import three_lines

from regard.data.measured import from_frame, read_long
from regard.errors import DataError, MissingError, OptionError, RegardError

TABLE = "who,when,a,b,kind,fold\nx,2,3,?,up,1\ny,1,5,6,down,2\nx,1,1,2,up,1\nx,10,7,8,up,1\n"
ALL = {"id": "who", "time": "when", "y": "kind", "groups": "fold"}
WANTED = [[[1, 2], [3, np.nan], [7, 8]], [[5, 6]]]


class Frame(dict[str, Any]):
    """As much of a data frame as is asked for."""

    @property
    def columns(self) -> list[str]:
        return list(self)


def same(items: Any, wanted: Any) -> bool:
    return len(items) == len(wanted) and all(map(lambda a, b: np.array_equal(a, b, equal_nan=True), items, wanted))


@pytest.mark.parametrize("suffix", ["csv", "tsv", "txt"])
def test_rows_are_gathered_and_sorted_by_time(suffix: str, tmp_path: Path) -> None:
    text = TABLE if suffix == "csv" else TABLE.replace(",", "\t")
    (tmp_path / f"steps.{suffix}").write_text(text, encoding="utf-8")
    found = read_long(tmp_path / f"steps.{suffix}", **ALL)  # type: ignore[arg-type]
    assert same(found.items, WANTED) and found.kind == "series"
    assert found.answers == ["up", "down"] and found.groups == ["1", "2"]
    assert found.where(1).endswith(f"steps.{suffix}:3")


def test_channels_are_chosen_and_rows_left_in_order(tmp_path: Path) -> None:
    (tmp_path / "steps.csv").write_text(TABLE, encoding="utf-8")
    found = read_long(tmp_path / "steps.csv", id="who", x=["b"])
    assert same(found.items, [[[np.nan], [2], [8]], [[6]]]) and found.answers is None


def test_every_step_may_have_an_answer(tmp_path: Path) -> None:
    (tmp_path / "steps.csv").write_text("id,t,v,y\n1,2,0,b\n1,1,0,a\n2,1,0,\n", encoding="utf-8")
    found = read_long(tmp_path / "steps.csv", id="id", time="t", y="y", per_step=True)
    assert found.answers == [["a", "b"], [None]]


def test_columns_called_by_numbers_are_taken_by_name(tmp_path: Path) -> None:
    (tmp_path / "steps.csv").write_text("2,0,1\na,5,6\n", encoding="utf-8")
    assert same(read_long(tmp_path / "steps.csv", id="2").items, [[[5, 6]]])


@pytest.mark.parametrize(
    "times",
    [
        ["9", "10", "-1"],
        ["1.5", "1e3", "0"],
        ["2024-01-31", "2024-02-01T00:00:01", "2023-12-31"],
        ["2024-01-01T00:00:00+00:00", "2024-01-01T00:00:00-01:00", "2024-01-01T00:30:00+01:00"],
        ["1700000000000000001", "1700000000000000002", "1700000000000000000"],
    ],
)
def test_times_are_numbers_or_dates(times: list[str], tmp_path: Path) -> None:
    rows = "".join(f"1,{time},{place}\n" for time, place in zip(times, (2, 3, 1), strict=True))
    (tmp_path / "steps.csv").write_text("id,t,v\n" + rows, encoding="utf-8")
    assert same(read_long(tmp_path / "steps.csv", id="id", time="t").items, [[[1], [2], [3]]])


def test_frames_keep_types_of_answers() -> None:
    frame = Frame(
        who=np.array([7, 7, 8]),
        when=np.array(["2024-01-02", "2024-01-01", "2024-01-01"], "M8[ns]"),
        a=np.array([2, 1, 3]),
        b=np.array([None, 5.0, np.nan], object),
        y=np.array([True, True, False]),
    )
    found = from_frame(frame, id="who", time="when", y="y")
    assert same(found.items, [[[1, 5], [2, np.nan]], [[3, np.nan]]])
    assert found.answers == [True, False] and type(found.answers[0]) is bool
    assert found.where(1) == "frame, item 2"


def test_parquet_gives_the_same(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", reason="Parquet needs the extra `parquet`")
    parquet = pytest.importorskip("pyarrow.parquet")
    day = [datetime(2024, 1, number) for number in (2, 1, 1)]
    table = arrow.table({"who": ["x", "x", "y"], "when": day, "a": [3, 1, None], "kind": ["up", "up", "down"]})
    parquet.write_table(table, tmp_path / "steps.parquet")
    found = read_long(tmp_path / "steps.parquet", id="who", time="when", y="kind")
    assert same(found.items, [[[1], [3]], [[np.nan]]]) and found.answers == ["up", "down"]
    with pytest.raises(DataError) as caught:
        read_long(tmp_path / "steps.parquet", id="whom")
    assert "'who'? or one of" in three_lines(caught.value)


def test_parquet_whose_texts_are_no_utf_8_is_refused(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", reason="Parquet needs the extra `parquet`")
    parquet = pytest.importorskip("pyarrow.parquet")
    texts = arrow.array([b"\xff", b"b"], arrow.binary()).view(arrow.string())
    parquet.write_table(arrow.table({"who": texts, "x": [1.5, 2.5]}), tmp_path / "steps.parquet")
    with pytest.raises(DataError, match=r"must be sound Parquet\n  got  Unknown error"):
        read_long(tmp_path / "steps.parquet", id="who")


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="Parquet needs the extra `parquet`")
    (tmp_path / "steps.parquet").write_bytes(b"PAR1" + b"\xff" * 40 + b"PAR1")
    with pytest.raises(DataError) as caught:
        read_long(tmp_path / "steps.parquet", id="who")
    assert "must be sound Parquet" in three_lines(caught.value)


def test_parquet_without_its_library_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingError) as caught:
        read_long(tmp_path / "steps.parquet", id="who")
    assert "pyarrow" in three_lines(caught.value)


ID, TIMED, ANSWERED = {"id": "id"}, {"id": "id", "time": "t"}, {"id": "id", "y": "y"}


@pytest.mark.parametrize(
    ("text", "columns", "place", "fragments"),
    [
        ("", ID, "steps.csv:", ("an empty file",)),
        ("id,v\n", ID, "steps.csv:", ("must hold rows",)),
        ("id,v\n1,2\n", {"id": "di"}, "steps.csv:1:", ("have each column once", "'di'", "one of id, v")),
        ("id,v,v\n1,2,3\n", ID, "steps.csv:1:", ("'v' more than once",)),
        ("id,v\n1,2\n", {"id": "id", "x": ["w"]}, "steps.csv:1:", ("column 'w'",)),
        ("id,t\n1,2\n", TIMED, "steps.csv:1:", ("must have a column of values", "only id, t")),
        ("id,v\n1,2,3\n", ID, "steps.csv:2:", ("must have 2 columns",)),
        ("id,v\n1,2\n\n", ID, "steps.csv:3:", ("the id, must not be missing",)),
        ("id,v\n1,2\n?,2\n", ID, "steps.csv:3:", ("the id, must not be missing", "'?'")),
        ("id,v\n1,2\n1,high\n", ID, "steps.csv:3:", ("column 'v' must be a number", "'high'", "as nan")),
        ('id,v\n1,"2,5"\n', ID, "steps.csv:2:", ("column 'v' must be a number", "decimal point, as in '2.5'")),
        ("id,v\n1,-inf\n", ID, "steps.csv:2:", ("column 'v' must be a finite number",)),
        ("id,v\n1,1_0\n", ID, "steps.csv:2:", ("must be a finite number", "'1_0'")),
        ("id,t,v\n1,5,0\n2,5,0\n1,5.0,0\n", TIMED, "steps.csv:4:", ("each time once", "'5.0' in steps.csv:2 too")),
        ("id,t,v\n1,5,0\n1,noon,0\n", TIMED, "steps.csv:3:", ("column 't' must be a time", "'noon'", "2024-01-31")),
        ("id,t,v\n1,2024-01-01,0\n1,5,0\n", TIMED, "steps.csv:3:", ("must be a time", "'5'")),
        ("id,t,v\n1,5,0\n1,,0\n", TIMED, "steps.csv:3:", ("must be a time", "''")),
        (
            "id,v,y\n1,2,a\n2,2,b\n1,2,b\n",
            ANSWERED,
            "steps.csv:4:",
            ("same in all rows", "'b', and 'a' in steps.csv:2"),
        ),
        ("id,v,y\n1,2,\n", ANSWERED, "steps.csv:2:", ("column 'y' must be the same",)),
        ("id,v\n1,2\n", {"id": "id", "x": "v"}, "x:", ("must be a list of columns", "x=['v']")),
        ("id,v\n1,2\n", {"id": "id", "x": []}, "x:", ("must be a list of columns",)),
        ("id,v\n1,2\n", {"id": "id", "x": ["v", "v"]}, "id, time, x, y:", ("different columns", "'v' for two")),
        ("id,v\n1,2\n", {"id": "id", "per_step": True}, "per_step:", ("needs the column y",)),
    ],
)
def test_a_malformed_table_is_refused(
    text: str,
    columns: dict[str, Any],
    place: str,
    fragments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("steps.csv").write_text(text, encoding="utf-8")
    with pytest.raises(RegardError) as caught:
        read_long("steps.csv", **columns)
    assert isinstance(caught.value, DataError | OptionError)
    found = three_lines(caught.value)
    assert found.startswith(place), found
    assert [each for each in fragments if each not in found] == [], found


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        from_frame([1, 2], id="id")
    assert "must be a data frame" in three_lines(caught.value)
