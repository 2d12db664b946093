"""What is written as pairs is read as the same pairs, from every kind of file."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from regard.data import Pairs, read_csv, read_jsonl, read_pairs, read_parallel, read_tsv
from regard.errors import DataError

SOURCES = ["我的船是小的。", "Ein\u2028Haus", 'so "genannt"', "Größe\x85und\x0cGewicht"]
TARGETS = ["My boat is small.", "a house ", "so-called", "size and weight"]


def written(path: Path, content: str, encoding: str = "utf-8") -> Path:
    data = content.encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def lines(texts: list[str], end: str = "\n") -> str:
    return "".join(text + end for text in texts)


def table(sources: list[str], targets: list[str]) -> str:
    return lines([f"{source}\t{target}" for source, target in zip(sources, targets, strict=True)])


def same(pairs: Pairs, sources: list[str], targets: list[str]) -> bool:
    return pairs.sources == sources and pairs.targets == targets and len(pairs) == len(sources)


@pytest.mark.parametrize("gz", ["", ".gz"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_parallel_files_are_read_and_never_shifted(tmp_path: Path, gz: str, end: str, mark: str) -> None:
    source = written(tmp_path / f"train.zh{gz}", mark + lines(SOURCES, end))
    target = written(tmp_path / f"train.en{gz}", lines(TARGETS))
    pairs = read_pairs([source, target])
    assert same(pairs, SOURCES, TARGETS) and pairs.skipped == {}
    assert pairs.where(3) == f"{source}:4" and pairs.where(0, "target") == f"{target}:1"
    assert same(read_pairs(source=str(source), target=target), SOURCES, TARGETS)


def test_another_encoding_is_read_when_named(tmp_path: Path) -> None:
    source = written(tmp_path / "train.zh", lines(SOURCES), "gb18030")
    target = written(tmp_path / "train.en", lines(TARGETS), "gb18030")
    assert same(read_pairs([source, target], encoding="gb18030"), SOURCES, TARGETS)
    both = written(tmp_path / "train.tsv", table(SOURCES, TARGETS), "utf-16")
    assert same(read_pairs(both, encoding="utf-16"), SOURCES, TARGETS)


def test_blank_lines_are_skipped_only_when_asked_and_counted(tmp_path: Path) -> None:
    source = written(tmp_path / "train.de", "eins\n\ndrei\nvier\n \n")
    target = written(tmp_path / "train.en", "one\ntwo\n\u3000\nfour\n\n")
    pairs = read_parallel(source, target, blank="skip")
    assert same(pairs, ["eins", "vier"], ["one", "four"]) and pairs.skipped == {"blank": 3}
    assert [pairs.where(index) for index in (0, 1)] == [f"{source}:1", f"{source}:4"]


def test_a_tsv_gives_its_first_two_columns_and_quotes_are_literal(tmp_path: Path) -> None:
    path = written(tmp_path / "train.TSV", 'ein "Wort\ta word\tby A\n"zwei\t two \tby B\n')
    assert same(read_pairs(path), ['ein "Wort', '"zwei'], ["a word", " two "])


@pytest.mark.parametrize(("x", "y"), [("2", "3"), (2, 3), ("de", "en"), ("de", 3), ("2", "en")])
def test_columns_are_chosen_by_number_or_by_name(tmp_path: Path, x: Any, y: Any) -> None:
    named = not (str(x).isdigit() and str(y).isdigit())
    header = "id\tde\ten\n" if named else ""
    path = written(tmp_path / "train.tsv.gz", "\ufeff" + header + "1\teins\tone\n2\tzwei\ttwo\n")
    pairs = read_pairs([path], x=x, y=y)
    assert same(pairs, ["eins", "zwei"], ["one", "two"])
    assert pairs.where(0) == f"{path}:{1 + named}"


def test_blank_rows_of_a_table_are_counted_when_skipped(tmp_path: Path) -> None:
    path = written(tmp_path / "train.tsv", "\neins\tone\n\n \t\nzwei\t\n\t\t\ndrei\tthree\n")
    pairs = read_tsv(path, blank="skip")
    assert same(pairs, ["eins", "drei"], ["one", "three"]) and pairs.skipped == {"blank": 5}
    assert pairs.where(1) == f"{path}:7"


def test_csv_cells_may_hold_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    path = written(tmp_path / "train.csv", 'de,en\r\n"eins, zwei","one\r\ntwo"\r\n"sag ""drei""",three\r\n')
    pairs = read_pairs(path, x="de", y="en")
    assert same(pairs, ["eins, zwei", 'sag "drei"'], ["one\ntwo", "three"])
    assert [pairs.where(0), pairs.where(1)] == [f"{path}:2", f"{path}:4"]


@pytest.mark.parametrize("keys", [("source", "target"), ("src", "tgt"), ("x", "y")])
def test_json_lines_are_read_by_the_usual_keys(tmp_path: Path, keys: tuple[str, str]) -> None:
    items = [
        {"id": [{"a": None}], keys[1]: target, keys[0]: source} for source, target in zip(SOURCES, TARGETS, strict=True)
    ]
    path = written(tmp_path / "train.jsonl.gz", lines([json.dumps(item) for item in items]))
    assert same(read_pairs(path), SOURCES, TARGETS)


def test_json_keys_are_chosen_by_name(tmp_path: Path) -> None:
    path = written(tmp_path / "train.jsonl", '{"en": "a 😀", "de": "ein \\ud83d\\ude00", "source": "no"}\r\n\r\n')
    assert same(read_pairs(path, x="de", y="en", blank="skip"), ["ein 😀"], ["a 😀"])
    numbered = written(tmp_path / "numbered.jsonl", '{"1": "eins", "2": "one"}\n')
    assert same(read_pairs(numbered, x=1, y=2), ["eins"], ["one"])


def test_pairs_are_taken_with_their_places(tmp_path: Path) -> None:
    path = written(tmp_path / "train.tsv", table(SOURCES, TARGETS))
    taken = read_pairs(path).take([3, 1])
    assert same(taken, [SOURCES[3], SOURCES[1]], [TARGETS[3], TARGETS[1]])
    assert [taken.where(index) for index in (0, 1)] == [f"{path}:4", f"{path}:2"]


def test_pairs_of_two_lists_are_numbered_and_of_one_length() -> None:
    pairs = Pairs.of(SOURCES, TARGETS, "dates")
    assert same(pairs, SOURCES, TARGETS) and pairs.where(3) == "dates:4"
    with pytest.raises(DataError) as caught:
        Pairs.of(SOURCES, TARGETS[:3])
    assert str(caught.value).splitlines() == [
        "pairs: there must be as many targets as sources",
        "  got  4 sources, 3 targets",
        "  try  give exactly one target for every source, in the same order",
    ]


anything = some.characters(exclude_categories=["Cs"], exclude_characters="\0")
a_line = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0\n\r\t\ufeff"), min_size=1).filter(
    str.strip
)
a_text = some.text(anything, min_size=1).filter(str.strip)
round_trip = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)


@round_trip
@given(some.lists(some.tuples(a_line, a_line), min_size=1), some.sampled_from(["\n", "\r\n"]))
def test_any_lines_come_back_from_parallel_files_and_tsv(tmp_path: Path, rows: list[tuple[str, str]], end: str) -> None:
    sources, targets = [row[0] for row in rows], [row[1] for row in rows]
    source = written(tmp_path / "a.x", lines(sources, end))
    target = written(tmp_path / "a.y.gz", lines(targets, end))
    assert same(read_parallel(source, target), sources, targets)
    assert same(read_tsv(written(tmp_path / "a.tsv", lines(["\t".join(row) for row in rows], end))), sources, targets)


@round_trip
@given(some.lists(some.tuples(a_text, a_text), min_size=1), some.booleans())
def test_any_texts_come_back_from_json_lines_and_csv(
    tmp_path: Path, rows: list[tuple[str, str]], ascii_only: bool
) -> None:
    sources, targets = [row[0] for row in rows], [row[1] for row in rows]
    items = [json.dumps({"x": x, "y": y}, ensure_ascii=ascii_only) for x, y in rows]
    assert same(read_jsonl(written(tmp_path / "a.jsonl", lines(items))), sources, targets)
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    pairs = read_csv(written(tmp_path / "a.csv", buffer.getvalue()))
    assert same(pairs, [unix(text) for text in sources], [unix(text) for text in targets])


def unix(text: str) -> str:
    """Inside quotes, a line break of any system is a line feed."""
    return text.replace("\r\n", "\n")
