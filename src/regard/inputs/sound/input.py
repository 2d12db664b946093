"""Sound as an input: what is learned from training sounds, and every sound as log-mel frames."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from regard.data.files import shown
from regard.data.items import Floats
from regard.inputs.base import Encoded
from regard.inputs.learning import first_of, item_name
from regard.inputs.matrices import Doubles
from regard.inputs.sampling import spread
from regard.inputs.scaling import Scaling
from regard.inputs.sound.augmenting import augmented
from regard.inputs.sound.mels import Frames, deltas, log_mels
from regard.inputs.sound.options import HIGHEST_RATE, SoundOptions
from regard.inputs.sound.resampling import resample
from regard.inputs.sound.waves import Wave, as_sound, extent_of, read_wave

HIGHEST_SHOWN = 8_000
"""Samples a second of a wave that is drawn and heard."""


class SoundInput:
    """Sounds as log-mel frames (n, mels), or (n, 3·mels) with deltas, one a step of time.

    A sound's own mean over time and bands is taken off, so that loudness does not matter; then each band is brought to
    the training's mean 0 and deviation 1.

    Attributes:
        options: what was chosen, rate and mels filled in from the training data.
        features: numbers of one frame.
    """

    kind: ClassVar[str] = "sound"

    def __init__(self, options: SoundOptions, scaling: Scaling | None = None) -> None:
        rate, mels = options.rate or HIGHEST_RATE, options.mels or _usual_mels(options.rate or HIGHEST_RATE)
        self.options = replace(options, rate=rate, mels=mels)
        self.features = mels * (3 if options.deltas else 1)
        window, step = (max(1, round(rate * each / 1_000)) for each in (options.window_ms, options.step_ms))
        self.frames = Frames(rate, mels, window, step)
        self.scaling = scaling or Scaling.nothing(self.features)

    @classmethod
    def learn(cls, items: Sequence[Any], options: SoundOptions | None = None) -> Self:
        """Rate, means and deviations from at most 1,000 of the sounds, evenly spread. Raises DataError: `encode`."""
        options = options or SoundOptions()
        first_of(items, cls.kind)
        heard = [(items[i], _place(items[i], i)) for i in spread(len(items))]
        if options.rate is None:
            rates = Counter(extent_of(item, where, options.longest).rate for item, where in heard)
            options = replace(options, rate=min(max(rates, key=lambda rate: (rates[rate], rate)), HIGHEST_RATE))
        plain = cls(options)
        return cls(options, Scaling.learn(plain._levelled(item, where) for item, where in heard))

    def encode(self, item: Any, where: str) -> Encoded:
        """Frames of float32. Raises DataError for an item that is no sound, damaged, too long, or without rate.

        MissingError: the item is a file, and soundfile is not installed.
        """
        return Encoded(self.scaling.apply(self._levelled(item, where), where))

    def augmented(self, encoded: Encoded, random: np.random.Generator) -> Encoded:
        """Frames warped and masked as the options say, as many as before."""
        if not self.options.augment:
            return encoded
        return Encoded(augmented(encoded.values, self.frames.mels, self.options, random))

    def names(self, item: Any) -> list[str]:
        """When each frame begins, in its file: `0.25 s`; of a file only the header is read."""
        extent = extent_of(item, _place(item, 0), self.options.longest)
        samples = -(-extent.length * self.frames.rate // extent.rate)
        step, start = self.frames.step / self.frames.rate, as_sound(item, "sound").start
        digits = 2 if step >= 0.01 else 3
        return [f"{start + i * step:.{digits}f} s" for i in range(self.frames.count(samples))]

    def shown(self, item: Any) -> dict[str, NDArray[Any]]:
        """`wave` (samples,) of `rate` (1,), at most 8,000 a second; `spectrogram` (frames, bands), the logarithms of
        energies; `spans` (n, 2) of the frames, in seconds from the sound's beginning."""
        wave = read_wave(item, _place(item, 0), self.options.longest)
        heard = resample(wave.samples, wave.rate, self.frames.rate)
        rate = min(wave.rate, HIGHEST_SHOWN)
        first = np.arange(self.frames.count(len(heard))) * self.frames.step / self.frames.rate
        last = np.minimum(first + self.frames.window / self.frames.rate, len(heard) / self.frames.rate)
        return {
            "wave": resample(wave.samples, wave.rate, rate).clip(-1, 1),
            "rate": np.array([rate]),
            "spectrogram": log_mels(heard, self.frames),
            "spans": np.stack((first, last), 1),
        }

    def to_json(self) -> dict[str, Any]:
        """The options, and the mean and deviation of each number of a frame."""
        return {"options": asdict(self.options), "scaling": self.scaling.to_json()}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """What `to_json` gave; KeyError, TypeError or ValueError where the record cannot be that."""
        found = cls(SoundOptions(**record["options"]), Scaling.from_json(record["scaling"]))
        if len(found.scaling.mean) != found.features:
            raise ValueError(f"scaling must be of {found.features} features, got {len(found.scaling.mean)}")
        return found

    def _levelled(self, item: Any, where: str) -> Doubles:
        """Log-mel frames without the sound's own level, deltas beside them."""
        wave: Wave = read_wave(item, where, self.options.longest)
        values = log_mels(resample(wave.samples, wave.rate, self.frames.rate), self.frames)
        values -= values.mean()
        return np.concatenate(list(self._slopes(values)), axis=1, dtype=np.float64)

    def _slopes(self, values: Floats) -> Iterator[Floats]:
        """The frames, their change, and the change of that."""
        yield values
        if self.options.deltas:
            once = deltas(values)
            yield once
            yield deltas(once)


def _usual_mels(rate: int) -> int:
    """40 at 8,000 samples a second, 80 at 16,000; at least 10."""
    return max(10, min(80, rate // 200))


def _place(item: Any, index: int) -> str:
    """What errors call an item of training."""
    path = getattr(item, "samples", item)
    return shown(path) if isinstance(path, str | Path) else item_name(index)
