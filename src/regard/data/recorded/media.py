"""Which files hold a sound, an image or a text, told by their suffix, and whether a path is such a file."""

import stat
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from regard.data.files import cannot_open, open_bytes, shown
from regard.errors import DataError, OptionError, nearest

SUFFIXES = {"sound": (".wav", ".flac", ".ogg"), "image": (".png", ".jpg", ".jpeg"), "text": (".txt",)}
"""The suffixes of each kind, in small letters; capital ones mean the same."""


def kind_of(path: Path) -> str:
    """`sound`, `image`, `text`, or nothing for another suffix.

    >>> kind_of(Path("seven.WAV"))
    'sound'
    """
    return next((kind for kind, suffixes in SUFFIXES.items() if path.suffix.lower() in suffixes), "")


def one_kind(paths: Sequence[Path], origin: str, kind: str | None = None) -> str:
    """The kind of all these files; `kind` if it is given and all are of it.

    Raises OptionError for a kind that does not exist, DataError where a file is of no kind or of another.
    """
    if kind is not None and kind not in SUFFIXES:
        raise OptionError("kind: must be one that files hold", got=repr(kind), hint=nearest(str(kind), SUFFIXES))
    kinds = [kind_of(path) for path in paths]
    strange = [path for path, found in zip(paths, kinds, strict=True) if not found or (kind and found != kind)]
    if strange and (kind or not all(kinds)):
        known = " ".join(suffix for each in ([kind] if kind else SUFFIXES) for suffix in SUFFIXES[each])
        got = f"{len(strange):,} of {len(paths):,} files with another suffix, first {shown(strange[0])}"
        hint = "move these files out, or hide them by a dot before their names; sounds are converted by ffmpeg -i"
        raise DataError(f"{origin}: every file must end in {known}", got=got, hint=hint)
    counts = Counter(kinds)
    if len(counts) > 1:
        got = ", ".join(f"{number:,} of {each}" for each, number in counts.most_common())
        raise DataError(f"{origin}: files must be of one kind", got=got, hint="give each kind a folder of its own")
    return kinds[0]


def check_file(path: Path, place: str = "") -> None:
    """Raises DataError unless the path leads to a file that may be read; `place` is where the path stands written."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode):  # opening a pipe would wait for somebody to write
            open_bytes(path).close()
            return
    except DataError as error:
        raise _at(place, error) from error
    except (OSError, ValueError) as error:
        raise _at(place, cannot_open(path, error)) from error
    hint = "copy what it holds into a file"
    raise _at(place, DataError(f"{shown(path)}: must be a file", got="a pipe or a device", hint=hint))


def _at(place: str, error: DataError) -> DataError:
    """The error, led by where the path stands written."""
    return DataError(f"{place}: {error.rule}", got=error.got, hint=error.hint) if place else error
