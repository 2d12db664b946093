"""A block of entries on the disk, mapped; its checksum is compared before anything of it is read."""

import hashlib
import mmap
from pathlib import Path
from typing import Any, NamedTuple

from regard.errors import FolderError
from regard.folder.atomic import write_bytes
from regard.memory.part import Part, decoded


class Told(NamedTuple):
    """What memory.json says of a block: its file, how many entries it holds, and its SHA-256."""

    file: str
    entries: int
    sha256: str

    @classmethod
    def written(cls, folder: Path, number: int, part: Part) -> "Told":
        """Writes a block of that number; FolderError where that cannot be."""
        content = part.encoded()
        told = cls(f"block-{number:08}.safetensors", len(part), hashlib.sha256(content).hexdigest())
        write_bytes(folder / told.file, content)
        return told

    @classmethod
    def of(cls, record: Any) -> "Told":
        """As memory.json has it; TypeError, ValueError or KeyError where it cannot be that."""
        told = cls(record["file"], record["entries"], record["sha256"])
        if not (isinstance(told.entries, int) and told.entries > 0 and Path(told.file).name == told.file):
            raise ValueError(f"block {record!r:.60}")
        return told


class Block:
    """A mapped block, or one that is missing: only `part` tells."""

    def __init__(self, path: Path, told: Told) -> None:
        self.path, self.told = path, told
        self._part: Part | None = None
        self._mapped: mmap.mmap | None = None
        self._lacks = ""
        try:
            with path.open("rb") as file:
                self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        except FileNotFoundError:
            self._lacks = "no such file"
        except ValueError:
            self._lacks = "an empty file"

    @property
    def missing(self) -> bool:
        """Whether there is no such file."""
        return self._lacks == "no such file"

    def part(self) -> Part:
        """Its entries. The first time all of it is read and compared: where it is damaged a FolderError names it."""
        if self._part is None:
            if self._mapped is None or hashlib.sha256(self._mapped).hexdigest() != self.told.sha256:
                raise FolderError(
                    f"{self.path}: the block must be the one that was written",
                    got=f"{self._lacks or 'another content'}; {self.told.entries:,} entries are not read",
                    hint="restore it from a copy, or remember again what it held",
                )
            self._part = decoded(self._mapped)
        return self._part
