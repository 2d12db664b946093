"""Patches as training sees them: the image moved a little, perhaps mirrored, perhaps with a patch blanked."""

import numpy as np

from regard.data.items import Floats
from regard.inputs.base import Encoded
from regard.inputs.image.options import ImageOptions
from regard.inputs.image.patches import patched, unpatched


def augmented(encoded: Encoded, patch: int, options: ImageOptions, random: np.random.Generator) -> Encoded:
    """As many patches in the same cells; what comes in from outside is what stood at the edge; blanked is 0, the mean.

    Moved up to `options.shift` pixels each way; mirrored with probability 1/2 if `options.flip`; one patch blanked
    with probability `options.erase` (random erasing: Zhong et al. 2020, with a patch for the rectangle).
    """
    assert encoded.cells is not None and encoded.size is not None, "patches of images have cells, and images a size"
    down, across = (int(each) + 1 for each in encoded.cells[-1])
    rows, columns = encoded.size
    shift = max(patch // 4, 1) if options.shift is None else options.shift
    vertical, horizontal, mirror, erase, place = random.random(5).tolist()
    image = unpatched(encoded.values, down, across, patch)[:rows, :columns]
    if options.flip and mirror < 0.5:
        image = image[:, ::-1]
    values = patched(_moved(image, *(int(each * (2 * shift + 1)) - shift for each in (vertical, horizontal))), patch)
    if erase < options.erase:
        values[int(place * len(values))] = 0
    return Encoded(values, encoded.cells, size=encoded.size)


def _moved(image: Floats, down: int, right: int) -> Floats:
    """The image (rows, columns, c) moved, its edge drawn out to where it came from; a new array."""
    rows, columns = (np.arange(size) - by for size, by in zip(image.shape[:2], (down, right), strict=True))
    moved: Floats = image[rows.clip(0, len(rows) - 1)[:, None], columns.clip(0, len(columns) - 1)]
    return moved
