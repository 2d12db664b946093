"""IDX files: what MNIST's relatives hold, and headers that do not tell the truth."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from test_malformed import three_lines

from regard.data.recorded import read_idx
from regard.errors import DataError


def idx(*sizes: int, kind: int = 8, content: bytes | None = None) -> bytes:
    header = struct.pack(f">BBBB{len(sizes)}I", 0, 0, kind, len(sizes), *sizes)
    return header + (bytes(range(int(np.prod(sizes)))) if content is None else content)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_images_and_labels(tmp_path: Path, suffix: str) -> None:
    for name, content in (("images", idx(2, 3, 4)), ("labels", idx(2)), ("wide", idx(2, kind=11, content=b"\1\2\0\3"))):
        (tmp_path / f"{name}{suffix}").write_bytes(gzip.compress(content) if suffix else content)
    found = read_idx(tmp_path / f"images{suffix}", tmp_path / f"labels{suffix}")
    assert found.kind == "image" and found.answers == [0, 1] and len(found) == 2
    np.testing.assert_array_equal(found.items, np.arange(24).reshape(2, 3, 4))
    assert found.where(1) == f"{tmp_path}/images{suffix}, item 2"
    assert read_idx(tmp_path / f"images{suffix}").answers is None
    assert read_idx(tmp_path / f"images{suffix}", tmp_path / f"wide{suffix}").answers == [258, 3]


GOOD, LABELS = idx(2, 3, 4), idx(2)
# fmt: off
MALFORMED = {
    "no IDX": (b"P5 28 28", LABELS, ("images: must begin as IDX", "bytes 50 35 20 32")),
    "empty": (b"", LABELS, ("images: must begin as IDX", "an empty file")),
    "another type": (idx(2, 3, 4, kind=13), LABELS, ("images: must begin as IDX",)),
    "labels for images": (LABELS, GOOD, ("images have 3 axes", "got  1", "images first")),
    "images for labels": (GOOD, GOOD, ("labels: labels have 1 axes", "got  3")),
    "whole numbers of 16 bits": (idx(1, 1, 1, kind=11, content=b"ab"), LABELS, ("images must be bytes", "int16")),
    "half a header": (GOOD[:9], LABELS, ("images: must hold a whole header", "9 bytes")),
    "cut off": (GOOD[:-1], LABELS, ("2 × 3 × 4 images, 24 bytes must follow", "got  23")),
    "added to": (GOOD + b"\0", LABELS, ("24 bytes must follow", "got  more")),
    "a header of a huge set": (idx(*[2**32 - 1] * 3, content=b""), LABELS, ("bytes must follow", "got  0")),
    "no images": (idx(0, 3, 4), LABELS, ("must hold images", "0 × 3 × 4")),
    "images without rows": (idx(2, 0, 4), LABELS, ("must hold images",)),
    "too few labels": (GOOD, idx(1), ("a label an image", "2 images, 1 labels")),
}
PACKED = {
    "a cut .gz": (gzip.compress(GOOD)[:-9], ("sound gzip data",)),
    "no .gz": (GOOD, ("sound gzip data", "Not a gzipped file")),
    "cut off before it was packed": (gzip.compress(GOOD[:-1]), ("24 bytes must follow", "got  23")),
    "added to before it was packed": (gzip.compress(GOOD + b"\0"), ("24 bytes must follow", "got  more")),
    "a huge set": (gzip.compress(idx(2**16, 2**16, 1, content=b"")), ("at most 2,147,483,648 bytes", "gunzip")),
    "a set that is not there": (gzip.compress(idx(2**15, 2**15, 1, content=b"")), ("bytes must follow", "got  0")),
}
# fmt: on


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_files_are_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images, labels, fragments = MALFORMED[name]
    monkeypatch.chdir(tmp_path)
    Path("images").write_bytes(images)
    Path("labels").write_bytes(labels)
    with pytest.raises(DataError) as caught:
        read_idx("images", "labels")
    text = three_lines(caught.value)
    assert [fragment for fragment in fragments if fragment not in text] == [], text


@pytest.mark.parametrize("name", PACKED)
def test_malformed_packed_files_are_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, fragments = PACKED[name]
    monkeypatch.chdir(tmp_path)
    Path("images.gz").write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_idx("images.gz")
    text = three_lines(caught.value)
    assert [fragment for fragment in fragments if fragment not in text] == [], text


def test_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        read_idx(tmp_path / "images")
