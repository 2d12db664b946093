"""Flags and YAML into a dataclass: jsonargparse does the work, its errors are said our way."""

import dataclasses
import difflib
import json
import re
import shutil
from collections import deque
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from regard.cli.settings import read_settings
from regard.errors import OptionError, missing

T = TypeVar("T")
Fields = dict[str, "dataclasses.Field[Any]"]
KINDS = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "a text", "list": "texts"}
LIBRARIES = {
    "rich": "rich",
    "jsonargparse": "jsonargparse",
    "yaml": "PyYAML",
    "docstring_parser": "docstring-parser",
}
"""What the command line imports, and under which name it is installed."""
BESIDES = ("config", "print_config", "help")
WIDEST = 100
LISTED = {
    "protected": "SYMBOL …",
    "tries": "NETWORK …",
    "host_name": "NAME …",
    "memory": "WHERE …",
    "models": "DIR …",
}
"""What stands behind flags that take several words, none of them a file."""
NAMES = {"from": "start", "try": "tries"}
"""Flags whose name is a word of Python's, and the fields behind them."""


def parse(verb: str, kind: type[T], words: Sequence[str], positional: Sequence[str] = (), about: str = "") -> T:
    """The dataclass `kind` filled from flags, from `--config FILE.yaml`, or both; later ones win.

    `positional` names its fields that may stand without a flag, in this order and anywhere between the flags; one
    that holds a list takes all that are left. Flags are the fields' names with dashes. Raises OptionError for what
    does not fit, with the nearest flag, DataError for a YAML file that cannot be read.
    """
    fields: Fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    parser = _parser(verb, kind, tuple(positional), about)  # type: ignore[arg-type]
    flags = _spelled_out(verb, words, fields, positional)
    flags = [_opened(flag, fields, f"regard {verb} --help") for flag in flags]
    try:
        values = parser.parse_args(flags)
    except _argument_error() as error:
        raise _refused(verb, _one_line(error), fields) from error
    return kind(**{name: values[name] for name in fields})


def _opened(flag: str, fields: Fields, advice: str) -> str:
    """The flag, a `--config=FILE` with what the file says in place of its name."""
    path = flag.removeprefix("--config=")
    return flag if path == flag else f"--config={read_settings(path, fields, advice)}"


@cache
def _parser(verb: str, kind: type[Any], positional: tuple[str, ...], about: str) -> Any:
    from jsonargparse import ActionConfigFile, ArgumentParser, set_parsing_settings  # type: ignore[attr-defined]

    set_parsing_settings(docstring_parse_attribute_docstrings=True, parse_optionals_as_positionals=False)
    usage = " ".join([f"regard {verb}", *(_place(kind, name) for name in positional), "[flags]"])
    parser = ArgumentParser(
        prog=f"regard {verb}", usage=usage, description=about, exit_on_error=False, formatter_class=_formatter()
    )
    parser.add_argument("--config", action=ActionConfigFile, help="YAML file with the same names; later flags win")
    parser.add_class_arguments(kind)
    parser._action_groups[-1].title = "flags"
    return parser


def _place(kind: type[Any], name: str) -> str:
    """How a field without a flag stands in the usage: MODEL, [INPUT], [DATA …]."""
    field = next(field for field in dataclasses.fields(kind) if field.name == name)
    shown = name.upper() + " …" * (field.type == list[str])
    needed = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    return shown if needed else f"[{shown}]"


def _formatter() -> Any:
    from jsonargparse import DefaultHelpFormatter

    class Plain(DefaultHelpFormatter):
        """`--batch-tokens N  padded tokens of one batch (follows the data)`, at most 100 columns wide."""

        def __init__(self, prog: str, **options: Any) -> None:
            width = min(shutil.get_terminal_size().columns, WIDEST) - 2
            super().__init__(prog, max_help_position=32, width=width, **options)  # type: ignore[no-untyped-call]

        def _format_action_invocation(self, action: Any) -> str:
            return _invocation(action)

        def _get_help_string(self, action: Any) -> str:
            return _told(action)

    return Plain


def _invocation(action: Any) -> str:
    """The flag and what stands behind it."""
    if action.dest == "help":
        return "-h, --help"
    name, kind = str(action.dest), _kind(action)
    flag = {field: f"--{shown}" for shown, field in NAMES.items()}.get(name, "--" + name.replace("_", "-"))
    if name == "print_config" or (kind is bool and action.default is False):
        return flag
    numbers: dict[Any, str] = {int: "N", float: "X", bool: "true|false", list: "FILE …"}
    listed = LISTED.get(name) if kind is list else None
    return f"{flag} {listed or numbers.get(kind, name.split('_')[-1].upper())}"


def _told(action: Any) -> str:
    """What the flag does, and what holds without it."""
    known = {"help": "show this and exit", "print_config": "show what the flags make as YAML, and exit"}
    text, kind, default = known.get(action.dest, str(action.help)), _kind(action), action.default
    if default is None and kind in (int, float, bool):
        return text if "; else " in text else f"{text} (follows the data)"
    if kind is None or default is None or default in ("", []) or default is False:
        return text
    shown = "true" if default is True else f"{default:g}" if kind is float else default
    return f"{text} (default: {shown})"


def _kind(action: Any) -> type[Any] | None:
    """The type of a flag's value without its None."""
    hint = getattr(action, "_typehint", None) or action.type
    parts = [part for part in getattr(hint, "__args__", (hint,)) if part is not type(None)]
    return list if hint == list[str] else parts[0] if hint else None


def _argument_error() -> Any:
    from jsonargparse import ArgumentError

    return ArgumentError


def _spelled_out(verb: str, words: Sequence[str], fields: Fields, positional: Sequence[str]) -> list[str]:
    """Every word as --name=value. A bare switch means true; a list takes the words up to the next flag."""
    flags: list[str] = []
    places: list[str] = []
    waiting = deque(words)
    while waiting:
        word = waiting.popleft()
        if word == "--":
            places += waiting
            break
        if not re.match("--|-[A-Za-z]$", word):
            places.append(word)
            continue
        name, equals, value = _named(verb, word, fields)
        if name in ("help", "print_config"):
            flags.append(f"--{name}{equals}{value}")
        else:
            value = value if equals else _value(verb, name, fields, waiting)
            _add(flags, name, value, fields)
    return [*flags, *_placed(verb, places, fields, positional)]


def _add(flags: list[str], name: str, value: str, fields: Fields) -> None:
    """The flag among the others; a list that comes a second time is added to the first."""
    before = next((each for each in flags if each.startswith(f"--{name}=")), None)
    if before is not None and name in fields and fields[name].type == list[str]:
        flags.remove(before)
        value = json.dumps([*json.loads(before.partition("=")[2]), *json.loads(value)], ensure_ascii=False)
    flags.append(f"--{name}={value}")


def _named(verb: str, word: str, fields: Fields) -> tuple[str, str, str]:
    """The field behind a flag, and its value if it came with `=`; a list's as JSON."""
    flag, equals, value = word.partition("=")
    name = "help" if flag == "-h" else flag.lstrip("-").replace("-", "_")
    name = NAMES.get(name, name)
    if name not in fields and name not in BESIDES:
        flags = ["--" + each.replace("_", "-") for each in (*fields, *BESIDES)]
        close = difflib.get_close_matches(flag.replace("_", "-"), flags, n=1)
        hint = close[0] if close else f"regard {verb} --help"
        raise OptionError(f"regard {verb}: no such flag", got=flag, hint=hint)
    listed = equals and name in fields and fields[name].type == list[str]
    return name, equals, json.dumps([value], ensure_ascii=False) if listed else value


def _value(verb: str, name: str, fields: Fields, waiting: deque[str]) -> str:
    """What belongs to a flag, taken from the words that follow it."""
    kind = fields[name].type if name in fields else str
    if kind in (bool, bool | None):
        told = waiting and waiting[0].lower() in ("true", "false", "yes", "no")
        return waiting.popleft() if told else "true"
    taken: list[str] = []
    while waiting and not waiting[0].startswith("--") and (kind == list[str] or not taken):
        taken.append(waiting.popleft())
    if not taken:
        flag = "--" + name.replace("_", "-")
        got = f"{waiting[0]} after it" if waiting else "nothing after it"
        hint = f"{flag} VALUE, or {flag}=VALUE if it begins with --"
        raise OptionError(f"regard {verb}: {flag} needs a value", got=got, hint=hint)
    return json.dumps(taken, ensure_ascii=False) if kind == list[str] else taken[0]


def _placed(verb: str, words: list[str], fields: Fields, positional: Sequence[str]) -> list[str]:
    """The words without a flag, each with the flag of its place."""
    rest, flags = list(words), []
    for name in positional:
        if rest and fields[name].type == list[str]:
            flags.append(f"--{name}={json.dumps(rest, ensure_ascii=False)}")
            rest = []
        elif rest:
            flags.append(f"--{name}={rest.pop(0)}")
    if rest:
        takes = f"at most {len(positional)} words" if positional else "no words"
        hint = f"regard {verb} --help"
        raise OptionError(f"regard {verb}: takes {takes} without a flag", got=f"also {' '.join(rest)}", hint=hint)
    return flags


def _refused(verb: str, text: str, fields: Fields) -> OptionError:
    """What jsonargparse refused, in our form."""
    hint = f"regard {verb} --help"
    if found := re.search(r"arguments are required: (\w+)", text):
        return OptionError(f"regard {verb}: needs {found[1].upper()}", got="none", hint=hint)
    if (found := re.search(r'Parser key "(\w+)":', text)) and found[1] in fields:
        wanted = KINDS[_name_of(fields[found[1]].type)]
        value = re.findall(r"(?:Given value|Got value): ?(.*?)(?= - | Given value|$)", text)
        rule = f"regard {verb}: --{found[1].replace('_', '-')} takes {wanted}"
        return OptionError(rule, got=repr(value[-1])[:80] if value else text, hint=hint)
    return OptionError(f"regard {verb}: the flags must fit", got=text, hint=hint)


def _name_of(kind: Any) -> str:
    """int for int and for int | None, list for list[str]."""
    return str(kind).split(" | ")[0] if " | " in str(kind) else str(kind.__name__)


def _one_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines)[:300] or type(error).__name__


def check_cli(verb: str) -> None:
    """An error that says what to install, unless the command line's libraries are there."""
    for module, library in LIBRARIES.items():
        try:
            import_module(module)
        except ImportError as error:
            raise missing(f"regard {verb}", library, "cli") from error
