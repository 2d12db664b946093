"""Items in folders: a folder per class, or one folder of files whose names may tell class and group."""

from collections.abc import Iterator
from pathlib import Path

from regard.data.examples import Examples
from regard.data.files import cannot_open, open_bytes, shown
from regard.data.lines import read_lines
from regard.data.recorded.media import check_file, one_kind
from regard.data.recorded.name_patterns import NamePattern
from regard.errors import DataError, OptionError


def read_folder(folder: str | Path, kind: str | None = None, *, name_pattern: str | None = None) -> Examples:
    """The files of a folder as items, in the order of their names; the names of its sub-folders are their classes.

    `kind` is sound, image or text; left out, suffixes tell it (media.py). Sounds and images are paths, read when they
    are needed; a text is the whole of its file. `name_pattern`, such as "{label}_{group}_{}.wav", tells groups, and
    classes where there are no sub-folders; without it a folder of files has no answers. Hidden files are left alone.

    Raises DataError for other suffixes, kinds mixed, an empty class, folders inside classes, links that leave the
    folder, and names that do not follow the pattern; OptionError for a pattern that cannot be one. Some 10 µs a file.
    """
    folder = Path(folder)
    pattern = None if name_pattern is None else NamePattern.parse(name_pattern)
    files, classes = _listed(folder, folder.absolute())
    if classes and files:
        got = f"{len(classes):,} folders and {len(files):,} files, first {shown(files[0].name)}"
        hint = "move the files into the folder of their class, or hide them by a dot before their names"
        raise DataError(f"{shown(folder)}: must hold folders or files, not both", got=got, hint=hint)
    labels: list[str] | None = None
    if classes:
        by_class = {path.name: list(_files_of(path, folder)) for path in classes}
        files = [path for paths in by_class.values() for path in paths]
        labels = [name for name, paths in by_class.items() for _ in paths]
    if not files:
        hint = "check that this is the right folder; files whose names begin with a dot do not count"
        raise DataError(f"{shown(folder)}: must hold files", got="an empty folder", hint=hint)
    kind = one_kind(files, shown(folder), kind)
    labels, groups = _named(files, labels, pattern)
    items = [_text(path) for path in files] if kind == "text" else files
    return Examples(kind, items, labels, groups, origin=str(folder))


def _listed(folder: Path, root: Path) -> tuple[list[Path], list[Path]]:
    """The files and the folders in a folder, sorted by name, hidden ones left out."""
    if folder.is_file():
        open_bytes(folder).close()
        hint = f"give the folder that holds it: {shown(folder.parent)}"
        raise DataError(f"{shown(folder)}: must be a folder", got="a file", hint=hint)
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except (OSError, ValueError) as error:
        raise cannot_open(folder, error) from error
    files, folders = [], []
    for path in paths:
        if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
            hint = "copy what it points to into the folder"
            raise DataError(f"{shown(path)}: links must stay inside {shown(root)}", got="one that leaves it", hint=hint)
        if path.is_dir():
            folders.append(path)
        else:
            if not path.is_file():
                check_file(path)
            files.append(path)
    return files, folders


def _files_of(path: Path, root: Path) -> Iterator[Path]:
    """The files of one class."""
    files, folders = _listed(path, root.absolute())
    if folders:
        hint = "put all files of a class directly into its folder"
        raise DataError(f"{shown(path)}: a class holds files only", got=f"a folder {shown(folders[0])}", hint=hint)
    if not files:
        hint = f"fill it, or remove it: rmdir {shown(path)}"
        raise DataError(f"{shown(path)}: a class must hold files", got="an empty folder", hint=hint)
    yield from files


def _named(
    files: list[Path], labels: list[str] | None, pattern: NamePattern | None
) -> tuple[list[str] | None, list[str] | None]:
    """Classes and groups, the names of files read by the pattern."""
    if pattern is None:
        return labels, None
    if labels is not None and "label" in pattern.fields:
        got, hint = f"{pattern} for files in folders of classes", "write {} in place of {label}"
        raise OptionError("name_pattern: folders already tell the classes", got=got, hint=hint)
    found = [pattern.match(path.name, shown(path)) for path in files]
    if "label" in pattern.fields:
        labels = [each["label"] for each in found]
    return labels, [each["group"] for each in found] if "group" in pattern.fields else None


def _text(path: Path) -> str:
    """All lines of a file."""
    return "\n".join(line for _, line in read_lines(path))
