"""Waves into log-mel frames: how much energy each band of frequencies has at each moment."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from regard.data.items import Floats

LOWEST = 20.0
"""Hertz where the first band begins."""
FLOOR = 1e-8
"""Energy of silence; a sine of full scale has about 1, so this is 80 dB below it."""
CHUNK = 4_096


class Frames(NamedTuple):
    """How a wave is cut into frames and bands: samples a second, bands, samples of a window, of a step."""

    rate: int
    mels: int
    window: int
    step: int

    def count(self, samples: int) -> int:
        """How many frames so many samples make; the last one is filled up with zeros, so that each sample is heard."""
        return 1 + max(0, -(-(samples - self.window) // self.step))


def log_mels(samples: Floats, frames: Frames) -> Floats:
    """Natural logarithms (n, mels) of the energy in triangular bands, equally wide on the mel scale.

    energy[n, c] = Σ_f filter[f, c] · |FFT(Hann · frame_n)[f]|², a frame's own mean taken off first;
    mel(f) = 1127 · ln(1 + f / 700). Memory beside the result: 4,096 spectra.
    """
    n = frames.count(len(samples))
    padded = np.pad(samples, (0, (n - 1) * frames.step + frames.window - len(samples)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, frames.window)[:: frames.step]
    filters = mel_filters(frames)
    hann = np.hanning(frames.window + 1)[:-1].astype(np.float32) if frames.window > 1 else np.ones(1, np.float32)
    result: Floats = np.empty((n, frames.mels), np.float32)
    for first in range(0, n, CHUNK):
        piece = windows[first : first + CHUNK]
        spectra = np.fft.rfft((piece - piece.mean(1, keepdims=True)) * hann, 2 * (len(filters) - 1))
        energy = (np.square(spectra.real) + np.square(spectra.imag)) * np.float32(2 / np.square(hann).sum() ** 2)
        result[first : first + CHUNK] = energy @ filters
    return np.log(np.maximum(result, FLOOR, out=result), out=result)


@lru_cache(maxsize=8)
def mel_filters(frames: Frames) -> Floats:
    """Weights (bins, mels) of triangles that overlap by half; the FFT is long enough for each to hold a bin."""
    top = 1127 * np.log1p(frames.rate / 2 / 700)
    edges = np.linspace(1127 * np.log1p(LOWEST / 700), top, frames.mels + 2)
    size = 1 << (frames.window - 1).bit_length()
    while True:
        bins = 1127 * np.log1p(np.arange(size // 2 + 1) * frames.rate / size / 700)
        rise = (bins[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
        fall = (edges[2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
        filters: Floats = np.maximum(np.minimum(rise, fall), 0).astype(np.float32)
        if filters.sum(0).min() > 0.1 or size >= 1 << 16:
            return filters
        size *= 2


def deltas(values: Floats) -> Floats:
    """How each band changes a frame (n, c): the slope over two frames on each side, edges repeated.

    >>> deltas(np.arange(6, dtype=np.float32)[:, None])[2:4].tolist()
    [[1.0], [1.0]]
    """
    padded = np.pad(values, ((2, 2), (0, 0)), mode="edge")
    near, far = padded[3:-1] - padded[1:-3], padded[4:] - padded[:-4]
    return ((near + 2 * far) / 10).astype(np.float32)
