"""Any image item as numbers: a path, Pillow's image, or an array."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regard.data.items import Floats
from regard.errors import DataError
from regard.inputs.image.files import check_size, from_pillow, read_image
from regard.inputs.matrices import Axes, plain_array

AXES = Axes("row", "column")
SCALES = {np.dtype(bool): 1.0, np.dtype(np.uint8): 255.0, np.dtype(np.uint16): 65_535.0}
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
"""How bright red, green and blue look (ITU-R BT.601)."""


class Pixels(NamedTuple):
    """An image (rows, columns, channels) of 1 or 3 channels; `whole` numbers were divided by their full scale."""

    values: Floats
    whole: bool


def read_pixels(item: Any, where: str, longest: int = 512) -> Pixels:
    """The item's pixels: uint8, uint16 and bool between 0 and 1, floats as they are.

    Raises DataError for an item that is no image, has a side of more than `longest` pixels, other channels than 1 or
    3 or in another place than last, a type of unknown scale, or NaN; and for a file as files.py says.
    """
    if isinstance(item, str | Path):
        array = read_image(Path(item), longest)
    elif hasattr(item, "getbands"):
        array = from_pillow(item, where)
    else:
        array = plain_array(item, where, AXES)
        _check_shape(array, where)
    check_size(array.shape[0], array.shape[1], where, longest)
    array = array if array.ndim == 3 else array[:, :, None]
    if array.dtype in SCALES:
        return Pixels(array.astype(np.float32) / np.float32(SCALES[array.dtype]), whole=True)
    if array.dtype.kind != "f":
        hint = "image.astype(numpy.uint8) for numbers from 0 to 255; floats are taken as they are"
        rule = f"{where}: whole pixels are {', '.join(map(str, SCALES))}, whose full scale is known"
        raise DataError(rule, got=str(array.dtype), hint=hint)
    with np.errstate(over="ignore"):
        values = array.astype(np.float32)
    if not np.isfinite(values).all():
        row, column, _ = np.argwhere(~np.isfinite(values))[0]
        got = f"{values[row, column].max():g} in row {row + 1}, column {column + 1}"
        raise DataError(f"{where}: pixels must be numbers", got=got, hint="fill in what is missing: numpy.nan_to_num")
    return Pixels(values, whole=False)


def with_channels(values: Floats, channels: int) -> Floats:
    """Pixels (..., 1 or 3) with so many channels: grey is repeated, colour becomes its luminance."""
    if values.shape[-1] == channels:
        return values
    return np.repeat(values, 3, -1) if channels == 3 else values @ LUMINANCE[:, None]


def _check_shape(array: NDArray[Any], where: str) -> None:
    """Raises DataError unless this is (rows, columns) or (rows, columns, 1 or 3)."""
    if array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (1, 3)):
        return
    hint = "give (rows, columns) for grey, (rows, columns, 3) for colour"
    if array.ndim == 3 and array.shape[0] in (1, 3):
        hint = "channels come last: numpy.moveaxis(image, 0, -1)"
    elif array.ndim == 3 and array.shape[2] in (2, 4):
        hint = "leave transparency out: image[..., :-1]"
    elif array.ndim == 4:
        hint = "these are many images: give them as the items"
    raise DataError(f"{where}: an image is (rows, columns) or (rows, columns, 3)", got=f"{array.shape}", hint=hint)
