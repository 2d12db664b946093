"""Grey images of one size as rows of levels: what a generator of images reads, and what it writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regard.errors import DataError, OptionError
from regard.inputs.image.files import from_pillow, read_image
from regard.inputs.image.pixels import AXES
from regard.inputs.matrices import plain_array

Levels = NDArray[np.uint8]
MOST = 16_384
"""Pixels of an image that is told one by one: 128 rows of 128."""


@dataclass(frozen=True, kw_only=True)
class Canvas:
    """What all images of a model share.

    Attributes:
        rows, columns: pixels, once images are shrunk.
        levels: shades of grey that are told apart.
        shrink: side of the squares of an image whose mean is one pixel here.
    """

    rows: int
    columns: int
    levels: int = 256
    shrink: int = 1

    def __post_init__(self) -> None:
        """Raises OptionError for a number out of its range."""
        check_canvas(self.levels, self.shrink)
        if min(self.rows, self.columns) < 1 or not 2 <= self.pixels <= MOST:
            rule = f"images: each is told pixel by pixel, from 2 to {MOST:,} of them"
            got = f"{self.rows:,} rows of {self.columns:,}"
            raise OptionError(rule, got=got, hint="--shrink 2, which makes one pixel of four, or smaller images")

    @classmethod
    def of(cls, images: Levels, levels: int, shrink: int) -> "Canvas":
        """That of images (n, rows, columns). Raises OptionError where squares of `shrink` do not fill them."""
        check_canvas(levels, shrink)
        rows, columns = images.shape[1:]
        if rows % shrink or columns % shrink:
            got = f"--shrink {shrink} for images of {rows} rows and {columns} columns"
            raise OptionError(
                "shrink: must divide rows and columns", got=got, hint="--shrink 1 leaves them as they are"
            )
        return cls(rows=rows // shrink, columns=columns // shrink, levels=levels, shrink=shrink)

    @property
    def pixels(self) -> int:
        """Of an image."""
        return self.rows * self.columns

    def told(self, images: Levels, where: str) -> Levels:
        """Images (n, rows, columns) of 8 bits as levels (n, pixels), row by row.

        Raises DataError for images of another size, before they are shrunk, than the model's.
        """
        side, size = self.shrink, (self.rows * self.shrink, self.columns * self.shrink)
        if images.shape[1:] != size:
            got, hint = "{} rows and {} columns".format(*images.shape[1:]), "resize them: image.resize((columns, rows))"
            rule = f"{where}: images must have the model's {size[0]} rows and {size[1]} columns"
            raise DataError(rule, got=got, hint=hint)
        if side > 1:
            squares = images.reshape(len(images), self.rows, side, self.columns, side)
            images = squares.mean((2, 4), dtype=np.float32).round().astype(np.uint8)
        return (images.reshape(len(images), -1).astype(np.uint16) * self.levels >> 8).astype(np.uint8)

    def shown(self, levels: Levels) -> Levels:
        """Images (n, rows, columns) of 8 bits from levels (n, pixels): black, white, and what lies evenly between.

        `told` makes the same levels of them.

        >>> Canvas(rows=1, columns=3, levels=3).shown(np.array([[0, 1, 2]], np.uint8)).tolist()
        [[[0, 128, 255]]]
        """
        numbers = np.arange(self.levels)
        least = -(-numbers * 256 // self.levels)
        grey = np.maximum((numbers * (255 / (self.levels - 1))).round(), least).astype(np.uint8)
        shown: Levels = grey[levels].reshape(-1, self.rows, self.columns)
        return shown


def check_canvas(levels: int, shrink: int) -> None:
    """Raises OptionError for a number out of its range."""
    if not 2 <= levels <= 256:
        raise OptionError("levels: must be from 2 to 256", got=str(levels), hint="16, or leave it out for all 256")
    if shrink < 1:
        raise OptionError("shrink: must be at least 1", got=str(shrink), hint="2 makes one pixel of four")


def grey_images(items: Sequence[Any] | NDArray[Any], where: Sequence[str] | str) -> Levels:
    """Images (n, rows, columns) of uint8: an array as it is, else each item read; `where` is what errors call them.

    Raises DataError for one that is coloured, has more than 8 bits, or another size than the first.
    """
    if isinstance(items, np.ndarray) and items.ndim == 3 and items.dtype == np.uint8 and items.size:
        return items
    read: list[Levels] = []
    for index, item in enumerate(items):
        place = f"{where}, item {index + 1}" if isinstance(where, str) else where[index]
        read.append(_grey(item, place))
        if read[-1].shape != read[0].shape:
            got = "{} rows and {} columns, the first {} and {}".format(*read[-1].shape, *read[0].shape)
            hint = "resize them: image.resize((columns, rows))"
            raise DataError(f"{place}: images must have one size", got=got, hint=hint)
    if not read:
        raise DataError(f"{where}: must hold images", got="none", hint="check the file or the selection before it")
    return np.stack(read)


def _grey(item: Any, where: str) -> Levels:
    """One image (rows, columns) of uint8."""
    if isinstance(item, Path):
        array = read_image(item, MOST)
    elif hasattr(item, "getbands"):
        array = from_pillow(item, where)
    else:
        array = plain_array(item, where, AXES)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim != 2:
        hint = "image.convert('L') makes it grey"
        raise DataError(f"{where}: images must be grey, (rows, columns)", got=f"{array.shape}", hint=hint)
    if array.dtype != np.uint8:
        hint = "(255 * image).round().astype(numpy.uint8) for floats from 0 to 1"
        raise DataError(f"{where}: pixels must have 8 bits, numbers from 0 to 255", got=str(array.dtype), hint=hint)
    return array
