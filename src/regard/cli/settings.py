"""The YAML file behind `--config`, seen through before anything reads it: flat, UTF-8, every key known, none twice."""

import difflib
from collections.abc import Collection, Iterator
from typing import Any

from regard.data.files import open_bytes, quoted, shown
from regard.errors import DataError, OptionError

FLAT = "write one `name: value` a line; a list in one line: [a, b]"


def read_settings(path: str, names: Collection[str], advice: str) -> str:
    """The file's text, every key among `names`; a key written with hyphens comes out with underscores.

    Raises DataError with path and line where the file is no flat YAML, OptionError for a key that is unknown;
    `advice` is what to do where no name is near. Nesting and aliases are refused unread: nothing here needs them, and
    deep ones bring a reader down.
    """
    import yaml

    text = _text(path)
    seen: set[str] = set()
    try:
        for event in _keys(text, path, yaml):
            line, key = event.start_mark.line + 1, event.value.replace("-", "_")
            if key not in names:
                close = difflib.get_close_matches(key, names, n=1)
                hint = close[0] if close else advice
                raise OptionError(f"{shown(path)}:{line}: no such key", got=quoted(event.value), hint=hint)
            if key in seen:
                raise DataError(f"{shown(path)}:{line}: a key comes once", got=quoted(key), hint="drop one of the two")
            seen.add(key)
            start, end = event.start_mark.index, event.end_mark.index
            text = text[:start] + text[start:end].replace("-", "_") + text[end:]
        if not seen:
            raise DataError(f"{shown(path)}: must hold keys", got="none", hint=FLAT)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{shown(path)}:{mark.line + 1}" if mark else shown(path)
        raise DataError(f"{place}: must be YAML", got=_said(error), hint=FLAT) from error
    return text


def _keys(text: str, path: str, yaml: Any) -> Iterator[Any]:
    """Every key as YAML's event, as long as keys, values and lists of values are all there is."""
    depth, place = 0, 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1
        match event:
            case yaml.MappingStartEvent() if depth == 0:
                depth = 1
            case yaml.SequenceStartEvent() if depth == 1 and place % 2:
                depth = 2
            case yaml.ScalarEvent() if depth == 1:
                if place % 2 == 0:
                    yield event
                place += 1
            case yaml.SequenceEndEvent():
                depth, place = 1, place + 1
            case yaml.ScalarEvent() if depth == 2:
                pass
            case yaml.NodeEvent():
                raise DataError(f"{shown(path)}:{line}: must be a flat list of keys", got=_kind(event), hint=FLAT)


def _text(path: str) -> str:
    with open_bytes(path) as file:
        content = file.read()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{shown(path)}: must be UTF-8", got=str(error), hint="save it as UTF-8") from error


def _kind(event: Any) -> str:
    names = {"MappingStartEvent": "keys within keys", "SequenceStartEvent": "a list", "AliasEvent": "an alias"}
    return names.get(type(event).__name__, "a value without a key")


def _said(error: Exception) -> str:
    return str(getattr(error, "problem", None) or " ".join(str(error).split()))
