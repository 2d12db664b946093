"""The door of a long-term memory: keys and values that were written, read by attention over the nearest keys.

weight[q, j] = softmax over the k nearest entries j of ( −‖query[q] − key[j]‖² / temperature )
"""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from regard.errors import FolderError, OptionError, ShapeError
from regard.memory.engine import Engine
from regard.memory.entries import Entries, Origin, Value, ids_of
from regard.memory.exact import Exact


class Read(NamedTuple):
    """What queries read: weights (q, k) that sum to one, squared distances (q, k), values and origins, q rows of k.

    The nearest come first; k is 0 where the memory is empty.
    """

    weights: Tensor
    distances: Tensor
    values: list[list[Value]]
    origins: list[list[Origin]]


class Memory:
    """A memory that is open: of one model, whose fingerprint it bears, and of one width of keys.

    One process at a time may write, any number read, also while one writes; what `write` was given is there, and
    whole, for every reader once it has returned, and stays there if the process is killed or the power fails.

        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder, Memory.open(folder, model="a", width=2, writing=True) as memory:
        ...     written = memory.write(torch.eye(2), ["left", "right"], [Origin("lesson:1"), Origin("lesson:2")])
        ...     read = memory.read(torch.tensor([[1.0, 0.0]]), k=2, temperature=2.0)
        ...     written, read.values, read.weights.mul(100).round().tolist(), memory.forget("lesson:2"), memory.count()
        (2, [['left', 'right']], [[73.0, 27.0]], 1, 1)
    """

    def __init__(self, engine: Engine, where: str) -> None:
        self._engine, self.where = engine, where
        self.width = 0
        """m, how many numbers a key has."""

    @classmethod
    def open(
        cls,
        where: str | Path,
        *,
        model: str | None = None,
        width: int | None = None,
        writing: bool = False,
    ) -> "Memory":
        """Opens a memory; one that is not there yet is made where it is opened for writing.

        Args:
            where: a folder, which the exact engine reads; a file `….db`, which milvus-lite reads in this process; or
                the URL of a Milvus cluster, in which `#name` behind it names the memory.
            model: the fingerprint of the model whose memory it is; a new one needs it.
            width: m, how many numbers a key has; a new one needs it.
            writing: whether `write`, `forget` and `compact` are to be called.

        Raises FolderError for the memory of another model or width, for what is no memory, and where another process
        writes; MissingError where Milvus is not installed; DataError where it cannot be reached.
        """
        engine: Engine
        if "://" in str(where) or str(where).endswith(".db"):
            from regard.memory.milvus import Milvus

            address, _, name = str(where).partition("#") if "://" in str(where) else (str(where), "", "")
            engine = Milvus(address, name or "regard", writing)
        else:
            engine = Exact(Path(where), writing)
        memory = cls(engine, str(where))
        try:
            memory._claim(model, width, writing)
        except BaseException:
            engine.close()
            raise
        return memory

    @property
    def model(self) -> str:
        """The fingerprint of the model whose memory it is."""
        return str(self._engine.about["model"])

    @property
    def settings(self) -> dict[str, Any]:
        """How a model mixes it in, as `settle` left it; empty where nothing was settled."""
        return dict(self._engine.about.get("settings", {}))

    def settle(self, settings: dict[str, Any]) -> None:
        """Keeps settings, of JSON's types, beside the entries."""
        self._engine.settle({**self._engine.about, "settings": settings})

    def write(
        self,
        keys: Tensor,
        values: Sequence[Value],
        origins: Sequence[Origin],
        ids: NDArray[np.bytes_] | None = None,
    ) -> int:
        """Keys (n, m), with a value and an origin each; how many of them were not there yet, and now are.

        An entry is there already where its content hash is: that of `ids` (n), 16 bytes each, or of key, value and
        origin. On return all are on the disk. Raises ShapeError for keys of another width or number, OptionError for
        ones that are not finite, and FolderError where they cannot be written: none of them is there then.
        """
        keys = self._fitting(keys, "keys")
        if not len(keys) == len(values) == len(origins) == len(values if ids is None else ids):
            got = f"{len(keys)} keys, {len(values)} values, {len(origins)} origins"
            raise ShapeError("memory: every key needs a value and an origin", got=got, hint="as many of each")
        known = ids_of(keys, values, origins) if ids is None else ids
        first = np.unique(known, return_index=True)[1]
        new = np.sort(first[~self._engine.has(known[first])]) if len(known) else first
        if len(new):
            every = Entries(keys, values, origins, known)
            self._engine.add(every if len(new) == len(keys) else every.pick(new))
        return len(new)

    def read(self, queries: Tensor, k: int = 8, temperature: float = 1.0) -> Read:
        """What queries (q, m) read over the k nearest entries, or over all where there are fewer.

        Raises ShapeError for queries of another width, OptionError for numbers that make no sense. Cost of the exact
        engine: 2·q·n·m operations over n entries.
        """
        if k < 1 or not 0 < temperature < float("inf"):
            rule = "memory: k must be at least 1, and the temperature a number above 0"
            raise OptionError(rule, got=f"k {k}, temperature {temperature}", hint="k=8, temperature=1.0")
        found = self._engine.nearest(self._fitting(queries, "queries"), k)
        return Read(weights_of(found.distances, temperature), *found)

    def has(self, ids: NDArray[np.bytes_]) -> NDArray[np.bool_]:
        """Which entries (n) are there, by their content hashes."""
        return self._engine.has(ids)

    def forget(self, name: str) -> int:
        """Deletes the entries that came from there: of that name, or of one that goes on with a colon; how many."""
        return self._engine.forget(name)

    def count(self) -> int:
        """How many entries can be read."""
        return self._engine.count()

    def compact(self) -> None:
        """Makes the store as small and as quick to read as it can be."""
        self._engine.compact()

    def damaged(self) -> list[str]:
        """Checks all that is stored; a line for each part whose content is not what was written: it is not read."""
        return self._engine.damaged()

    def close(self) -> None:
        """Lets another process write."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _claim(self, model: str | None, width: int | None, writing: bool) -> None:
        """Makes a new memory that of this model and width; another's must be of the same."""
        about = self._engine.about
        if not about:
            if not writing or model is None or width is None:
                got = "one that nobody has written to yet"
                hint = "Memory.open(…, model=, width=, writing=True) begins it, or regard remember MODEL DATA"
                raise FolderError(f"{self.where}: the memory must be one of a model", got=got, hint=hint)
            self._engine.settle({"model": model, "width": width})
            self.width = width
            return
        if model is not None and about["model"] != model:
            raise FolderError(
                f"{self.where}: the memory must be this model's own; another's states mean something else",
                got=f"one of the model {about['model']:.16}, not {model:.16}",
                hint="the model that it was written with, or a new memory for this one",
            )
        if width is not None and about["width"] != width:
            rule = f"{self.where}: the keys of the memory must be as wide as the model's states"
            raise FolderError(rule, got=f"{about['width']} and {width} numbers", hint="a new memory for this model")
        self.width = int(about["width"])

    def _fitting(self, vectors: Tensor, name: str) -> Tensor:
        """The vectors in float32 on the CPU, which are as wide as keys are and finite."""
        if vectors.ndim != 2 or vectors.shape[1] != self.width:
            got = f"{name} {tuple(vectors.shape)}"
            raise ShapeError(f"memory: {name} must have two axes, the last {self.width}", got=got, hint="(n, m)")
        known = vectors.detach().to("cpu", torch.float32)
        if not bool(known.isfinite().all()):
            rule = f"memory: {name} must be finite"
            raise OptionError(rule, got="NaN or infinity", hint="check the model that made them")
        return known


def weights_of(distances: Tensor, temperature: float) -> Tensor:
    """The weights (q, k) of entries at these squared distances: softmax of −distance / temperature.

    >>> weights_of(torch.tensor([[0.0, 2.0 * np.log(3.0)]]), 2.0).tolist()
    [[0.75, 0.25]]
    """
    return (-distances / temperature).softmax(-1)
