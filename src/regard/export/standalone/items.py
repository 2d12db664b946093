"""The flags that say which items are asked about and how their files are laid out, and the items."""

from argparse import Namespace
from dataclasses import fields

from regard.data.asked import Asked, read_asked
from regard.data.choices import ReadingChoices
from regard.export.standalone.program import Flags

LAYOUT = ("format", "x", "id", "time", "part", "encoding")
"""Those of `ReadingChoices` that say what is read; the others are about answers."""


def add_flags(flags: Flags) -> None:
    """The items, and how their files are read."""
    flags.add_argument("data", nargs="*", help="a file, a folder, or two files; standard input if left out or -")
    for field in fields(ReadingChoices):
        if field.name in LAYOUT:
            flags.add_argument(f"--{field.name}", default=field.default, help="as regard predict has it")


def items_of(kind: str, asked: Namespace, *, words: bool) -> Asked:
    """The items to answer."""
    choices = ReadingChoices(**{name: getattr(asked, name) for name in LAYOUT})
    return read_asked(kind, asked.data, choices, words=words, command="run.py")
