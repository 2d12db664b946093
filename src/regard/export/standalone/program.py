"""What the programs of exported folders share: flags, streams, and mistakes that are said in three lines."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from regard.errors import MissingError, OptionError, RegardError

INTERRUPTED = 130


class Flags(ArgumentParser):
    """Flags whose mistakes are OptionErrors; none may be shortened."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Raises OptionError."""
        raise OptionError(f"{self.prog}: the flags must fit", got=message, hint=f"{self.prog} --help")

    def choice(self, name: str, default: Any, about: str) -> None:
        """A flag with a value of the default's type."""
        self.add_argument(f"--{name}", type=type(default), default=default, help=f"{about} (default: {default})")


def lacking(library: str) -> MissingError:
    """The error for what the folder needs beside Python: `raise lacking("onnxruntime") from error`."""
    rule = f"this folder: needs the library {library}"
    return MissingError(rule, got="an installation without it", hint=f"pip install {library}")


def run(program: Callable[[Sequence[str]], None]) -> int:
    """Runs it with the words of the command line; the exit code: 0 done, 2 a mistake of the user's, 130 interrupted."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        program(sys.argv[1:])
        sys.stdout.flush()
        return 0
    except RegardError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
