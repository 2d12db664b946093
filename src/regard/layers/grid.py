"""Vectors of images of different sizes in one rectangle, where convolutions find their neighbours, and back again."""

from typing import NamedTuple, Self

import torch
from torch import Tensor, nn

from regard.layers.padding import cleared, inside
from regard.shapes import Lengths, States


class Grid(NamedTuple):
    """Rows and columns that hold every image of a batch.

    Attributes:
        place: which cell each vector stands in (b, n), row by row over all images; beyond each length the first.
        lengths: vectors of each image (b).
        real: whether a cell belongs to its image (b, rows, columns); None where all do.
    """

    place: Tensor
    lengths: Lengths
    rows: int
    columns: int
    real: Tensor | None

    @classmethod
    def of(cls, cells: Tensor, lengths: Lengths) -> Self:
        """The grid of rows and columns (b, n, 2), counted from 0; what stands beyond each length is not read.

        >>> Grid.of(torch.tensor([[[0, 0], [0, 1]], [[0, 0], [1, 0]]]), torch.tensor([2, 2])).real.tolist()
        [[[True, True], [False, False]], [[True, False], [True, False]]]
        """
        cells = cleared(cells, lengths)
        rows, columns = (cells.flatten(0, 1).amax(0) + 1).tolist()
        images = torch.arange(len(cells), device=cells.device)[:, None] * (rows * columns)
        place = images + cells[..., 0] * columns + cells[..., 1]
        if bool((lengths == rows * columns).all()):
            return cls(place, lengths, rows, columns, None)
        real = torch.zeros(len(cells) * rows * columns, dtype=torch.bool, device=cells.device)
        real[place[inside(lengths, place.shape[1])]] = True
        return cls(place, lengths, rows, columns, real.view(len(cells), rows, columns))

    def spread(self, vectors: States) -> Tensor:
        """Vectors (b, n, d), each in its cell: (b, rows, columns, d), zero where no vector is."""
        whole = vectors.new_zeros(len(vectors) * self.rows * self.columns, vectors.shape[2])
        whole = whole.index_add(0, self.place.flatten(), cleared(vectors, self.lengths).flatten(0, 1))
        return whole.view(len(vectors), self.rows, self.columns, -1)

    def gathered(self, spread: Tensor) -> States:
        """What stands in the cells (b, rows, columns, d), as vectors (b, n, d) again, zero beyond each length."""
        vectors = spread.flatten(0, 2).index_select(0, self.place.flatten()).view(*self.place.shape, -1)
        return cleared(vectors, self.lengths)

    def cleared(self, pixels: Tensor) -> Tensor:
        """Pixels (b, rows · p, columns · p, d), zero in cells that belong to no image, whatever stood there."""
        if self.real is None:
            return pixels
        side = pixels.shape[1] // self.rows
        real = self.real.repeat_interleave(side, 1).repeat_interleave(side, 2)
        return pixels.masked_fill(~real[..., None], 0)


def convolved(layer: nn.Conv2d, pixels: Tensor) -> Tensor:
    """The convolution of pixels (b, height, width, d), whose numbers stay side by side."""
    return layer(pixels.movedim(-1, 1)).movedim(1, -1)  # type: ignore[no-any-return]
