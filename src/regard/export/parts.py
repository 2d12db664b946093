"""The modules that an exported folder runs, copied as they stand, so that it prepares items as regard does."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from regard import __version__

SOURCES = Path(__file__).parent.parent
ROOT = '''"""The part of regard {version} that this folder runs. It needs no torch, and no other regard."""

__version__ = "{version}"
'''


def parts_of(modules: Iterable[str]) -> dict[str, str]:
    """The sources of the modules and of all of regard that they import, by their paths below the folder.

    >>> sorted(parts_of(["regard.errors"]))
    ['regard/__init__.py', 'regard/errors.py']
    """
    found: set[str] = set()
    waiting = [*modules]
    while waiting:
        name = waiting.pop()
        if name not in found and name != "regard":
            found.add(name)
            waiting += [name.rpartition(".")[0], *_imported(name)]
    texts = {_path(name).relative_to(SOURCES.parent).as_posix(): _text(name) for name in found}
    return {**texts, "regard/__init__.py": ROOT.format(version=__version__)}


def _imported(name: str) -> Iterator[str]:
    """The modules of regard that a module imports, inside functions, too."""
    for node in ast.walk(ast.parse(_text(name))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("regard."):
            yield node.module
            inner = (f"{node.module}.{each.name}" for each in node.names)
            yield from (each for each in inner if _path(each).is_file())


def _path(name: str) -> Path:
    """The file of a module; one that is not there for what is none."""
    place = SOURCES.joinpath(*name.split(".")[1:])
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def _text(name: str) -> str:
    return _path(name).read_text(encoding="utf-8")
