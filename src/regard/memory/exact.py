"""A memory in a folder: blocks of safetensors that are mapped, a journal before them, every key compared.

Written by one process at a time, read by any number, who see what was acknowledged, whole.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from regard.errors import FolderError, OptionError
from regard.folder.lock import locked
from regard.memory.block import Told
from regard.memory.entries import Entries, Found, Origin, Value
from regard.memory.journal import append
from regard.memory.manifest import NAME, Manifest
from regard.memory.nearest import nearest
from regard.memory.part import Part
from regard.memory.view import View

JOURNAL = 16 << 20
"""Bytes of a journal after which it becomes a block; what is written at once beyond them becomes one directly."""
BLOCK = 256 << 20
"""Bytes of keys in a block that grows no more."""


class Exact:
    """The engine of a folder, which is made where `writing` finds none.

    Raises FolderError where another process writes, or where the folder holds something else.
    """

    def __init__(self, folder: Path, writing: bool = False) -> None:
        self._held = ExitStack()
        self.folder, self._writing = folder, writing
        if writing:
            _check_free(folder)
            self._held.enter_context(locked(folder, "process", "--memory"))
            if not (folder / NAME).exists():
                Manifest({}).commit(folder)
        try:
            self._view = View(folder)
            if writing:
                self._view.manifest.tidy(folder)
        except BaseException:
            self.close()
            raise

    @property
    def about(self) -> dict[str, Any]:
        """What was settled."""
        return self._seen().manifest.about

    def settle(self, about: dict[str, Any]) -> None:
        """Keeps this beside the blocks."""
        self._commit(self._mine().manifest._replace(about=about))

    def has(self, ids: NDArray[np.bytes_]) -> NDArray[np.bool_]:
        """Which entries are there, by searching the sorted hashes of every block."""
        found = np.zeros(len(ids), bool)
        for part in self._seen().parts():
            found |= part.has(ids)
        return found

    def add(self, entries: Entries) -> None:
        """Into the journal, or, where it would grow too large, into a block."""
        view, part = self._mine(), Part.of(entries)
        content = part.encoded()
        if view.end + len(content) > JOURNAL:
            self._fold([part])
        else:
            end = append(view.manifest.journal_of(self.folder), view.end, content)
            view.add(part, end)

    def nearest(self, queries: Tensor, k: int) -> Found:
        """The nearest of all; see nearest.py. What does not stay in memory is given back part by part."""
        sizes = [len(part) for part in self._seen().parts()]
        k = min(k, sum(sizes))
        if not k:
            return Found(torch.empty(len(queries), 0), [[] for _ in queries], [[] for _ in queries])
        distances, numbers = nearest(queries, sizes, self._strips, k)
        values: list[list[Value]] = [[0] * k for _ in queries]
        origins = [[Origin("")] * k for _ in queries]
        start, listed = 0, numbers.tolist()
        for part in self._view.parts():
            inside = (numbers >= start) & (numbers < start + len(part))
            for row, column in inside.nonzero().tolist():
                place = listed[row][column] - start
                values[row][column], origins[row][column] = part.value(place), part.origin(place)
            start += len(part)
        return Found(distances, values, origins)

    def forget(self, name: str) -> int:
        """Writes every block that held such entries anew, without them: they are gone from the disk, too."""
        view, kept, forgotten = self._mine(), [], 0
        following, journal = view.manifest.following, view.manifest.journal
        for told in view.manifest.blocks:
            left, gone = view.without(told, name)
            forgotten += gone
            if not gone:
                kept.append(told)
            elif left is not None:
                kept.append(Told.written(self.folder, following, left))
                following += 1
        recent = [part.of_origin(name) for part in view.recent]
        if gone := sum(int(hit.sum()) for hit in recent):
            pairs = zip(view.recent, recent, strict=True)
            rest = Part.joined([part.picked(np.flatnonzero(~hit)) for part, hit in pairs])
            forgotten, journal = forgotten + gone, journal + 1
            if len(rest):
                kept.append(Told.written(self.folder, following, rest))
                following += 1
        if forgotten:
            self._commit(Manifest(view.manifest.about, tuple(kept), journal, following))
        return forgotten

    def count(self) -> int:
        """How many entries can be read."""
        return self._seen().count()

    def compact(self) -> None:
        """Makes few large blocks of the journal and the small ones."""
        self._fold([], everything=True)

    def damaged(self) -> list[str]:
        """Looks at every block, and names those whose content is another than was written."""
        view = self._seen()
        for _ in view.parts():
            pass
        return view.damaged()

    def close(self) -> None:
        """Lets another process write."""
        self._held.close()

    def _strips(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Keys and norms of all parts once more; what does not stay is given back behind the reader."""
        return ((part.keys, part.norms) for part in self._view.parts())

    def _seen(self) -> View:
        """What there is now; whoever writes knows."""
        if not self._writing:
            self._view.refresh()
        return self._view

    def _mine(self) -> View:
        """What there is, to be changed."""
        if not self._writing:
            rule, hint = f"{self.folder}: the memory must be open for writing", "Memory.open(…, writing=True)"
            raise OptionError(rule, got="one that is open for reading", hint=hint)
        return self._view

    def _fold(self, more: list[Part], everything: bool = False) -> None:
        """Makes blocks of the journal and these, together with the last blocks as long as those are no larger,
        so that an entry is written again about once each time the memory doubles, until its block is full."""
        view = self._mine()
        blocks, taken = list(view.manifest.blocks), [*view.recent, *more]
        size = sum(map(len, taken))
        most = max(1, BLOCK // (4 * int(view.manifest.about.get("width", 1))))
        small = most // 2 if everything else 0
        while blocks and blocks[-1].entries <= max(size, small) and blocks[-1].entries + size <= most:
            part = view.sound(blocks[-1].file)
            if part is None:
                break
            taken.insert(0, part)
            size += blocks.pop().entries
        following = view.manifest.following
        if size:
            every = Part.joined(taken)
            for start in range(0, size, most):
                rows = np.arange(start, min(start + most, size))
                blocks.append(Told.written(self.folder, following, every.picked(rows)))
                following += 1
        self._commit(Manifest(view.manifest.about, tuple(blocks), view.manifest.journal + 1, following))

    def _commit(self, manifest: Manifest) -> None:
        manifest.commit(self.folder)
        self._view.refresh()


def _check_free(folder: Path) -> None:
    """Raises FolderError for a folder that holds other things than a memory."""
    if folder.is_dir() and not (folder / NAME).exists():
        strangers = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        if strangers:
            rule = f"{folder}: the folder of a new memory must be empty"
            raise FolderError(rule, got=", ".join(strangers[:3]), hint="another --memory folder")
