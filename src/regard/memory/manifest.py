"""memory.json: what was settled, which blocks there are, and the number of the journal; whoever replaces it commits."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from regard.errors import FolderError
from regard.folder.atomic import flush_folder, write_json
from regard.memory.block import Told

FORMAT = 1
NAME = "memory.json"


class Manifest(NamedTuple):
    """`journal` numbers the journal whose records follow the blocks; `following` the next block."""

    about: dict[str, Any]
    blocks: tuple[Told, ...] = ()
    journal: int = 0
    following: int = 0

    def journal_of(self, folder: Path) -> Path:
        """The file of the journal, which may not be there yet."""
        return folder / f"journal-{self.journal:08}"

    def commit(self, folder: Path) -> None:
        """This is what the folder holds, and what it held no longer is deleted."""
        blocks = [each._asdict() for each in self.blocks]
        write_json(folder / NAME, {"format": FORMAT, **self._asdict(), "blocks": blocks})
        flush_folder(folder)
        self.tidy(folder)

    def tidy(self, folder: Path) -> None:
        """Deletes blocks and journals that are not, or no longer, part of the memory."""
        kept = {self.journal_of(folder).name, *(each.file for each in self.blocks)}
        for path in [*folder.glob("block-*.safetensors"), *folder.glob("journal-*")]:
            if path.name not in kept:
                path.unlink(missing_ok=True)


def read_manifest(folder: Path) -> tuple[bytes, Manifest]:
    """memory.json as it lies there, and what it says; FolderError where there is none, or it cannot be that."""
    path = folder / NAME
    try:
        content = path.read_bytes()
    except OSError as error:
        what = "a folder without one" if folder.is_dir() else "a file" if folder.exists() else "no such folder"
        hint = "the folder of a memory; regard remember MODEL DATA --memory DIR makes one"
        raise FolderError(f"{folder}: a memory holds {NAME}", got=what, hint=hint) from error
    try:
        record = json.loads(content)
        if record["format"] != FORMAT or not isinstance(record["about"], dict):
            raise ValueError(f"format {record['format']!r:.60}; this version reads {FORMAT}")
        about = record["about"]
        if about and not (isinstance(about["model"], str) and isinstance(about["width"], int) and about["width"] > 0):
            raise ValueError("about must name a model and a width")
        blocks = tuple(Told.of(each) for each in record["blocks"])
        return content, Manifest(record["about"], blocks, int(record["journal"]), int(record["following"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        got = " ".join(str(error).split())[:200]
        raise FolderError(f"{path}: must be as a memory writes it", got=got, hint="restore it from a copy") from error
