"""Lines are what line feeds end, in every encoding, however the bytes arrive."""

import gzip
import io
import os
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from regard.data import lines, read_lines, read_sources
from regard.data.encodings import likely_encodings
from regard.errors import DataError, OptionError

FALSE_ENDS = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\x1dh\x1ei\rj"
TEXTS = ["我的船是小的。", "", " zwei ", FALSE_ENDS, "Grüße", "\u3000", "最后"]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030"]


def written(folder: Path, content: str | bytes, name: str = "text") -> Path:
    data = content.encode("utf-8") if isinstance(content, str) else content
    path = folder / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.fixture
def trickle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three bytes at a time, so that characters and line ends are cut in two."""
    monkeypatch.setattr(lines, "CHUNK", 3)


def test_only_line_feeds_end_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "\n".join(TEXTS) + "\n")
    assert list(read_lines(path)) == list(enumerate(TEXTS, 1))


def test_the_last_line_needs_no_end_and_an_end_makes_no_line(tmp_path: Path) -> None:
    assert list(read_lines(written(tmp_path, "a\nb"))) == [(1, "a"), (2, "b")]
    assert list(read_lines(written(tmp_path, "a\nb\n"))) == [(1, "a"), (2, "b")]
    assert list(read_lines(written(tmp_path, "a\nb\n\n"))) == [(1, "a"), (2, "b"), (3, "")]
    assert list(read_lines(written(tmp_path, "\n"))) == [(1, "")]


@pytest.mark.usefixtures("trickle")
@pytest.mark.parametrize("name", ["text", "text.gz"])
def test_carriage_returns_belong_to_line_ends_and_a_mark_to_the_start(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, "\ufeffeins\r\n\r\nzw\rei\r\n\ufeffdrei\r", name)
    assert list(read_lines(path)) == [(1, "eins"), (2, ""), (3, "zw\rei"), (4, "\ufeffdrei")]


@pytest.mark.usefixtures("trickle")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_bytes_that_trickle_in_are_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, ("\r\n".join(TEXTS) + "\r\n").encode(encoding))
    assert [line for _, line in read_lines(path, encoding)] == TEXTS


@pytest.mark.usefixtures("trickle")
@pytest.mark.parametrize(("encoding", "bad"), [("utf-8", b"\xff"), ("gb18030", b"\xff"), ("utf-16-le", b"\0\xdc")])
def test_the_line_of_a_bad_byte_is_right_however_bytes_arrive(tmp_path: Path, encoding: str, bad: bytes) -> None:
    path = written(tmp_path, "船\n船你\n".encode(encoding) + "你".encode(encoding) + bad + "\n".encode(encoding))
    with pytest.raises(DataError, match=rf"text:3: text must be {encoding}"):
        list(read_lines(path, encoding))


@pytest.mark.usefixtures("trickle")
def test_the_line_of_a_nul_is_right_however_bytes_arrive(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"text:3: text must not hold NUL"):
        list(read_lines(written(tmp_path, "\n船\n\0\n\n")))


def test_the_line_of_an_overlong_one_is_right_across_chunks(tmp_path: Path) -> None:
    path = written(tmp_path, "kurz\n" * 99_999 + "z" * 50 + "\n" + "z" * 51 + "\nkurz\n")
    with pytest.raises(DataError, match=r"text:100001: a line may have at most 50 characters"):
        list(read_lines(path, longest=50))
    assert sum(1 for _ in read_lines(path, longest=51)) == 100_002


def test_a_gzip_bomb_costs_no_memory(tmp_path: Path) -> None:
    path = written(tmp_path, b"a" * 50_000_000, "text.gz")
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"text\.gz:1: a line may have at most"):
            list(read_lines(path))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_pipe_is_read_like_a_file() -> None:
    end, start = os.pipe()
    writer = threading.Thread(target=lambda: (os.write(start, "船\n二".encode()), os.close(start)))
    writer.start()
    assert list(read_lines(f"/dev/fd/{end}")) == [(1, "船"), (2, "二")]
    writer.join()
    os.close(end)


class Terminal(io.RawIOBase):
    """Gives one line a read, and knows how many it gave."""

    def __init__(self, *given: bytes) -> None:
        self.left, self.reads = list(given), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        self.reads += 1
        piece = self.left.pop(0) if self.left else b""
        buffer[: len(piece)] = piece
        return len(piece)


def standard_input(monkeypatch: pytest.MonkeyPatch, *given: bytes) -> Terminal:
    terminal = Terminal(*given)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(terminal), encoding="ascii"))
    return terminal


def test_standard_input_gives_each_line_as_soon_as_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = standard_input(monkeypatch, "船\n".encode(), b"\n", b"three\n")
    sources: Iterator[str] = read_sources("-")
    assert next(sources) == "船" and terminal.reads == 1
    assert next(sources) == "" and terminal.reads == 2
    assert list(sources) == ["three"]


def test_standard_input_may_be_empty_and_in_another_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch)
    assert list(read_sources()) == []
    standard_input(monkeypatch, "船\n".encode("gb18030"))
    assert list(read_sources(encoding="gb18030")) == ["船"]


def test_bad_standard_input_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, b"ein\n", "你好，世界\n".encode("gb18030"))
    with pytest.raises(DataError) as caught:
        list(read_sources())
    assert str(caught.value).startswith("standard input:2: text must be utf-8\n")
    assert "--encoding gb18030 reads '你好，世界'" in str(caught.value)
    standard_input(monkeypatch, b"ein\n")
    with pytest.raises(OptionError, match="encoding: must be one that text files are in"):
        list(read_sources(encoding="utf-99"))
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(DataError, match=r"standard input: must be open\n  got  a closed stream\n  try  name a file"):
        list(read_sources())


def test_sources_from_a_file_keep_blank_lines(tmp_path: Path) -> None:
    assert list(read_sources(written(tmp_path, "a\n\nb\n", "text.gz"))) == ["a", "", "b"]


def test_what_is_plain_ascii_or_sound_utf8_suggests_no_other_encoding() -> None:
    assert likely_encodings(b"plain text") == []
    assert likely_encodings("schöne Grüße, 你好".encode(), besides="utf-8") == []


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("天气很好，我们去公园吧。", "gb18030"),
        ("天氣很好，我們去公園吧。", "big5"),
        ("今日はいい天気ですから、公園へ行きましょう。", "shift_jis"),
        ("今日はいい天気ですから、公園へ行きましょう。", "euc-jp"),
        ("오늘은 날씨가 좋아서 공원에 갑니다.", "euc-kr"),
        ("Schöne Grüße aus Köln", "latin-1"),
        ("L’été déjà fini", "cp1252"),
        ("plain text", "utf-16"),
        ("plain text", "utf-16-le"),
        ("天气很好", "utf-8"),
    ],
)
def test_the_likely_encoding_comes_first_with_what_it_reads(text: str, encoding: str) -> None:
    guesses = likely_encodings(f"{text}\n{text}\n".encode(encoding), besides="ascii")
    assert guesses[0] == (encoding, text)


@given(some.binary(max_size=300))
def test_hostile_bytes_are_read_or_refused_in_three_lines(data: bytes) -> None:
    for encoding in ("utf-8", "utf-16", "gb18030", "shift_jis", "latin-1"):
        try:
            read = list(lines.stream_lines(io.BufferedReader(io.BytesIO(data)), "bytes", encoding))
        except DataError as error:
            assert str(error).count("\n") == 2 and str(error).replace("\n", "").isprintable()
        else:
            assert [number for number, _ in read] == list(range(1, len(read) + 1))
