"""What a reader sees of a memory's folder: the blocks and the journal of one moment, brought up to date when asked."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from regard.errors import FolderError
from regard.memory.block import Block, Told
from regard.memory.journal import scan
from regard.memory.manifest import Manifest, read_manifest
from regard.memory.part import Part

RESIDENT = 2 << 30
"""Bytes of blocks that stay mapped in a process; where there are more, each is given back once it is read."""


class View:
    """One moment of a folder. Raises FolderError where it is no memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.recent: list[Part] = []
        self.end = 0
        self._blocks: dict[str, Block] = {}
        self._damaged: dict[str, str] = {}
        self._content = b""
        self.manifest = Manifest({})
        self.refresh()

    def refresh(self) -> None:
        """Reads what was written since. A file that has gone was replaced: then memory.json has changed."""
        while True:
            content, manifest = read_manifest(self.folder)
            if content != self._content:
                self._take(manifest)
                self._content = content
            self._follow(self.manifest.journal_of(self.folder))
            if read_manifest(self.folder)[0] == content:
                return

    def parts(self) -> Iterator[Part]:
        """All that can be read, in order; each is given back where not all fit. A damaged block is named and left."""
        size = sum(path.stat().st_size for path in self._paths() if path.exists())
        for file in self._blocks:
            part = self.sound(file)
            if part is not None:
                yield part
                if size > RESIDENT:
                    part.release()
        yield from self.recent

    def count(self) -> int:
        """How many entries there are, without those of blocks that were found damaged."""
        sound = (block.told.entries for file, block in self._blocks.items() if file not in self._damaged)
        return sum(sound) + sum(map(len, self.recent))

    def sound(self, file: str) -> Part | None:
        """The entries of a block; None, and it is noted, where it is damaged."""
        if file not in self._damaged:
            try:
                return self._blocks[file].part()
            except FolderError as error:
                self._damaged[file] = f"{error.rule}: {error.got}"
        return None

    def without(self, told: Told, name: str) -> tuple[Part | None, int]:
        """What a block holds besides the entries of that name, if both are there, and how many of those there are.

        Of a damaged block nothing is known: it counts none.
        """
        part = self.sound(told.file)
        if part is None:
            return None, 0
        hit = part.of_origin(name)
        left = None if hit.all() or not hit.any() else part.picked(np.flatnonzero(~hit))
        return left, int(hit.sum())

    def damaged(self) -> list[str]:
        """What was found damaged so far."""
        return [*self._damaged.values()]

    def add(self, part: Part, end: int) -> None:
        """More in the journal, which ends there now."""
        self.recent, self.end = merged([*self.recent, part]), end

    def _paths(self) -> list[Path]:
        return [block.path for block in self._blocks.values()]

    def _take(self, manifest: Manifest) -> None:
        """The blocks that this manifest names; those that are known stay as they are."""
        blocks = {
            each.file: self._blocks.get(each.file) or Block(self.folder / each.file, each) for each in manifest.blocks
        }
        if not self._content or manifest.journal != self.manifest.journal:
            self.recent, self.end = [], 0
        self.manifest, self._blocks = manifest, blocks
        present = {*blocks, manifest.journal_of(self.folder).name}
        self._damaged = {place: line for place, line in self._damaged.items() if place.split(":")[0] in present}
        for file, block in blocks.items():
            if block.missing:
                self.sound(file)

    def _follow(self, journal: Path) -> None:
        """What the journal holds more."""
        found = scan(journal, self.end)
        self.recent, self.end = merged([*self.recent, *found.parts]), found.end
        for place in found.damaged:
            self._damaged[f"{journal.name}:{place}"] = (
                f"{journal}: the records must be those that were written: other bytes from byte {place:,} on"
            )


def merged(parts: list[Part]) -> list[Part]:
    """The same entries in fewer parts: each is more than twice as large as the next."""
    kept: list[Part] = []
    for part in parts:
        kept.append(part)
        while len(kept) > 1 and len(kept[-2]) <= 2 * len(kept[-1]):
            kept[-2:] = [Part.joined(kept[-2:])]
    return kept
