"""Files that are whole or absent: written to a temporary name, flushed to the disk, renamed."""

import json
import os
from pathlib import Path
from typing import Any

from regard.errors import FolderError


def write_bytes(path: Path, content: bytes) -> None:
    """The file has this content, or, after a crash, what it had before."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise FolderError(
            f"{path}: the file could not be written",
            got=str(error),
            hint="free space or rights on that folder",
        ) from error


def flush_folder(folder: Path) -> None:
    """The names in a folder are on the disk, too: what was renamed or deleted there stays so when the power fails."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, record: Any) -> None:
    """The file holds this as indented JSON with sorted keys."""
    write_bytes(path, (json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode())


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; a FolderError that names the file where there is none."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise FolderError(
            f"{path}: the file must hold JSON", got=str(error), hint="restore it from a copy, or train again"
        ) from error
    if not isinstance(record, dict):
        raise FolderError(f"{path}: the file must hold a JSON object", got=type(record).__name__, hint="restore it")
    return record
