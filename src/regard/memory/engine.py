"""What a store must offer to be read as a memory; a folder does (exact.py), and a vector database (milvus.py)."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from regard.memory.entries import Entries, Found


class Engine(Protocol):
    """A store of entries. What `add`, `forget` and `settle` did is on the disk when they return."""

    @property
    def about(self) -> dict[str, Any]:
        """What was settled: whose memory it is, its width, how it is mixed in. Empty where it is new."""
        ...

    def settle(self, about: dict[str, Any]) -> None:
        """Keeps this beside the entries, in place of what was settled before."""
        ...

    def has(self, ids: NDArray[np.bytes_]) -> NDArray[np.bool_]:
        """Which entries (n) are there, by their content hashes."""
        ...

    def add(self, entries: Entries) -> None:
        """Writes entries, none of which is there, all of one width."""
        ...

    def nearest(self, queries: Tensor, k: int) -> Found:
        """The k entries nearest to each query (q, m) by squared distance, or all where there are fewer."""
        ...

    def forget(self, name: str) -> int:
        """Deletes the entries whose origin belongs to that name; how many there were."""
        ...

    def count(self) -> int:
        """How many entries can be read."""
        ...

    def compact(self) -> None:
        """Makes the store as small and as quick to read as it can be; nothing else changes."""
        ...

    def damaged(self) -> list[str]:
        """What was found damaged, each a line that names it; everything else is still read."""
        ...

    def close(self) -> None:
        """Lets go of files, connections and locks."""
        ...
