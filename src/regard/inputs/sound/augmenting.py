"""Frames as training hears them: time and frequency bent a little, stretches of both silenced."""

import numpy as np

from regard.data.items import Floats
from regard.inputs.sound.options import SoundOptions


def augmented(values: Floats, mels: int, options: SoundOptions, random: np.random.Generator) -> Floats:
    """Frames (n, d) warped and masked, as many as before (SpecAugment: Park et al. 2019, section 2).

    d holds the bands once, or three times with deltas, which are treated alike. Masked is 0, the mean. One moment and
    one band, drawn at random, move by at most the options' shares; what lies between them and the ends stretches.
    """
    n = len(values)
    bands = values.reshape(n, -1, mels)
    bands = _bent(bands, 0, _moved(n, options.time_warp, random))
    bands = _bent(bands, 2, _moved(mels, options.frequency_warp, random))
    for _ in range(options.time_masks):
        first, last = _stretch(n, options.time_mask, random)
        bands[first:last] = 0
    for _ in range(options.frequency_masks):
        first, last = _stretch(mels, options.frequency_mask, random)
        bands[:, :, first:last] = 0
    return bands.reshape(n, -1)


def _moved(size: int, share: float, random: np.random.Generator) -> Floats:
    """Where each of `size` places is read from: the ends stay, one place between moves by up to the share."""
    last = size - 1
    centre = random.uniform(0.25, 0.75) * last
    source = centre + random.uniform(-share, share) * last / 2
    return np.interp(np.arange(size), [0, centre, max(last, 1)], [0, source, last]).astype(np.float32)


def _bent(values: Floats, axis: int, places: Floats) -> Floats:
    """Values read at places between whole ones, along an axis, by linear interpolation; always a copy."""
    low = places.astype(np.int64)
    high = np.minimum(low + 1, len(places) - 1)
    share = (places - low).astype(np.float32).reshape([-1 if each == axis else 1 for each in range(values.ndim)])
    below = values.take(low, axis)
    return below + (values.take(high, axis) - below) * share


def _stretch(size: int, share: float, random: np.random.Generator) -> tuple[int, int]:
    """First and last place of a stretch of random length, at most that share."""
    length = int(random.integers(0, int(size * share) + 1))
    first = int(random.integers(0, size - length + 1))
    return first, first + length
