"""Pairs from JSON lines: one object on every line."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Never

from regard.data.files import brief, quoted, shown
from regard.data.lines import read_lines
from regard.data.pairs import Pairs, collect
from regard.data.tables import Column, both_or_neither
from regard.errors import DataError, nearest

DEFAULT_KEYS = (("source", "target"), ("src", "tgt"), ("x", "y"))
MOST_DIGITS = 1_000
HALF = re.compile("[\ud800-\udfff]")


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
    decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse, parse_int=_integer)
    for number, line in read_lines(path, encoding):
        if not line.strip():
            yield number, "", ""
            continue
        at = f"{shown(path)}:{number}"
        item = _object(decoder, line, at)
        keys = keys or _default_keys(item, at)
        yield number, _text(item, keys[0], at), _text(item, keys[1], at)


def _object(decoder: json.JSONDecoder, line: str, at: str) -> dict[str, object]:
    """The object on a line."""
    hint = 'write one object a line: {"source": "…", "target": "…"}'
    try:
        item = decoder.decode(line)
    except json.JSONDecodeError as error:
        got = f"{error.msg} at column {error.colno} of {quoted(line)}"
        raise DataError(f"{at}: must be JSON", got=got, hint=hint) from error
    except RecursionError:
        got = f"brackets nested too deep in {quoted(line)}"
        raise DataError(f"{at}: must be JSON", got=got, hint=hint) from None
    except ValueError as error:
        raise DataError(f"{at}: must be JSON", got=f"{error} in {quoted(line)}", hint=hint) from error
    if not isinstance(item, dict):
        raise DataError(f"{at}: must be a JSON object", got=quoted(line), hint=hint)
    return item


def _text(item: dict[str, object], key: str, at: str) -> str:
    """The text under a key."""
    if key not in item:
        names = [brief(name) for name in list(item)[:20]]
        got = f"no key {quoted(key)}" if names else "an object without keys"
        hint = f"--x and --y choose keys; here {nearest(brief(key), names)}" if names else "fill it in"
        raise DataError(f"{at}: an object lacks a key", got=got, hint=hint)
    value = item[key]
    if not isinstance(value, str):
        kind = "a list" if isinstance(value, list) else "an object" if isinstance(value, dict) else None
        got = f"{quoted(key)} is {kind or json.dumps(value)}"
        raise DataError(f"{at}: a text must be a string", got=got, hint='put it in quotes: "…"')
    if "\0" in value or HALF.search(value):
        got = f"{quoted(key)} is {quoted(value)}"
        hint = r"remove \u0000, and write \ud83d\ude00-like halves only as a pair"
        raise DataError(f"{at}: a text must not hold NUL or half a character", got=got, hint=hint)
    return value


def _default_keys(item: dict[str, object], at: str) -> tuple[str, str]:
    """The first pair of usual keys that an object has."""
    for keys in DEFAULT_KEYS:
        if keys[0] in item and keys[1] in item:
            return keys
    names = ", ".join(brief(name) for name in list(item)[:20]) or "none"
    hint = "name the keys: --x KEY --y KEY"
    raise DataError(f"{at}: no keys source and target, src and tgt, or x and y", got=f"keys {names}", hint=hint)


def _unique(items: list[tuple[str, object]]) -> dict[str, object]:
    """An object, if no key comes twice."""
    found = dict(items)
    if len(found) != len(items):
        keys = [key for key, _ in items]
        raise ValueError(f"key {quoted(next(key for key in keys if keys.count(key) > 1))} twice")
    return found


def _refuse(constant: str) -> Never:
    """NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(f"{constant}, which JSON does not have,")


def _integer(digits: str) -> int:
    """A number, if it is of a size that anyone could mean."""
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits")
    return int(digits)
