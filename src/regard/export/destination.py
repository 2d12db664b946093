"""The folder that a model is exported to: whole or as it was before, and never over what somebody else put there."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from regard import __version__
from regard.errors import FolderError, OptionError
from regard.export.parts import parts_of
from regard.folder.atomic import read_json, write_json

RECORD = "export.json"
FORMAT = 1

PROGRAM = '''"""{about}

    {command} --help
"""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))

from {module} import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(FOLDER))
'''


@contextmanager
def destination(folder: Path, *, overwrite: bool) -> Iterator[Path]:
    """An empty folder to write to, which takes the other's place once all is written.

    Raises OptionError where something lies in the folder, unless it is an earlier export and to be overwritten; what
    else lies there stays.
    """
    before = _written_before(folder, overwrite=overwrite)
    made = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        made.mkdir(parents=True)
        yield made
        for name in before:
            (folder / name).unlink(missing_ok=True)
        folder.mkdir(exist_ok=True)
        for path in sorted(made.iterdir(), key=lambda each: each.name == RECORD):
            _moved(path, folder / path.name)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def write_program(folder: Path, name: str, module: str, about: str, besides: tuple[str, ...] = ()) -> None:
    """The program of a folder, and what it runs: a copy of the module, of those `besides`, and of all they import."""
    program = PROGRAM.format(about=about, command=f"python {name}", module=module)
    for path, text in {**parts_of([module, *besides]), name: program}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def write_export(folder: Path, record: dict[str, Any]) -> None:
    """export.json: what a program must know, and the files that belong to the export."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    told = {"format": FORMAT, "regard": __version__, "files": files}
    write_json(folder / RECORD, {**record, **told})


def _written_before(folder: Path, *, overwrite: bool) -> list[str]:
    """The files of an earlier export that are to go."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return []
    if not folder.is_dir():
        raise OptionError("regard export: must write to a folder", got=f"the file {folder}", hint="another name")
    if not (folder / RECORD).is_file() or not overwrite:
        there = "an export" if (folder / RECORD).is_file() else "other files"
        hint = "another folder" + ", or --overwrite" * (there == "an export")
        raise OptionError(f"regard export: {folder} must be empty or not there", got=there, hint=hint)
    names = read_json(folder / RECORD).get("files")
    if not isinstance(names, list) or not all(isinstance(name, str) and _inside(name) for name in names):
        raise FolderError(f"{folder / RECORD}: must list the files of an export", got=json.dumps(names)[:80], hint="rm")
    return [*names, RECORD]


def _inside(name: str) -> bool:
    """Whether a path stays in its folder."""
    return not Path(name).is_absolute() and ".." not in Path(name).parts


def _moved(path: Path, target: Path) -> None:
    """A file or a folder, put where another may lie; of two folders the files are joined."""
    if not path.is_dir():
        path.replace(target)
        return
    target.mkdir(exist_ok=True)
    for each in path.iterdir():
        _moved(each, target / each.name)
