"""What can be chosen about sound."""

from dataclasses import dataclass

from regard.errors import OptionError

HIGHEST_RATE = 16_000
RATES = (1_000, 1_000_000)
MOST_MELS = 256


@dataclass(frozen=True, kw_only=True)
class SoundOptions:
    """How sounds become vectors, and how training may change them.

    Attributes:
        rate: samples a second that every sound is brought to; else the training data's most common one, at most 16,000
        mels: frequency bands; else 5 for each 1,000 samples a second: 40 at 8,000, 80 at 16,000
        window_ms: milliseconds that a frame looks at
        step_ms: milliseconds from one frame to the next
        deltas: append how bands change from frame to frame, and how that changes
        longest: seconds of a sound, or of the part of it that is read
        augment: change sounds a little in training
        time_masks: stretches of time silenced in training, of a random length
        frequency_masks: ranges of bands silenced in training, of a random width
        time_mask: longest of these stretches, as a share of the frames
        frequency_mask: widest of these ranges, as a share of the bands
        time_warp: how far training may move a moment, as a share of the frames
        frequency_warp: how far training may move a band, as a share of the bands: voices of other sizes
    """

    rate: int | None = None
    mels: int | None = None
    window_ms: float = 25.0
    step_ms: float = 10.0
    deltas: bool = False
    longest: float = 600.0
    augment: bool = True
    time_masks: int = 2
    frequency_masks: int = 2
    time_mask: float = 0.1
    frequency_mask: float = 0.15
    time_warp: float = 0.1
    frequency_warp: float = 0.05

    def __post_init__(self) -> None:
        """Raises OptionError for a number out of its range."""
        ranges: dict[str, tuple[float, float]] = {
            "rate": RATES,
            "mels": (1, MOST_MELS),
            "window_ms": (1, 1_000),
            "step_ms": (1, 1_000),
        }
        ranges |= {"longest": (0.001, 36_000), "time_masks": (0, 100), "frequency_masks": (0, 100)}
        ranges |= {"time_mask": (0, 1), "frequency_mask": (0, 1), "time_warp": (0, 0.5), "frequency_warp": (0, 0.5)}
        for name, (least, most) in ranges.items():
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                rule, hint = f"{name}: must lie between {least:,} and {most:,}", "leave it out for what suits the data"
                raise OptionError(rule, got=f"{value:,}", hint=hint)
