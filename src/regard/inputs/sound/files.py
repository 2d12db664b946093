"""Sound files, by libsndfile: the header first, then no more of the file than the part that is asked for."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from regard.data.files import shown
from regard.data.items import Floats
from regard.data.recorded import SUFFIXES, check_file
from regard.errors import DataError, missing

FORMATS = ("WAV", "WAVEX", "RF64", "FLAC", "OGG")
MOST_CHANNELS = 64
BLOCK = 1 << 20
CUT_WAV = re.compile(r"^data : (\d+) \(should be (\d+)\)", re.MULTILINE)
CUT_OGG = "Last page lacks an end-of-stream bit"
UNKNOWN_LENGTH = 0x7FFFF000
"""Programs that write wav to a pipe claim a length from here on, for they do not know it yet."""


class Header(NamedTuple):
    """Samples a second, how many there are in each channel, and how many channels."""

    rate: int
    samples: int
    channels: int


def read_header(path: Path) -> Header:
    """What the file says about itself. Raises DataError unless it is a whole wav, flac or ogg file."""
    with _opened(path) as file:
        return Header(file.samplerate, file.frames, file.channels)


def read_samples(path: Path, first: int, count: int) -> Floats:
    """So many samples (count,) from the first on, the mean of all channels, full scale being 1."""
    with _opened(path) as file:
        blocks, left = [], count
        try:
            file.seek(first)
            while left:
                block = file.read(min(left, BLOCK // file.channels), "float32", always_2d=True)
                if not len(block):
                    break
                blocks.append(block[:, 0] if file.channels == 1 else block.mean(1))
                left -= len(block)
        except RuntimeError as error:
            raise _damaged(path, str(error)) from error
    if left:
        raise _damaged(path, f"{count - left:,} of {count:,} samples")
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


def _opened(path: Path) -> Any:
    """The file, its header read and checked."""
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise missing("sound files", "soundfile", "sound") from error
    check_file(path)
    if path.suffix.lower() not in SUFFIXES["sound"]:
        got, hint = f"the suffix {path.suffix!r}", f"convert it: ffmpeg -i {shown(path)} {shown(path.stem)}.wav"
        raise DataError(f"{shown(path)}: sounds are {' '.join(SUFFIXES['sound'])}", got=got, hint=hint)
    try:
        file = soundfile.SoundFile(str(path))
    except (RuntimeError, TypeError) as error:
        raise _damaged(path, str(error)) from error
    cut = CUT_WAV.search(file.extra_info)
    if file.format not in FORMATS:
        raise _damaged(path, f"{file.format} data")
    if file.channels > MOST_CHANNELS:
        raise _damaged(path, f"{file.channels:,} channels")
    if cut and int(cut[2]) < int(cut[1]) < UNKNOWN_LENGTH:
        raise _damaged(path, f"{int(cut[2]):,} of {int(cut[1]):,} bytes")
    if CUT_OGG in file.extra_info:
        raise _damaged(path, "an ogg stream without its end")
    return file


def _damaged(path: Path, got: str) -> DataError:
    """The error for a file that is not sound, in both meanings."""
    hint = f"copy it again, or see what it is: file {shown(path)}"
    return DataError(f"{shown(path)}: must be a whole wav, flac or ogg file", got=" ".join(got.split()), hint=hint)
