"""Entries as bytes and back: a safetensors file that is read where it lies, and never parsed as a whole.

keys (n, m) float32    norms (n) ‖key‖²/2    ids (n, 16) and order (n), which sorts them
value, origin: two tables of texts: number (n), told (bytes) and ends (t)
"""

import json
import mmap
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save
from torch import Tensor

from regard.memory.entries import ID_BYTES, Entries, Origin, Value
from regard.memory.table import Table

TYPES = {"F32": torch.float32, "I32": torch.int32, "I64": torch.int64, "U8": torch.uint8}
NAMES = {"keys", "norms", "ids", "order", "value", "value_told", "value_ends", "origin", "origin_told", "origin_ends"}
AN_ID = np.dtype((np.bytes_, ID_BYTES))


class Part:
    """Some entries of a memory, in memory or in a file that is mapped; `order` sorts the content hashes `ids`."""

    def __init__(
        self,
        keys: Tensor,
        ids: NDArray[np.bytes_],
        tables: tuple[Table, Table],
        norms: Tensor | None = None,
        order: NDArray[np.int32] | None = None,
    ) -> None:
        self.keys, self.ids, (self._values, self._origins) = keys, ids, tables
        self.norms = keys.square().sum(1) / 2 if norms is None else norms
        self._order = np.argsort(ids, kind="stable").astype(np.int32) if order is None else order
        self._mapped: mmap.mmap | None = None
        self._read: dict[int, Value] = {}

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def of(cls, entries: Entries) -> "Part":
        """These entries."""
        values = Table.of(json.dumps(value) for value in entries.values)
        origins = Table.of(json.dumps(origin) for origin in entries.origins)
        return cls(entries.keys.float(), entries.ids, (values, origins))

    @classmethod
    def joined(cls, parts: Sequence["Part"]) -> "Part":
        """The entries of one behind those of the other, copied."""
        tables = Table.joined([each._values for each in parts]), Table.joined([each._origins for each in parts])
        return cls(torch.cat([each.keys for each in parts]), np.concatenate([each.ids for each in parts]), tables)

    def picked(self, rows: NDArray[np.int64]) -> "Part":
        """The entries of these numbers, copied, and nothing of the others."""
        tables = self._values.picked(rows), self._origins.picked(rows)
        return Part(self.keys[torch.from_numpy(rows)], self.ids[rows], tables)

    def has(self, ids: NDArray[np.bytes_]) -> NDArray[np.bool_]:
        """Which of these hashes are here."""
        place = np.minimum(np.searchsorted(self.ids, ids, sorter=self._order), len(self) - 1)
        return self.ids[self._order[place]] == ids  # type: ignore[no-any-return]

    def value(self, row: int) -> Value:
        """The value of an entry."""
        number = int(self._values.number[row])
        if number not in self._read:  # few values, of many entries: tokens, classes
            self._read[number] = self._values.read(row)
        return self._read[number]

    def origin(self, row: int) -> Origin:
        """Where an entry came from."""
        return Origin(*self._origins.read(row))

    def of_origin(self, name: str) -> NDArray[np.bool_]:
        """Which entries belong to an origin of that name."""
        _, first, which = np.unique(self._origins.number, return_index=True, return_inverse=True)
        known = np.array([self.origin(row).belongs(name) for row in first.tolist()], bool)
        return known[which]

    def encoded(self) -> bytes:
        """Their safetensors file."""
        ids = np.frombuffer(bytearray(self.ids.tobytes()), np.uint8).reshape(-1, ID_BYTES)
        arrays: dict[str, NDArray[Any]] = {"ids": ids, "order": self._order}
        for name, table in (("value", self._values), ("origin", self._origins)):
            arrays |= {name: table.number, f"{name}_told": table.told, f"{name}_ends": table.ends}
        tensors = {name: torch.from_numpy(np.require(each, requirements="W")) for name, each in arrays.items()}
        return save({"keys": self.keys.contiguous(), "norms": self.norms, **tensors})

    def release(self) -> None:
        """Gives the memory of a mapped file back to the system, which keeps it only as long as it has room."""
        if self._mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._mapped.madvise(mmap.MADV_DONTNEED)


def decoded(content: bytearray | mmap.mmap) -> Part:
    """The entries of such a file, which is not copied; ValueError where it cannot be one."""
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : min(start, len(content))])
    header.pop("__metadata__", None)
    if set(header) != NAMES:
        raise ValueError("it has other tensors than entries have")
    found = {name: _tensor(content, start, each) for name, each in header.items()}
    arrays = {name: each.numpy() for name, each in found.items()}
    values, origins = (
        Table(arrays[name], arrays[f"{name}_told"], arrays[f"{name}_ends"]) for name in ("value", "origin")
    )
    ids: NDArray[np.bytes_] = arrays["ids"].reshape(-1).view(AN_ID)
    part = Part(found["keys"], ids, (values, origins), found["norms"], arrays["order"])
    part._mapped = content if isinstance(content, mmap.mmap) else None
    return part


def _tensor(content: bytearray | mmap.mmap, start: int, told: dict[str, Any]) -> Tensor:
    """One tensor of the file, where it lies."""
    dtype, shape, (low, high) = TYPES[told["dtype"]], told["shape"], told["data_offsets"]
    return torch.frombuffer(content, dtype=dtype, count=(high - low) // dtype.itemsize, offset=start + low).view(shape)
