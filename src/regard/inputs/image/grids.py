"""Grey images side by side in one picture, written as PNG."""

from pathlib import Path

import numpy as np

from regard.errors import missing
from regard.inputs.image.canvas import Levels

EDGE = 255
"""The grey between images."""


def grid(images: Levels, columns: int, zoom: int = 1) -> Levels:
    """Images (n, rows, columns) as one, so many in a row, a line of white around each; `zoom` pixels for one.

    >>> grid(np.zeros((3, 2, 2), np.uint8), columns=2).shape
    (7, 7)
    """
    n, height, width = images.shape
    lines = -(-n // columns)
    whole = np.full((lines * (height + 1) + 1, columns * (width + 1) + 1), EDGE, np.uint8)
    for index, image in enumerate(images):
        top, left = (index // columns) * (height + 1) + 1, (index % columns) * (width + 1) + 1
        whole[top : top + height, left : left + width] = image
    return whole.repeat(zoom, 0).repeat(zoom, 1)


def write_png(path: Path, image: Levels) -> None:
    """A grey image (rows, columns) as a PNG file. Raises MissingError without Pillow."""
    try:
        from PIL import Image
    except ImportError as error:
        raise missing("pictures of images", "pillow", "image") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image, "L").save(path, format="PNG")
