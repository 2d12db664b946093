"""Images cut into square patches, and patches put together again."""

from functools import lru_cache

import numpy as np

from regard.data.items import Floats, Whole


def patched(image: Floats, patch: int) -> Floats:
    """(rows, columns, c) as (n, patch · patch · c), row by row; what is lacking at the right and below is 0.

    >>> patched(np.arange(8, dtype=np.float32).reshape(2, 4, 1), 2).tolist()
    [[0.0, 1.0, 4.0, 5.0], [2.0, 3.0, 6.0, 7.0]]
    """
    rows, columns, channels = image.shape
    down, across = -(-rows // patch), -(-columns // patch)
    if rows % patch or columns % patch:
        whole = np.zeros((down * patch, across * patch, channels), image.dtype)
        whole[:rows, :columns] = image
        image = whole
    return image.reshape(down, patch, across, patch, channels).swapaxes(1, 2).reshape(down * across, -1)


def unpatched(patches: Floats, down: int, across: int, patch: int) -> Floats:
    """Patches (down · across, patch · patch · c) as the image (down · patch, across · patch, c)."""
    grid = patches.reshape(down, across, patch, patch, -1).swapaxes(1, 2)
    return grid.reshape(down * patch, across * patch, -1)


@lru_cache(maxsize=256)
def cells(down: int, across: int) -> Whole:
    """Row and column (n, 2) of each patch, from 0; shared by all images of a size, so it may not be written to."""
    numbers: Whole = np.stack(np.divmod(np.arange(down * across), across), axis=1)
    numbers.flags.writeable = False
    return numbers
