"""Opening a file for reading, and what to say when it cannot be opened."""

import difflib
import gzip
from io import BufferedIOBase
from itertools import islice
from pathlib import Path

from regard.errors import DataError

NAMES_LOOKED_AT = 2_000


def shown(path: str | Path) -> str:
    """A path as error texts print it: as typed, unless it holds line breaks or other invisible characters."""
    text = str(path)
    return text if text.isprintable() else repr(text)


def quoted(text: str, longest: int = 40) -> str:
    """The start of a text in quotes, on one line, safe for any terminal.

    >>> quoted("one\\u2028two", longest=5)
    "'one\\\\u2028t…'"
    """
    return repr(text if len(text) <= longest else text[:longest] + "…")


def brief(name: str) -> str:
    """A name from inside a file, as lists in error texts print it."""
    return shown(name if len(name) <= 40 else name[:40] + "…")


def open_bytes(path: str | Path) -> BufferedIOBase:
    """The bytes of a file, unpacked as they are read if its name ends in `.gz`; pipes are welcome.

    Raises DataError if there is no such file, it is a folder, or it may not be read.
    """
    path = Path(path)
    try:
        if path.suffix.lower() == ".gz":
            return gzip.open(path, "rb")
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise cannot_open(path, error) from error


def cannot_open(path: Path, error: OSError | ValueError) -> DataError:
    """The error for a file that did not open."""
    match error:
        case FileNotFoundError() | NotADirectoryError():
            got, hint = _absent(path)
            return DataError(f"{shown(path)}: there is no such file", got=got, hint=hint)
        case IsADirectoryError():
            hint = _list(_names(path), f"name a file in {shown(path)}:") or "name a file; this folder is empty"
            return DataError(f"{shown(path)}: must be a file", got="a folder", hint=hint)
        case PermissionError():
            hint = f"ls -l {shown(path)}, then chmod or sudo as its owner allows"
            return DataError(f"{shown(path)}: must be readable", got="no permission to read it", hint=hint)
        case OSError():
            got = error.strerror or type(error).__name__
            return DataError(f"{shown(path)}: must be readable", got=got, hint="check the name and the disk")
        case _:
            hint = "check the name for stray characters"
            return DataError(f"{shown(path)}: must be a file's name", got=str(error), hint=hint)


def _absent(path: Path) -> tuple[str, str]:
    """What came and what to do, for a file that is not there."""
    folder = path.parent
    if not folder.is_dir():
        return f"no folder {shown(folder)} either", "check the path, and from which folder it starts"
    names = _names(folder)
    close = difflib.get_close_matches(path.name, names, n=3)
    if close:
        return f"the name {quoted(path.name)}", _list(close, "is it one of these?")
    return f"the name {quoted(path.name)}", _list(names, "in that folder are:") or "that folder is empty"


def _names(folder: Path) -> list[str]:
    """Names in a folder, sorted; only so many of a very full one, none of a closed one."""
    try:
        return sorted(entry.name for entry in islice(folder.iterdir(), NAMES_LOOKED_AT))
    except OSError:
        return []


def _list(names: list[str], lead: str) -> str:
    """`lead a b c …`, or nothing where there is nothing to list."""
    more = " …" if len(names) > 6 else ""
    return f"{lead} {' '.join(map(shown, names[:6]))}{more}" if names else ""
