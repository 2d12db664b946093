"""Flags and YAML into a dataclass: jsonargparse does the work, its errors are said our way."""

import dataclasses
import difflib
import sys
from collections.abc import Sequence
from typing import Any, TypeVar

from regard.errors import OptionError, missing

T = TypeVar("T")


def parse(verb: str, kind: type[T], words: Sequence[str], positional: Sequence[str] = (), about: str = "") -> T:
    """The dataclass `kind` filled from flags, from `--config FILE.yaml`, or both; later ones win.

    `positional` names its fields that stand without a flag; one that holds a list takes all that are left. Flags are
    the fields' names with dashes. Raises OptionError for what does not fit, with the nearest flag.
    """
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    parser = _parser(verb, kind, positional, about)
    words = [_normal(word, fields) for word in words]
    _check_names(verb, words, fields)
    try:
        values = parser.parse_args(_spelled_out(words, fields))
    except _argument_error() as error:
        raise OptionError(
            f"regard {verb}: the flags must fit", got=_one_line(error), hint=f"regard {verb} --help"
        ) from error
    return kind(**{name: values[name] for name in fields if name not in positional or values[name] is not None})


def _parser(verb: str, kind: type[Any], positional: Sequence[str], about: str) -> Any:
    try:
        from jsonargparse import ActionConfigFile, ArgumentParser, set_parsing_settings  # type: ignore[attr-defined]
    except ImportError as error:
        raise missing("the command line", "jsonargparse", "cli") from error
    set_parsing_settings(docstring_parse_attribute_docstrings=True, parse_optionals_as_positionals=False)
    parser = ArgumentParser(prog=f"regard {verb}", description=about, exit_on_error=False, formatter_class=_formatter())
    parser.add_argument("--config", action=ActionConfigFile, help="YAML file with the same names; later flags win")
    for field in dataclasses.fields(kind):
        if field.name in positional:
            needed = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
            parser.add_argument(field.name, type=str, nargs=None if needed else _count(field))
    parser.add_class_arguments(kind, skip=set(positional))
    return parser


def _count(field: "dataclasses.Field[Any]") -> str:
    return "*" if field.type == list[str] else "?"


def _formatter() -> Any:
    from jsonargparse import DefaultHelpFormatter

    class Dashed(DefaultHelpFormatter):  # type: ignore[misc]
        """Shows --batch_tokens as --batch-tokens."""

        def _format_action_invocation(self, action: Any) -> str:
            text: str = super()._format_action_invocation(action)
            return text.replace("_", "-") if action.option_strings else text

    return Dashed


def _argument_error() -> Any:
    from jsonargparse import ArgumentError

    return ArgumentError


def _normal(word: str, fields: dict[str, Any]) -> str:
    """--batch-tokens=9 to --batch_tokens=9: flags are written with dashes, fields with underscores."""
    if not word.startswith("--"):
        return word
    flag, equals, value = word.partition("=")
    return "--" + flag[2:].replace("-", "_") + equals + value


def _check_names(verb: str, words: Sequence[str], fields: dict[str, Any]) -> None:
    known = [*fields, "config", "help", "print_config"]
    for word in words:
        name = word.partition("=")[0]
        if name.startswith("--") and len(name) > 2 and name[2:] not in known:
            flags = ["--" + each.replace("_", "-") for each in known]
            shown = "--" + name[2:].replace("_", "-")
            close = difflib.get_close_matches(shown, flags, n=1)
            raise OptionError(
                f"regard {verb}: no such flag",
                got=shown,
                hint=close[0] if close else f"regard {verb} --help",
            )


def _spelled_out(words: Sequence[str], fields: dict[str, Any]) -> list[str]:
    """A bare switch means true; a list flag takes the words that follow it."""
    spelled: list[str] = []
    i = 0
    while i < len(words):
        word = words[i]
        field = fields.get(word[2:]) if word.startswith("--") else None
        following = words[i + 1] if i + 1 < len(words) else "--"
        if (
            field is not None
            and field.type in (bool, bool | None)
            and following.lower() not in ("true", "false", "yes", "no")
        ):
            spelled.append(f"{word}=true")
        elif field is not None and field.type == list[str]:
            while i + 1 < len(words) and not words[i + 1].startswith("--"):
                i += 1
                spelled.append(f"{word}+={words[i]}")
        else:
            spelled.append(word)
        i += 1
    return spelled


def _one_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines)[:300] or type(error).__name__


def check_cli() -> None:
    """An error that says what to install, unless the command line's libraries are there."""
    try:
        import jsonargparse  # noqa: F401
        import rich  # noqa: F401
        import yaml  # noqa: F401
    except ImportError as error:
        raise missing(f"regard {sys.argv[1] if len(sys.argv) > 1 else ''}".strip(), str(error.name), "cli") from error
