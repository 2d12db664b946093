"""What was written since the last block: records one behind the other, each flushed before it counts as written.

    record = MARK, its length (8 bytes), its SHA-256 (32 bytes), and a file of entries as part.py has it

A record that ends too early at the end of the file was never acknowledged, and is cut off by the next writer. One whose
bytes are others than were written, with whole ones behind it, is damaged: it is named, and the others are read.
"""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from regard.errors import FolderError
from regard.folder.atomic import flush_folder
from regard.memory.part import Part, decoded

MARK = b"regard entries 1"
HEAD = len(MARK) + 8 + hashlib.sha256().digest_size


class Scanned(NamedTuple):
    """The records that are whole, where the last of them ends, and where damaged bytes lie before it."""

    parts: list[Part]
    end: int
    damaged: list[int]


def append(path: Path, end: int, content: bytes) -> int:
    """Writes a record at `end`, and returns where it ends, once it is on the disk; FolderError where it cannot be."""
    record = MARK + len(content).to_bytes(8, "little") + hashlib.sha256(content).digest() + content
    new = not path.exists()
    try:
        with path.open("r+b" if not new else "w+b") as file:
            file.truncate(end)
            file.seek(end)
            file.write(record)
            file.flush()
            os.fsync(file.fileno())
        if new:
            flush_folder(path.parent)
    except OSError as error:
        raise FolderError(
            f"{path}: the entries could not be written",
            got=str(error),
            hint="free space or rights on that folder; what was written before is kept",
        ) from error
    return end + len(record)


def scan(path: Path, start: int = 0) -> Scanned:
    """The records from byte `start` on; none where there is no such file."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            content = bytearray(file.read())
    except FileNotFoundError:
        return Scanned([], start, [])
    parts: list[Part] = []
    damaged: list[int] = []
    place, end = 0, 0
    while (found := content.find(MARK, place)) >= 0:
        read = _record(content, found)
        if read is None:  # half a record, or another content: the next whole one tells which
            place = found + 1
            continue
        if found > end:
            damaged.append(start + end)
        parts.append(read[0])
        place = end = read[1]
    return Scanned(parts, start + end, damaged)


def _record(content: bytearray, start: int) -> tuple[Part, int] | None:
    """The entries of the record that starts there, and where it ends; None where it is not whole."""
    size = int.from_bytes(content[start + len(MARK) : start + len(MARK) + 8], "little")
    told, end = content[start + len(MARK) + 8 : start + HEAD], start + HEAD + size
    if end > len(content):
        return None
    body = content[start + HEAD : end]
    if hashlib.sha256(body).digest() != told:
        return None
    return decoded(body), end
