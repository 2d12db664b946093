"""Any sound item as one wave: a path, a part of a file, or an array of samples with its rate."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regard.data.items import Floats, Sound
from regard.errors import DataError
from regard.inputs.sound.files import MOST_CHANNELS, Header, read_header, read_samples
from regard.inputs.sound.options import RATES

MOST_SAMPLES = 100_000_000
LOUDEST = 4.0
"""Floats beyond are no samples between -1 and 1 that overshot, but whole numbers in disguise."""
ROUNDING = 0.01
"""Seconds by which a part may end after its file does: tables hold rounded numbers."""
SCALES = {"int8": 2.0**7, "int16": 2.0**15, "int32": 2.0**31, "uint8": 2.0**7}


class Wave(NamedTuple):
    """One channel of samples (t,) between -1 and 1, and how many there are a second."""

    samples: Floats
    rate: int


class Extent(NamedTuple):
    """Which samples of an item are meant, and at which rate."""

    first: int
    length: int
    rate: int


def read_wave(item: Any, where: str, longest: float = 600.0) -> Wave:
    """The item's samples, the mean of its channels.

    Whole numbers are divided by the full scale of their type (int16: 32,768; uint8 is centred at 128). Raises DataError
    for an item without rate or samples, one of more than `longest` seconds, a part that its file does not have, NaN,
    and floats beyond ±4.
    """
    sound = as_sound(item, where)
    extent = extent_of(sound, where, longest)
    if isinstance(sound.samples, Path):
        samples = read_samples(sound.samples, extent.first, extent.length)
    else:
        samples = _scaled(sound.samples[extent.first : extent.first + extent.length], where)
    largest = float(np.abs(samples).max())
    if not np.isfinite(largest):
        bad = np.flatnonzero(~np.isfinite(samples))
        got = f"{len(bad):,} of {len(samples):,} that are NaN or infinite, first at {bad[0] / extent.rate:.3f} s"
        raise DataError(f"{where}: samples must be numbers", got=got, hint="cut them out, or numpy.nan_to_num(samples)")
    if largest > LOUDEST:
        hint = "divide by full scale: samples / 32768 for 16 bits, or samples.astype(numpy.int16)"
        raise DataError(f"{where}: samples that are floats lie between -1 and 1", got=f"{largest:g}", hint=hint)
    return Wave(samples, extent.rate)


def extent_of(item: Any, where: str, longest: float = 600.0) -> Extent:
    """Which samples the item means; of a file only the header is read. Raises DataError as `read_wave` does."""
    sound = as_sound(item, where)
    header = _header(sound, where)
    length = header.samples / header.rate
    start, stop = sound.start, length if sound.stop is None else sound.stop
    if not 0 <= start < stop <= length + ROUNDING or start >= length:
        got, hint = f"{start:g} to {stop:g} of {length:g} seconds", "give seconds within the sound, start before stop"
        if not header.samples:
            got, hint = "no samples", "remove it, or record it again"
        raise DataError(f"{where}: a sound must last", got=got, hint=hint)
    if stop - start > longest:
        hint = "give parts of it, Sound(path, start=60, stop=120), or a larger `longest`"
        got = f"{stop - start:,.1f}"
        raise DataError(f"{where}: a sound may last {longest:g} seconds", got=got, hint=hint)
    first = min(round(start * header.rate), header.samples - 1)
    count = max(min(round(stop * header.rate), header.samples) - first, 1)
    if count > MOST_SAMPLES:
        got, hint = f"{count:,}", "give parts of it: Sound(path, start=60, stop=120)"
        raise DataError(f"{where}: a sound may have {MOST_SAMPLES:,} samples", got=got, hint=hint)
    return Extent(first, count, header.rate)


def as_sound(item: Any, where: str) -> Sound:
    """The item as a Sound: of a path, or of an array (t,) or (t, channels) that has a rate."""
    sound = item if isinstance(item, Sound) else Sound(item)
    if isinstance(sound.samples, str | Path):
        return sound._replace(samples=Path(sound.samples))
    try:
        samples = np.asarray(sound.samples)
    except (TypeError, ValueError) as error:
        hint = "give one array of samples, or a path"
        raise DataError(f"{where}: a sound must be an array", got=str(error), hint=hint) from error
    if samples.dtype.kind not in "fiu" or samples.ndim not in (1, 2):
        hint = "give numbers (t,) or (t, channels), or the path of a file"
        got = f"{samples.dtype} {samples.shape}"
        raise DataError(f"{where}: a sound is an array of samples, or a path", got=got, hint=hint)
    if samples.ndim == 2 and samples.shape[1] > min(len(samples), MOST_CHANNELS):
        hint = "turn it: samples.T"
        raise DataError(f"{where}: samples must be (t, channels)", got=f"{samples.shape}", hint=hint)
    if sound.rate is None:
        hint = "rate=8000, or whatever they were recorded at; Sound(samples, 8000) for one item"
        raise DataError(f"{where}: Waves need rate=", got=f"{len(samples):,} samples without", hint=hint)
    return sound._replace(samples=samples)


def _header(sound: Sound, where: str) -> Header:
    """Rate and size of a sound, the rate checked."""
    if isinstance(sound.samples, Path):
        header = read_header(sound.samples)
        if sound.rate is not None and sound.rate != header.rate:
            got = f"rate={sound.rate}, {header.rate} in the file"
            raise DataError(f"{where}: a file knows its rate", got=got, hint="leave rate out for files")
    else:
        header = Header(_whole(sound.rate, where), len(sound.samples), sound.samples.size // max(len(sound.samples), 1))
    if not RATES[0] <= header.rate <= RATES[1]:
        hint = "rates are samples a second: 8000, 16000, 44100"
        raise DataError(
            f"{where}: rate must lie between {RATES[0]:,} and {RATES[1]:,}", got=f"{header.rate}", hint=hint
        )
    return header


def _whole(rate: Any, where: str) -> int:
    """The rate, if it is a whole number."""
    try:
        if int(rate) == rate:
            return int(rate)
    except (TypeError, ValueError, OverflowError):
        pass
    raise DataError(f"{where}: rate must be a whole number", got=repr(rate), hint="rate=8000, for example")


def _scaled(samples: NDArray[Any], where: str) -> Floats:
    """One channel of float32, full scale being 1."""
    if samples.dtype.kind == "f":
        floats = samples.astype(np.float32)
    elif samples.dtype.name in SCALES:
        floats = (samples.astype(np.float64) / SCALES[samples.dtype.name]).astype(np.float32)
        floats -= samples.dtype.kind == "u"
    else:
        got, hint = str(samples.dtype), "samples.astype(numpy.int16), if they were recorded with 16 bits"
        raise DataError(
            f"{where}: whole samples are {', '.join(SCALES)}, whose full scale is known", got=got, hint=hint
        )
    return floats if floats.ndim == 1 else floats.mean(1)
