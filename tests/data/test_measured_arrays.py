"""Items in numpy's files: every form that fits, nothing that would need pickle, nothing longer than its file."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.lib import format as npy
from test_malformed import three_lines

from regard.data.measured import read_arrays
from regard.errors import DataError

CUBE = np.arange(24.0).reshape(2, 4, 3)
TEXTS = np.array(["up", "down"])


def saved(folder: Path, array: Any, name: str = "x.npy") -> Path:
    np.save(folder / name, array)
    return folder / name


def packed(folder: Path, **arrays: Any) -> Path:
    np.savez_compressed(folder / "x.npz", **arrays)
    return folder / "x.npz"


@pytest.mark.parametrize(
    ("kind", "array", "shape"),
    [
        ("series", CUBE, (4, 3)),
        ("series", CUBE[0], (3,)),
        ("vectors", CUBE, (4, 3)),
        ("image", CUBE.astype(np.uint8), (4, 3)),
        ("image", np.zeros((2, 5, 6, 3), np.float16), (5, 6, 3)),
    ],
)
def test_one_array_holds_all_items(kind: str, array: Any, shape: tuple[int, ...], tmp_path: Path) -> None:
    found = read_arrays(saved(tmp_path, array), kind=kind)
    assert found.kind == kind and len(found) == len(array) and found.answers is None
    assert found.items[1].shape == shape and found.items[1].dtype == array.dtype
    assert (np.stack(found.items) == array).all()


def test_answers_and_groups_stand_beside(tmp_path: Path) -> None:
    found = read_arrays(packed(tmp_path, x=CUBE, y=TEXTS, groups=np.array([5, 6])))
    assert found.answers == ["up", "down"] and found.groups == [5, 6]
    assert [type(each) for each in found.groups] == [int, int]


def test_padded_items_are_cut_to_their_lengths(tmp_path: Path) -> None:
    y = np.array([[1, 2, 3, 0], [4, 0, 0, 0]])
    found = read_arrays(packed(tmp_path, x=CUBE, lengths=np.array([3, 1]), y=y))
    assert [item.tolist() for item in found.items] == [CUBE[0, :3].tolist(), CUBE[1, :1].tolist()]
    assert found.answers == [[1, 2, 3], [4]]


def test_steps_of_all_items_may_lie_end_to_end(tmp_path: Path) -> None:
    found = read_arrays(packed(tmp_path, x=CUBE[0], lengths=[3, 1], y=np.array([0.5, 1, 2, 3])), kind="vectors")
    assert [item.tolist() for item in found.items] == [CUBE[0, :3].tolist(), CUBE[0, 3:].tolist()]
    assert found.answers == [[0.5, 1, 2], [3]]


def test_every_item_may_have_an_array_in_natural_order(tmp_path: Path) -> None:
    arrays = {f"walk{number}": np.ones((number, 2)) for number in range(1, 12)}
    found = read_arrays(packed(tmp_path, **arrays, y=np.arange(11)))
    assert [len(item) for item in found.items] == list(range(1, 12)) and found.answers == list(range(11))


def test_a_folder_holds_a_file_for_each_item(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        saved(tmp_path, np.full((number, 2), number), f"{number}.npy")
    found = read_arrays(tmp_path)
    assert [len(item) for item in found.items] == [1, 2, 10] and found.answers is None


def test_a_folder_of_folders_holds_classes(tmp_path: Path) -> None:
    for name in ("up", "down"):
        (tmp_path / name).mkdir()
        saved(tmp_path / name, np.ones((3, 2)), "a.npy")
    assert read_arrays(tmp_path).answers == ["down", "up"]


def header(shape: str, descr: str = "'<f8'") -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return npy.magic(1, 0) + len(text).to_bytes(2, "little") + text


def raw(content: bytes, name: str = "x.npy") -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return write


def member(name: str, content: bytes) -> Callable[[Path], Path]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
    return raw(stream.getvalue(), "x.npz")


def objects(folder: Path) -> Path:
    np.save(folder / "x.npy", np.array([[1], [1, 2]], object), allow_pickle=True)
    return folder / "x.npy"


def mixed_folder(folder: Path) -> Path:
    (folder / "up").mkdir()
    saved(folder, CUBE[0])
    return folder


def bomb(folder: Path) -> Path:
    path = member("x.npy", header("(1,)") + bytes(8))(folder)
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = (2**32 - 2).to_bytes(4, "little")
    second = content.index(b"PK\x01\x02") + 20
    content[second : second + 4] = (2**32 - 2).to_bytes(4, "little")
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("write", "fragments"),
    [
        (raw(b""), ("x.npy: must be a sound numpy file", "numpy.save writes")),
        (raw(b"hello, world"), ("x.npy: must be a sound numpy file", "magic")),
        (raw(header("(9999999999, 3)") + bytes(48)), ("must be as long as its header says", "48 bytes")),
        (raw(header("(-2, -1, 3)") + bytes(48)), ("as long as its header says",)),
        (raw(header("(2, 3)") + bytes(40)), ("as long as its header says", "40 bytes of data for an array (2, 3)")),
        (raw(header("(2, 3)") + bytes(56)), ("as long as its header says",)),
        (raw(header("(2, 3)", "'O'") + bytes(48)), ("must hold numbers, not Python objects",)),
        (raw(header("__import__('os')") + bytes(48)), ("must be a sound numpy file",)),
        (raw(header("(2, 3)", "'spam'") + bytes(48)), ("must be a sound numpy file",)),
        (raw(header("(2, 3") + bytes(48)), ("must be a sound numpy file",)),
        (raw(header("(2, 3]") + bytes(48)), ("must be a sound numpy file",)),
        (objects, ("must hold numbers, not Python objects", "lengths=")),
        (lambda folder: folder / "y.npy", ("y.npy: there is no such file",)),
        (lambda folder: saved(folder, np.ones(4)), ("must be (items, steps) or", "array (4,)", "array[None]")),
        (lambda folder: saved(folder, np.ones((0, 4))), ("and not empty", "array (0, 4)")),
        (lambda folder: saved(folder, np.ones((2, 2), complex)), ("must hold real numbers", "complex128")),
        (lambda folder: saved(folder, TEXTS[None]), ("must hold real numbers", "<U4")),
        (raw(b"PK no archive", "x.npz"), ("x.npz: must be a sound numpy file", "not a zip file")),
        (member("notes.txt", b"hello"), ("must hold only arrays", "'notes.txt'")),
        (member("x.npy", header("(2, 3)") + bytes(8)), ("array x: must be as long as its header says",)),
        (bomb, ("x.npz",)),
        (lambda folder: packed(folder), ("must hold items", "no arrays")),
        (lambda folder: packed(folder, y=TEXTS), ("must hold items", "arrays y")),
        (lambda folder: packed(folder, x=CUBE, y=np.arange(3)), ("as many answers as items", "3 answers")),
        (lambda folder: packed(folder, x=CUBE, y=np.ones((2, 3, 1))), ("array y: must be a list of answers",)),
        (lambda folder: packed(folder, x=CUBE, y=np.ones((2, 3))), ("an answer for every step", "3 a row", "4 steps")),
        (lambda folder: packed(folder, x=CUBE, y=np.ones(2) * 1j), ("array y: must hold numbers or texts",)),
        (lambda folder: packed(folder, x=CUBE, z=CUBE), ("cannot stand beside", "arrays x, z")),
        (lambda folder: packed(folder, x=CUBE, lengths=[3]), ("lengths must fit x", "1 lengths")),
        (lambda folder: packed(folder, x=CUBE, lengths=[3, 5]), ("lengths must fit x", "at most 5")),
        (lambda folder: packed(folder, x=CUBE, lengths=[3, 0]), ("whole numbers from 1", "the smallest 0")),
        (lambda folder: packed(folder, x=CUBE, lengths=[0.5, 1]), ("whole numbers from 1", "float64")),
        (lambda folder: packed(folder, a=CUBE[0], b=CUBE), ("array b: must be (steps,) or (steps, channels)",)),
        (mixed_folder, ("only files or only folders", "1 folders, 1 files")),
        (lambda folder: folder, ("must hold .npy files", "none")),
    ],
)
def test_a_malformed_file_is_refused(write: Callable[[Path], Path], fragments: tuple[str, ...], tmp_path: Path) -> None:
    path = write(tmp_path)
    with pytest.raises(DataError) as caught:
        read_arrays(path)
    found = three_lines(caught.value)
    assert [each for each in fragments if each not in found] == [], found


def test_vectors_need_an_axis_of_items(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_arrays(saved(tmp_path, CUBE[0]), kind="vectors")
    assert "must be (items, n, d)" in three_lines(caught.value)


def test_more_than_4_gigabytes_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regard.data.measured.numpy_files.MOST_UNPACKED", 300)
    with pytest.raises(DataError) as caught:
        read_arrays(packed(tmp_path, x=CUBE))
    assert "may have at most 300 bytes" in three_lines(caught.value)


def test_a_file_that_python_2_wrote_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path, CUBE)
    shape = f"{CUBE.shape}".encode()
    assert b" " * len(shape) in path.read_bytes()[:128]
    long = shape.replace(b",", b"L,").replace(b")", b"L)")
    path.write_bytes(path.read_bytes().replace(shape + b", }" + b" " * (len(long) - len(shape)), long + b", }", 1))
    assert np.array_equal(read_arrays(path).items[0], CUBE[0])


def test_a_header_that_claims_gigabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(b"\x93NUMPY\x02\x00\xff\xff\xff\xf0{'descr'")
    with pytest.raises(DataError) as caught:
        read_arrays(path)
    assert "a header of 4,043,309,055 bytes" in three_lines(caught.value)
