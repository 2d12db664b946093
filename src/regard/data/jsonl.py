"""Pairs from JSON lines: one object on every line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from regard.data.files import brief, shown
from regard.data.pairs import Pairs, collect
from regard.data.strict_json import json_objects, text_of, value_of
from regard.data.tables import Column, both_or_neither
from regard.errors import DataError

DEFAULT_KEYS = (("source", "target"), ("src", "tgt"), ("x", "y"))
HINT = 'write one object a line: {"source": "…", "target": "…"}'


def read_jsonl(
    path: str | Path,
    *,
    x: Column = None,
    y: Column = None,
    encoding: str = "utf-8",
    blank: str = "error",
) -> Pairs:
    """Pairs from the keys x and y of one JSON object a line; other keys may hold anything.

    Without x and y the keys are source and target, src and tgt, or x and y, whichever the first object has.
    Raises DataError with path and line for what is no JSON, no object, lacks a key, has a key twice, or has
    something other than a string where the text should be. About 3 s for a million lines.
    """
    both_or_neither(x, y)
    keys = None if x is None else (str(x), str(y))
    return collect(_rows(path, keys, encoding), str(path), str(path), blank=blank)


def _rows(path: str | Path, keys: tuple[str, str] | None, encoding: str) -> Iterator[tuple[int, str, str]]:
    """Line number, source and target of every line."""
    for number, item in json_objects(path, encoding, HINT):
        if item is None:
            yield number, "", ""
            continue
        at = f"{shown(path)}:{number}"
        keys = keys or _default_keys(item, at)
        x, y = keys
        yield number, text_of(value_of(item, x, at), x, at), text_of(value_of(item, y, at), y, at)


def _default_keys(item: dict[str, Any], at: str) -> tuple[str, str]:
    """The first pair of usual keys that an object has."""
    for keys in DEFAULT_KEYS:
        if keys[0] in item and keys[1] in item:
            return keys
    names = ", ".join(brief(name) for name in list(item)[:20]) or "none"
    hint = "name the keys: --x KEY --y KEY"
    raise DataError(f"{at}: no keys source and target, src and tgt, or x and y", got=f"keys {names}", hint=hint)
