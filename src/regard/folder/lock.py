"""One writer a folder: a lock that the system releases when the process ends, however it ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from regard.errors import FolderError


@contextmanager
def locked(folder: Path, writer: str = "training", flag: str = "--model") -> Iterator[None]:
    """Makes the folder if need be and holds it for writing; errors speak of another such writer and of that flag.

    Raises FolderError where another process holds it, or where nothing can be written.
    """
    with _opened(folder, flag) as file:
        if not _take(file.fileno()):
            file.seek(0)
            raise FolderError(
                f"{folder}: another {writer} is writing to this folder",
                got=f"a lock held by process {file.read().strip() or 'unknown'}",
                hint=f"wait for it, or choose another {flag} folder",
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        for left in folder.glob(".*.tmp"):  # by a process that was killed while it wrote
            left.unlink(missing_ok=True)
        try:
            yield
        finally:
            file.truncate(0)


def _opened(folder: Path, flag: str) -> TextIO:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / ".lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise FolderError(
            f"{folder}: the folder must be one that can be written to",
            got=error.strerror or str(error),
            hint=f"another {flag} folder, or check the name and the rights on it",
        ) from error


def _take(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
