"""Encoded items of different lengths, padded to one batch."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from regard.inputs.base import Encoded, Links
from regard.layers.linked import Linked, joined


class Batch(NamedTuple):
    """What a network reads.

    Attributes:
        values: vectors (b, n, d), or whole numbers (b, n) or (b, n, c); zero beyond each length.
        lengths: vectors of each item (b,).
        cells: row and column of each vector in an image (b, n, 2).
        links: the edges of all items; node j of item i has the number i·n + j.
    """

    values: Tensor
    lengths: Tensor
    cells: Tensor | None = None
    links: Linked | None = None

    def to(self, device: str | torch.device) -> "Batch":
        """The same on a device."""
        return Batch(*(None if each is None else each.to(device) for each in self))  # type: ignore[arg-type]


def padded(items: Sequence[Encoded]) -> Batch:
    """The items, one a row.

    >>> padded([Encoded(np.ones((1, 2), np.float32)), Encoded(np.ones((3, 2), np.float32))]).values.shape
    torch.Size([2, 3, 2])
    """
    lengths = torch.tensor([len(item) for item in items])
    values = torch.from_numpy(stacked([item.values for item in items]))
    values = values if values.is_floating_point() else values.long()
    cells = None if items[0].cells is None else torch.from_numpy(stacked([_cells(item) for item in items])).long()
    return Batch(values, lengths, cells, _linked(items, values.shape[1]))


def stacked(arrays: Sequence[NDArray[Any]], fill: float = 0) -> NDArray[Any]:
    """Arrays (n, ...) as one (b, most n, ...), each axis as long as its longest; `fill` where one has nothing."""
    shape = [max(sizes) for sizes in zip(*(array.shape for array in arrays), strict=True)]
    whole = np.full((len(arrays), *shape), fill, arrays[0].dtype)
    for i, array in enumerate(arrays):
        whole[i, ...][tuple(map(slice, array.shape))] = array  # with the dots a view, of a single number too
    return whole


def _cells(item: Encoded) -> NDArray[np.int64]:
    assert item.cells is not None, "all items of an input have cells, or none has"
    return item.cells


def _linked(items: Sequence[Encoded], longest: int) -> Linked | None:
    if items[0].links is None:
        return None
    links = [item.links for item in items if item.links is not None]
    return joined([_as_tensors(each) for each in links], [len(item) for item in items], longest)


def _as_tensors(links: Links) -> Linked:
    source, target, features = links
    return Linked(torch.tensor(source), torch.tensor(target), None if features is None else torch.tensor(features))
