"""JSON read with every doubt: no key twice, no NaN, no number without end, no half characters; errors by line."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Never

from regard.data.files import brief, quoted, shown
from regard.data.lines import read_lines
from regard.errors import DataError, nearest

MOST_DIGITS = 1_000
HALF = re.compile("[\ud800-\udfff]")


def json_objects(path: str | Path, encoding: str, hint: str) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Line number and object of every line, None for a blank line; `hint` shows what a line should be.

    Raises DataError with path and line for what is no JSON or no object, and as `read_lines`.
    """
    for number, line in read_lines(path, encoding):
        if not line.strip():
            yield number, None
            continue
        try:
            item = DECODER.decode(line)
        except (ValueError, RecursionError) as error:
            raise broken(error, path, number, line, hint) from error
        if not isinstance(item, dict):
            raise DataError(f"{shown(path)}:{number}: must be a JSON object", got=quoted(line), hint=hint)
        yield number, item


def broken(error: Exception, path: str | Path, line: int, text: str, hint: str, first: int | None = None) -> DataError:
    """The error, with path and line, for what DECODER raised: a ValueError or a RecursionError.

    `text` begins on `line`, where the value is; the document that the decoder saw begins on `first`, or there too.
    """
    if isinstance(error, json.JSONDecodeError):
        line = (line if first is None else first) + error.lineno - 1
        tell = error.doc[error.pos + 1 - error.colno :].split("\n", 1)[0]
        got = f"{error.msg} at column {error.colno} of {quoted(tell)}"
    elif isinstance(error, RecursionError):
        got = f"brackets nested too deep in {quoted(text)}"
    else:
        got = f"{error} in {quoted(text)}"
    return DataError(f"{shown(path)}:{line}: must be JSON", got=got, hint=hint)


def value_of(item: dict[str, Any], key: str, at: str) -> Any:
    """What stands under a key."""
    if key not in item:
        names = [brief(name) for name in list(item)[:20]]
        got = f"no key {quoted(key)}" if names else "an object without keys"
        hint = f"--x and --y choose keys; here {nearest(brief(key), names)}" if names else "fill it in"
        raise DataError(f"{at}: an object lacks a key", got=got, hint=hint)
    return item[key]


def text_of(value: object, key: str, at: str) -> str:
    """A value that must be a text, once it is seen to be one."""
    if not isinstance(value, str):
        raise DataError(f"{at}: a text must be a string", got=told(value, key), hint='put it in quotes: "…"')
    if "\0" in value or HALF.search(value):
        got = f"{quoted(key)} is {quoted(value)}"
        hint = r"remove \u0000, and write \ud83d\ude00-like halves only as a pair"
        raise DataError(f"{at}: a text must not hold NUL or half a character", got=got, hint=hint)
    return value


def told(value: object, key: str) -> str:
    """`'target' is a list`, as error texts tell of a value of the wrong kind."""
    kind = "a list" if isinstance(value, list) else "an object" if isinstance(value, dict) else None
    return f"{quoted(key)} is {kind or brief(json.dumps(value))}"


def _unique(items: list[tuple[str, object]]) -> dict[str, object]:
    """An object, if no key comes twice."""
    found = dict(items)
    if len(found) != len(items):
        counts = Counter(key for key, _ in items)
        raise ValueError(f"key {quoted(next(key for key, count in counts.items() if count > 1))} twice")
    return found


def _refuse(constant: str) -> Never:
    """NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(f"{constant}, which JSON does not have,")


def _integer(digits: str) -> int:
    """A number, if it is of a size that anyone could mean."""
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits")
    return int(digits)


def _finite(digits: str) -> float:
    """A number with a fraction or an exponent, if it is not beyond every double."""
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"the number {quoted(digits)}, which is too large,")
    return number


DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse, parse_int=_integer, parse_float=_finite)
