"""A memory in Milvus: a file `….db` of milvus-lite in this process, or a cluster by its URL; the same calls to both."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from regard.errors import DataError, FolderError, OptionError, missing
from regard.memory.entries import Entries, Found, Origin

BATCH = 1000
"""Entries of one call: a message to a cluster may have 64 MB."""
SECONDS = 10.0
"""After which a server that says nothing cannot be reached."""
LONGEST = 65535
"""Bytes of a text in a field."""


class Milvus:
    """Two collections: the entries, with a flat index (every key compared), and, beside them, what was settled.

    Raises MissingError where pymilvus is not installed, DataError where the database cannot be reached, and FolderError
    for a file to be read that is not there. What is on the disk when a call returns is the database's promise.
    """

    def __init__(self, where: str, collection: str, writing: bool) -> None:
        try:
            from pymilvus import MilvusClient
        except ImportError as error:
            raise missing("a memory in Milvus", "pymilvus", "milvus") from error
        self.where, self._name, self._writing = where, collection, writing
        self._told: dict[str, Any] = {}
        if not writing and "://" not in where and not Path(where).exists():
            hint = "regard remember MODEL DATA makes one"
            raise FolderError(f"{where}: a memory must be there to be read", got="no such file", hint=hint)
        with self._asking():
            self._client = MilvusClient(where, timeout=SECONDS)
            if self._client.has_collection(self._beside):
                rows = self._client.get(self._beside, ["about"], output_fields=["told"])
                self._told = json.loads(rows[0]["told"]) if rows else {}

    @property
    def about(self) -> dict[str, Any]:
        """What was settled."""
        return self._told

    def settle(self, about: dict[str, Any]) -> None:
        """Keeps this in the collection beside, and makes both where they are new."""
        self._check_writing()
        with self._asking():
            if not self._client.has_collection(self._name):
                self._make(self._name, int(about["width"]), {"value": LONGEST, "origin": LONGEST, "text": LONGEST})
            if not self._client.has_collection(self._beside):
                self._make(self._beside, 2, {"told": LONGEST})
            row = {"id": "about", "key": [0.0, 0.0], "told": json.dumps(about)}
            self._client.upsert(self._beside, [row])
        self._told = about

    def has(self, ids: NDArray[np.bytes_]) -> NDArray[np.bool_]:
        """Which entries are there, by their content hashes."""
        known = _hex(ids)
        there: set[str] = set()
        with self._asking():
            for start in range(0, len(known), BATCH):
                rows = self._client.get(self._name, known[start : start + BATCH], output_fields=["id"])
                there |= {row["id"] for row in rows}
        return np.array([each in there for each in known], bool)

    def add(self, entries: Entries) -> None:
        """Upserts, by content hash: what comes twice is there once."""
        self._check_writing()
        rows = [
            {"id": known, "key": key, "value": json.dumps(value), "origin": origin.name, "text": origin.text}
            for known, key, value, origin in zip(
                _hex(entries.ids), entries.keys.tolist(), entries.values, entries.origins, strict=True
            )
        ]
        with self._asking():
            for start in range(0, len(rows), BATCH):
                self._client.upsert(self._name, rows[start : start + BATCH])

    def nearest(self, queries: Tensor, k: int) -> Found:
        """The nearest of all, by the squared distances that Milvus gives."""
        with self._asking():
            count = min(k, self.count())
            if not count:
                return Found(torch.empty(len(queries), 0), [[] for _ in queries], [[] for _ in queries])
            found = self._client.search(
                self._name, queries.tolist(), limit=count, output_fields=["value", "origin", "text"]
            )
        distances = torch.tensor([[hit["distance"] for hit in row] for row in found])
        told = [[hit["entity"] for hit in row] for row in found]
        values = [[json.loads(each["value"]) for each in row] for row in told]
        return Found(distances, values, [[Origin(each["origin"], each["text"]) for each in row] for row in told])

    def forget(self, name: str) -> int:
        """Deletes what has that name, or one from `name:` up to `name;`, the character after the colon."""
        self._check_writing()
        itself, first, after = (json.dumps(each, ensure_ascii=False) for each in (name, f"{name}:", f"{name};"))
        where = f"origin == {itself} or (origin >= {first} and origin < {after})"
        with self._asking():
            rows = self._client.query(self._name, filter=where, output_fields=["count(*)"])
            if gone := int(rows[0]["count(*)"]):
                self._client.delete(self._name, filter=where)
        return gone

    def count(self) -> int:
        """How many entries there are."""
        with self._asking():
            rows = self._client.query(self._name, filter="", output_fields=["count(*)"])
        return int(rows[0]["count(*)"])

    def compact(self) -> None:
        """Asks Milvus to."""
        self._check_writing()
        with self._asking():
            self._client.flush(self._name)
            self._client.compact(self._name)

    def damaged(self) -> list[str]:
        """Milvus looks after its own files."""
        return []

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

    @property
    def _beside(self) -> str:
        return f"{self._name}_about"

    def _make(self, name: str, width: int, texts: dict[str, int]) -> None:
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False)
        schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=64)
        schema.add_field("key", DataType.FLOAT_VECTOR, dim=width)
        for field, most in texts.items():
            schema.add_field(field, DataType.VARCHAR, max_length=most)
        index = self._client.prepare_index_params()
        index.add_index("key", index_type="FLAT", metric_type="L2")
        self._client.create_collection(name, schema=schema, index_params=index, consistency_level="Strong")

    def _check_writing(self) -> None:
        if not self._writing:
            rule, hint = f"{self.where}: the memory must be open for writing", "Memory.open(…, writing=True)"
            raise OptionError(rule, got="one that is open for reading", hint=hint)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """What the database refuses, or a connection that breaks, is a DataError."""
        from pymilvus.exceptions import MilvusException

        try:
            yield
        except MilvusException as error:
            raise DataError(
                f"{self.where}: Milvus must answer",
                got=" ".join(str(error).split())[:200],
                hint="check the address and that the server runs; a file .db is open in one process at a time",
            ) from error


def _hex(ids: NDArray[np.bytes_]) -> list[str]:
    """Content hashes as Milvus's primary keys."""
    flat, size = ids.tobytes(), ids.dtype.itemsize
    return [flat[start : start + size].hex() for start in range(0, len(flat), size)]
