"""IDX files, the form in which MNIST and its relatives are published: images and their labels."""

import gzip
import math
import struct
import zlib
from collections.abc import Sequence
from io import BufferedIOBase
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from regard.data.examples import Examples
from regard.data.files import open_bytes, shown
from regard.data.recorded.media import check_file
from regard.errors import DataError

TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4"}
MOST_UNPACKED = 1 << 31
CHUNK = 1 << 20


def read_idx(images: str | Path, labels: str | Path | None = None) -> Examples:
    """Images (n, rows, columns) of uint8, and a whole number for each if there are labels; plain files or .gz.

    A plain file of images is mapped, not read; a .gz lies in memory, up to 2 GiB of it. Raises DataError unless
    headers are sound, files are exactly as long as their headers say, and there are as many labels as images.
    """
    pixels = _read(Path(images), "images", 3)
    if pixels.dtype != np.uint8:
        hint = "scale them to 0 to 255 and write them with type 08"
        raise DataError(f"{shown(images)}: images must be bytes", got=pixels.dtype.name, hint=hint)
    answers = None if labels is None else _read(Path(labels), "labels", 1).tolist()
    if answers is not None and len(answers) != len(pixels):
        got = f"{len(pixels):,} images, {len(answers):,} labels in {shown(labels or '')}"
        raise DataError(f"{shown(images)}: there must be a label an image", got=got, hint="take both of one set")
    return Examples("image", cast(Sequence[Any], pixels), answers, origin=str(images))


def _read(path: Path, what: str, axes: int) -> NDArray[np.generic]:
    """The numbers of a file with so many axes."""
    check_file(path)
    packed = path.suffix.lower() == ".gz"
    with open_bytes(path) as stream:
        kind, sizes = _header(_bytes(stream, 4 + 4 * axes, path), path, what, axes)
        count = math.prod(sizes) * kind.itemsize
        if packed:
            if count > MOST_UNPACKED:
                got = f"{count:,} bytes by its header"
                hint = "unpack it: gunzip; a plain file is not read into memory"
                raise DataError(f"{shown(path)}: a .gz may hold at most {MOST_UNPACKED:,} bytes", got=got, hint=hint)
            content = _bytes(stream, count + 1, path)
            there: float = len(content)
        else:
            there = path.stat().st_size - 4 - 4 * axes
        if there != count:
            got = f"{'more' if there > count else f'{there:,.0f}'}"
            rule = f"{shown(path)}: by its header, {' × '.join(map(str, sizes))} {what}, {count:,} bytes must follow"
            raise DataError(rule, got=got, hint="copy the file again; it was cut off or added to")
        if packed:
            return np.frombuffer(content, kind).reshape(sizes)
        return np.memmap(path, kind, "r", 4 + 4 * axes, sizes)


def _header(start: bytes, path: Path, what: str, axes: int) -> tuple[np.dtype[np.generic], tuple[int, ...]]:
    """The type of the numbers and the size of each axis."""
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in TYPES:
        hint = "give a file in IDX form, such as train-images-idx3-ubyte, plain or as .gz"
        got = f"bytes {start[:4].hex(' ')}" if start else "an empty file"
        raise DataError(f"{shown(path)}: must begin as IDX, 00 00 08", got=got, hint=hint)
    if start[3] != axes:
        hint = "name the file of images first, then that of labels"
        raise DataError(f"{shown(path)}: {what} have {axes} axes in IDX", got=f"{start[3]}", hint=hint)
    if len(start) < 4 + 4 * axes:
        hint = "copy the file again; it was cut off"
        raise DataError(f"{shown(path)}: must hold a whole header", got=f"{len(start)} bytes", hint=hint)
    sizes = struct.unpack(f">{axes}I", start[4:])
    if not all(sizes):
        got = " × ".join(map(str, sizes))
        raise DataError(f"{shown(path)}: must hold {what}", got=got, hint="check what was to write it")
    return np.dtype(TYPES[start[2]]), sizes


def _bytes(stream: BufferedIOBase, count: int, path: Path) -> bytes:
    """So many bytes, or all that there are; memory grows with what is there, not with what is asked for."""
    found = bytearray()
    try:
        while len(found) < count and (piece := stream.read(min(CHUNK, count - len(found)))):
            found += piece
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        hint = "copy it again; gzip -t tests it"
        raise DataError(f"{shown(path)}: .gz must be sound gzip data", got=str(error), hint=hint) from error
    return bytes(found)
