"""What can be chosen about images."""

from dataclasses import dataclass

from regard.errors import OptionError, unknown

STEMS = ("convolutional", "linear")


@dataclass(frozen=True, kw_only=True)
class ImageOptions:
    """How images become vectors, and how training may change them.

    Attributes:
        patch: pixels of a side of the squares that become vectors; else 2 for images up to 12, 4 up to 24, 8 up to 100,
            16 beyond; with a linear stem 4 up to 40, 8 up to 100, 16 beyond
        channels: 1 for grey, 3 for colour; else colour if any image of the training has it
        stem: how patches become states: `convolutional`, seeing a little beyond each, or `linear`, each patch alone;
            else convolutional if the side of a patch is even
        longest: most pixels of a side; nothing is resized
        augment: change images a little in training
        shift: most pixels that training moves an image; else a quarter of a patch, at least 1
        flip: mirror half of the images in training; letters, digits and maps mean another thing then
        erase: how often training blanks a patch
    """

    patch: int | None = None
    channels: int | None = None
    stem: str | None = None
    longest: int = 512
    augment: bool = True
    shift: int | None = None
    flip: bool = False
    erase: float = 0.25

    def __post_init__(self) -> None:
        """Raises OptionError for a number out of its range, or a stem that does not exist."""
        if self.stem is not None and self.stem not in STEMS:
            raise unknown("stem", self.stem, list(STEMS))
        ranges = {"patch": (1, 256), "longest": (1, 8_192), "shift": (0, 256), "erase": (0, 1), "channels": (1, 3)}
        for name, (least, most) in ranges.items():
            value = getattr(self, name)
            if value is not None and (not least <= value <= most or (name == "channels" and value == 2)):
                rule = f"{name}: must be {'1 or 3' if name == 'channels' else f'between {least} and {most:,}'}"
                raise OptionError(rule, got=f"{value:,}", hint="leave it out for what suits the data")
