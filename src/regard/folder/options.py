"""Choices in model.json, back as the dataclasses they were: every one there, each of its type."""

from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from regard.errors import FolderError, RegardError

Options = TypeVar("Options")


def options_of(
    kind: type[Options], given: Any, folder: Path, name: str, later: frozenset[str] = frozenset()
) -> Options:
    """The options; those named in `later` came after the first folders and have defaults. FolderError otherwise."""
    kinds = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type]
    if isinstance(given, dict) and kinds.keys() - later <= given.keys() <= kinds.keys():
        good = all(
            type(value) is kinds[key] or (kinds[key] is float and type(value) is int) for key, value in given.items()
        )
        if good:
            return _made(kind, given, folder, name)
    raise FolderError(
        f"{folder / 'model.json'}: {name} must hold every choice, each of its type",
        got=repr(given)[:80],
        hint="restore it from a copy",
    )


def _made(kind: type[Options], given: dict[str, Any], folder: Path, name: str) -> Options:
    """The options; where they refuse themselves, a FolderError that names the file."""
    try:
        return kind(**given)
    except RegardError as error:
        rule = f"{folder / 'model.json'}: {name} must be one that can be: {error.rule}"
        raise FolderError(rule, got=error.got, hint="restore it from a copy") from error
