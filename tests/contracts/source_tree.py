"""The files and modules of regard, as the contract tests walk them."""

import ast
import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

import regard

PACKAGE = Path(regard.__file__).parent
REPOSITORY = PACKAGE.parent.parent
FILES = sorted(PACKAGE.rglob("*.py"))
BELOW = sorted(module.name for module in pkgutil.walk_packages(regard.__path__, "regard."))
NO_MODULES = {"regard.__main__", "regard.native._core"}  # would start the program; a library for ctypes
MODULES = ["regard", *(name for name in BELOW if name not in NO_MODULES)]


def short(path: Path) -> str:
    """The path as the tables print it: `kernels/dense.py`."""
    return path.relative_to(PACKAGE).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def module_name(path: Path) -> str:
    """`regard.kernels.dense` for kernels/dense.py, `regard.kernels` for its `__init__.py`."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(("regard", *(parts[:-1] if parts[-1] == "__init__" else parts)))


def imported(name: str) -> ModuleType:
    return importlib.import_module(name)


def public_classes() -> list[type]:
    """Every class that regard defines under a public name."""
    found = (
        thing
        for name in MODULES
        for attribute, thing in vars(imported(name)).items()
        if isinstance(thing, type) and thing.__module__ == name and not attribute.startswith("_")
    )
    return list(dict.fromkeys(found))
