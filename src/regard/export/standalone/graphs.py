"""ONNX graphs at work, and items of different lengths as the arrays they take."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regard.export.standalone.program import lacking

Array = NDArray[Any]


class Graph:
    """A graph of a folder; arrays in and out go by their names."""

    def __init__(self, path: Path, threads: int = 0) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise lacking("onnxruntime") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.shapes: dict[str, list[int | str]] = {each.name: each.shape for each in self._session.get_inputs()}
        self.outputs: list[str] = [each.name for each in self._session.get_outputs()]

    def __call__(self, given: Mapping[str, Array]) -> dict[str, Array]:
        """What the graph makes of these arrays, of which it takes those it knows."""
        found = self._session.run(None, {name: given[name] for name in self.shapes})
        return dict(zip(self.outputs, found, strict=True))

    def begun(self, names: Sequence[str], rows: int) -> dict[str, Array]:
        """The state before the first token: a past of no length, and zeros for what has a size of its own."""
        sizes = {name: [each if isinstance(each, int) else 0 for each in self.shapes[name][1:]] for name in names}
        return {name: np.zeros((rows, *size), np.float32) for name, size in sizes.items()}


def padded(arrays: Sequence[Array]) -> Array:
    """Arrays (n, ...) as one (b, most n, ...), zero where one has nothing; numbers of words in 64 bits."""
    shape = [max(sizes) for sizes in zip(*(array.shape for array in arrays), strict=True)]
    kind = np.float32 if arrays[0].dtype.kind == "f" else np.int64
    whole = np.zeros((len(arrays), *shape), kind)
    for row, array in zip(whole, arrays, strict=True):
        row[tuple(map(slice, array.shape))] = array
    return whole
