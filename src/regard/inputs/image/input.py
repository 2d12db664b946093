"""Images as an input: what is learned from training images, and every image as patches."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from regard.data.files import shown
from regard.errors import DataError
from regard.inputs.base import Encoded
from regard.inputs.image.augmenting import augmented
from regard.inputs.image.options import ImageOptions
from regard.inputs.image.patches import cells, patched
from regard.inputs.image.pixels import Pixels, read_pixels, with_channels
from regard.inputs.learning import first_of, item_name
from regard.inputs.sampling import spread
from regard.inputs.scaling import Scaling

PIXELS_LEARNED_FROM = 10_000
"""Most pixels of an image that mean and deviation are learned from, evenly spread."""
PATCHES = {"convolutional": ((12, 2), (24, 4), (100, 8)), "linear": ((40, 4), (100, 8))}
"""For each stem, up to how many pixels of the longest side a patch has how many; convolutions see what is in it."""
LARGE_PATCH = 16


class Range(NamedTuple):
    """The least and greatest number of the training's pixels, 0 and 1 counted in."""

    lowest: float = 0.0
    highest: float = 1.0

    def check(self, pixels: Pixels, where: str) -> None:
        """Raises DataError for an image that is on another scale than training was: 0 to 255 instead of 0 to 1."""
        rule = f"{where}: pixels must have the scale that training had, {self.lowest:g} to {self.highest:g}"
        if pixels.whole:
            if (self.lowest, self.highest) != (0.0, 1.0):
                got, hint = "whole numbers or a file, which are brought to 0 to 1", "give floats here too, or never"
                raise DataError(rule, got=got, hint=hint)
            return
        room = self.highest - self.lowest
        lowest, highest = float(pixels.values.min()), float(pixels.values.max())
        if lowest < self.lowest - room or highest > self.highest + room:
            hint = "image / 255, or image.astype(numpy.uint8), for numbers from 0 to 255"
            raise DataError(rule, got=f"{lowest:g} to {highest:g}", hint=hint)


class ImageInput:
    """Images as square patches (n, patch · patch · channels), row by row, each channel standardised as in training.

    Sizes may differ; sides that are no multiple of the patch are filled up at the right and below with the mean, 0.
    Where training had grey images only, the luminance of a coloured one is read; in colour, grey is repeated.

    Attributes:
        options: what was chosen, patch, channels and stem filled in from the training data.
        features: numbers of one patch.
    """

    kind: ClassVar[str] = "image"

    def __init__(self, options: ImageOptions, scaling: Scaling, range: Range) -> None:
        if options.patch is None or options.channels is None:
            raise ValueError("patch and channels must be numbers, as `learn` fills them in")
        self.options, self.scaling, self.range = options, scaling, range
        self.patch, self.channels = options.patch, options.channels
        self.features = self.patch**2 * self.channels

    @classmethod
    def learn(cls, items: Sequence[Any], options: ImageOptions | None = None) -> Self:
        """Patch, channels, stem, mean and deviation from at most 1,000 of the images, evenly spread.

        Raises DataError as `encode` does.
        """
        options = options or ImageOptions()
        first_of(items, cls.kind)
        longest, lowest, highest, samples = 1, 0.0, 1.0, []
        for index in spread(len(items)):
            values = read_pixels(items[index], _place(items[index], index), options.longest).values
            longest = max(longest, *values.shape[:2])
            lowest, highest = min(lowest, float(values.min())), max(highest, float(values.max()))
            pixels = values.reshape(-1, values.shape[2])
            samples.append(pixels[:: -(-len(pixels) // PIXELS_LEARNED_FROM)].copy())
        channels = options.channels or max(each.shape[1] for each in samples)
        scaling = Scaling.learn(with_channels(each, channels).astype(np.float64) for each in samples)
        stem = options.stem or ("linear" if (options.patch or 2) % 2 else "convolutional")
        patch = options.patch or next((patch for most, patch in PATCHES[stem] if longest <= most), LARGE_PATCH)
        return cls(replace(options, patch=patch, channels=channels, stem=stem), scaling, Range(lowest, highest))

    def encode(self, item: Any, where: str) -> Encoded:
        """Patches of float32, with cells. Raises DataError for an item that is no image, damaged, too large, or on
        another scale than training's images.

        MissingError: the item is a file, and Pillow is not installed.
        """
        pixels = read_pixels(item, where, self.options.longest)
        self.range.check(pixels, where)
        values = with_channels(pixels.values, self.channels)
        scaled = self.scaling.apply(values.reshape(-1, self.channels).astype(np.float64), where)
        patches = patched(scaled.reshape(values.shape), self.patch)
        return Encoded(patches, cells(*self._grid(pixels)), size=values.shape[:2])

    def augmented(self, encoded: Encoded, random: np.random.Generator) -> Encoded:
        """Patches of the image moved, mirrored and blanked as the options say, as many as before."""
        return augmented(encoded, self.patch, self.options, random) if self.options.augment else encoded

    def names(self, item: Any) -> list[str]:
        """`row 3, column 4` of each patch, counted from 1."""
        grid = self._grid(read_pixels(item, _place(item, 0), self.options.longest))
        return [f"row {row + 1}, column {column + 1}" for row, column in cells(*grid).tolist()]

    def shown(self, item: Any) -> dict[str, NDArray[Any]]:
        """`pixels` (rows, columns, channels) of uint8, and `patches` (n, 4): top, left, bottom, right of each."""
        pixels = read_pixels(item, _place(item, 0), self.options.longest)
        values = pixels.values if pixels.whole else (pixels.values - self.range.lowest) / np.ptp(self.range)
        size = np.array(values.shape[:2])
        first = cells(*self._grid(pixels)) * self.patch
        return {
            "pixels": (values.clip(0, 1) * 255).round().astype(np.uint8),
            "patches": np.hstack((first, np.minimum(first + self.patch, size))),
        }

    def to_json(self) -> dict[str, Any]:
        """The options, the mean and factor of each channel, and the range of training's pixels."""
        return {"options": asdict(self.options), "scaling": self.scaling.to_json(), "range": list(self.range)}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """What `to_json` gave; KeyError, TypeError or ValueError where the record cannot be that."""
        lowest, highest = map(float, record["range"])
        found = cls(ImageOptions(**record["options"]), Scaling.from_json(record["scaling"]), Range(lowest, highest))
        if len(found.scaling.mean) != found.channels or not lowest < highest:
            raise ValueError(f"scaling must be of {found.channels} channels, and the range {lowest} to {highest} rise")
        return found

    def _grid(self, pixels: Pixels) -> tuple[int, int]:
        """How many patches stand below and beside each other."""
        rows, columns = pixels.values.shape[:2]
        return -(-rows // self.patch), -(-columns // self.patch)


def _place(item: Any, index: int) -> str:
    """What errors call an item of training."""
    return shown(item) if isinstance(item, str | Path) else item_name(index)
