"""What a memory holds, and what it gives back: keys, values, and where each came from."""

import hashlib
import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Value = str | int | float | bool
"""A token's number, a class: whatever JSON calls a scalar."""

ID_BYTES = 16
"""Of a content hash, which tells whether an entry is there already."""


class Origin(NamedTuple):
    """Where an entry came from: a name, `terms.tsv:12`, by which it is forgotten, and the text that is shown.

    >>> Origin("terms.tsv:12").belongs("terms.tsv"), Origin("terms.tsv:12").belongs("terms.tsv:1")
    (True, False)
    """

    name: str
    text: str = ""

    def belongs(self, name: str) -> bool:
        """Whether it is that one, or a line of it: the same name, or one that goes on with a colon."""
        return self.name == name or self.name.startswith(name + ":")


class Entries(NamedTuple):
    """So many entries: keys (n, m) in float32; a value, an origin and a content hash (16 bytes) of each."""

    keys: Tensor
    values: Sequence[Value]
    origins: Sequence[Origin]
    ids: NDArray[np.bytes_]

    def pick(self, rows: NDArray[np.int64]) -> "Entries":
        """Those of these numbers, in that order."""
        chosen = rows.tolist()
        values, origins = [self.values[row] for row in chosen], [self.origins[row] for row in chosen]
        return Entries(self.keys[rows], values, origins, self.ids[rows])


class Found(NamedTuple):
    """The nearest entries of each query, nearest first: squared distances (q, k), values and origins, q rows of k."""

    distances: Tensor
    values: list[list[Value]]
    origins: list[list[Origin]]


def content_id(*parts: str | bytes) -> bytes:
    """A hash of what an entry is made of, 16 bytes of SHA-256, whatever the parts hold.

    >>> content_id("a", "bc") != content_id("ab", "c"), len(content_id())
    (True, 16)
    """
    known = hashlib.sha256()
    for part in parts:
        told = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        known.update(len(told).to_bytes(8, "little") + told)
    return known.digest()[:ID_BYTES]


def ids_of(keys: Tensor, values: Sequence[Value], origins: Sequence[Origin]) -> NDArray[np.bytes_]:
    """The content hashes (n) of entries that bring none: of key, value and origin."""
    rows = zip(keys.numpy(), values, origins, strict=True)
    told = [content_id(key.tobytes(), json.dumps(value), *origin) for key, value, origin in rows]
    return as_ids(told)


def as_ids(told: Sequence[bytes]) -> NDArray[np.bytes_]:
    """Content hashes as an array that can be sorted."""
    return np.frombuffer(b"".join(told), np.dtype((np.bytes_, ID_BYTES)))
