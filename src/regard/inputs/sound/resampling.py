"""A wave at another rate: each new sample is a weighted sum of the old ones around its moment."""

from functools import lru_cache
from math import ceil, gcd

import numpy as np

from regard.data.items import Floats

CROSSINGS = 24
"""Zero crossings of the sinc on each side."""
PASSED = 0.94
"""Share of the lower rate's band where the filter's edge lies."""
KAISER = 9.0


def resample(samples: Floats, rate: int, wanted: int) -> Floats:
    """The wave (t,) with `wanted` instead of `rate` samples a second: ceil(t · wanted / rate) of them, same start.

    new[i] = Σ_j old[j] · h(i / wanted − j / rate), h a sinc cut off at 0.94 of the lower band under a Kaiser window:
    what a rate cannot hold is 80 dB down. Beyond its ends a wave is 0. Takes O(t · 50) steps.
    """
    if rate == wanted:
        return samples
    common = gcd(rate, wanted)
    up, down = wanted // common, rate // common
    size = ceil(len(samples) * up / down)
    weights, before = _filters(up, down)
    taps = weights.shape[1]
    padded = np.pad(samples, (before, taps + down))
    windows = np.lib.stride_tricks.sliding_window_view(padded, taps)
    new = np.empty(size, np.float32)
    for phase in range(min(up, size)):  # new samples `up` apart have equal weights, and lie `down` old ones apart
        places = new[phase::up]
        first = phase * down // up
        places[:] = windows[first::down][: len(places)] @ weights[phase]
    return new


@lru_cache(maxsize=8)
def _filters(up: int, down: int) -> tuple[Floats, int]:
    """Weights (up, taps) of each phase, its first tap so many old samples before its moment."""
    edge = PASSED * min(1.0, up / down)
    reach = ceil(CROSSINGS / edge)
    phases = np.arange(up, dtype=np.float64) * down / up % 1
    away = np.arange(-reach, reach + 2)[None, :] - phases[:, None]
    window = np.i0(KAISER * np.sqrt(np.clip(1 - (away / (reach + 1)) ** 2, 0, 1)))
    weights = np.sinc(edge * away) * window
    weights /= weights.sum(1, keepdims=True)
    return weights.astype(np.float32), reach
