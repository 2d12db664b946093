"""`.npy` and `.npz` files: never pickle, and no byte is set aside before the file is seen to hold it."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase, BytesIO
from pathlib import Path
from tokenize import TokenError
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from regard.data.files import brief, open_bytes, quoted, shown
from regard.errors import DataError

MOST_UNPACKED = 1 << 32
"""Bytes that the arrays of an .npz may have together: 4 GB. A small file can claim to hold many more."""
LONGEST_HEADER = 10_000
"""Bytes, as numpy has it for files of strangers."""
BROKEN = (
    *(ValueError, TypeError, KeyError, OSError, EOFError, RuntimeError, SyntaxError, TokenError),
    *(zipfile.BadZipFile, zlib.error),
)
"""What numpy and zipfile raise for files that are not sound: a header is a literal of Python."""


def open_npy(path: Path) -> NDArray[Any]:
    """The array of an `.npy` file, mapped into memory: what is not looked at is not read.

    Raises DataError if the file cannot be opened, is no `.npy`, holds Python objects, or is shorter than it says.
    """
    with open_bytes(path) as stream:
        _check(stream, path.stat().st_size, shown(path))
    try:
        with _old_headers():
            found: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except BROKEN as error:
        raise _unsound(shown(path), str(error)) from error
    return found


def read_npz(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of an `.npz` file by name, in natural order (2 before 10).

    Raises DataError if the file cannot be opened, is no `.npz`, is damaged, holds Python objects or more than 4 GB.
    """
    open_bytes(path).close()
    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
            total = sum(member.file_size for member in members)
            if total > MOST_UNPACKED:
                hint = "save each array as .npy: it is read piece by piece"
                rule = f"{shown(path)}: arrays may have at most {MOST_UNPACKED:,} bytes together"
                raise DataError(rule, got=f"{total:,} bytes", hint=hint)
            found = {name: array for member in members for name, array in _member(packed, member, path)}
    except BROKEN as error:
        if isinstance(error, DataError):
            raise
        raise _unsound(shown(path), str(error)) from error
    return {name: found[name] for name in sorted(found, key=natural)}


def natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts numbers within names by size.

    >>> sorted(["walk10", "walk9"], key=natural)
    ['walk9', 'walk10']
    """
    parts = re.split(r"([0-9]{1,18})", name)
    return [(int(part), "") if part.isascii() and part.isdecimal() else (-1, part) for part in parts]


def _member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> Iterator[tuple[str, NDArray[Any]]]:
    """Name and array of one file within an .npz."""
    if not member.filename.endswith(".npy"):
        hint = "numpy.savez writes such files"
        raise DataError(f"{shown(path)}: must hold only arrays", got=f"a file {quoted(member.filename)}", hint=hint)
    name = member.filename.removesuffix(".npy")
    with packed.open(member) as stream:
        _check(stream, member.file_size, f"{shown(path)}, array {brief(name)}")
    with packed.open(member) as stream, _old_headers():
        found = npy.read_array(stream, allow_pickle=False)
    yield name, found


def _check(stream: BufferedIOBase | IO[bytes], size: int, where: str) -> None:
    """Raises DataError unless a header is sound and as many bytes follow as it promises."""
    try:
        shape, _, kind = _header(stream)
    except BROKEN as error:
        raise _unsound(where, str(error)) from error
    if kind.hasobject:
        hint = "an array of equal lengths, or x of all steps with lengths: numpy.savez(file, x=…, lengths=…)"
        raise DataError(f"{where}: must hold numbers, not Python objects", got="an array of objects", hint=hint)
    count = 1
    for axis in shape:
        count *= axis
    if min(shape, default=0) < 0 or count * kind.itemsize != size - stream.tell():
        got = f"{size - stream.tell():,} bytes of data for an array {shape} of {kind}"
        raise DataError(f"{where}: must be as long as its header says", got=got, hint="copy it again, or save it again")


def _header(stream: BufferedIOBase | IO[bytes]) -> Any:
    """Shape, order and type; of a header that claims to be longer than any is nothing read."""
    version = npy.read_magic(stream)
    size = stream.read(2 if version == (1, 0) else 4)
    if (count := int.from_bytes(size, "little")) > LONGEST_HEADER:
        raise ValueError(f"a header of {count:,} bytes")
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    with _old_headers():
        return read(BytesIO(size + stream.read(count)))


@contextmanager
def _old_headers() -> Iterator[None]:
    """Files that Python 2 wrote are read like others, and nothing is said of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _unsound(where: str, reason: str) -> DataError:
    """The error for bytes that are no array."""
    hint = "numpy.save writes .npy, numpy.savez writes .npz"
    got = quoted(reason.partition("\n")[0], 120)
    return DataError(f"{where}: must be a sound numpy file", got=got, hint=hint)
