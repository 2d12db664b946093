"""Every mistake a user can make, in one small tree and one form.

    RegardError
    ├── ShapeError      (ValueError)   tensors that do not fit together
    ├── OptionError     (ValueError)   a choice that does not exist, or not in this combination
    ├── DataError       (ValueError)   a file or an item that cannot be read as asked
    ├── FolderError     (ValueError)   a model folder that is damaged, missing or in use
    └── MissingError    (ImportError)  an optional library that is not installed

The text always has three lines: where and which rule; what came; what to do next.

    attend: query and key must agree on their last axis, d
      got  query (2, 8, 16, 64), key (2, 8, 16, 32)
      try  project key to 64, or check that the two arguments are not swapped
"""

import difflib
from collections.abc import Iterable, Sequence
from typing import Protocol


class RegardError(Exception):
    """A user's mistake: `rule` says where and what must hold, `got` what came, `hint` the next step."""

    def __init__(self, rule: str, *, got: str, hint: str) -> None:
        self.rule, self.got, self.hint = rule, got, hint
        super().__init__(f"{rule}\n  got  {got}\n  try  {hint}")


class ShapeError(RegardError, ValueError):
    """Tensors that do not fit together."""


class OptionError(RegardError, ValueError):
    """A choice that does not exist, or is refused in this combination."""


class DataError(RegardError, ValueError):
    """A file or an item that cannot be read as asked."""


class FolderError(RegardError, ValueError):
    """A model folder that is damaged, missing or in use."""


class MissingError(RegardError, ImportError):
    """An optional library that is not installed."""


class Shaped(Protocol):
    """A tensor, or an array: errors know no library of either."""

    @property
    def shape(self) -> Sequence[int]:
        """Its sizes."""


def shapes(**tensors: Shaped) -> str:
    """The names and shapes of some tensors, as error texts print them."""
    return ", ".join(f"{name} {tuple(tensor.shape)}" for name, tensor in tensors.items())


def nearest(name: str, names: Iterable[str]) -> str:
    """`one of a, b, c`, led by the name that was probably meant."""
    names = list(names)
    close = difflib.get_close_matches(name, names, n=1)
    lead = f"{close[0]!r}? or " if close else ""
    return f"{lead}one of {', '.join(names)}"


def unknown(what: str, name: str, names: Iterable[str]) -> OptionError:
    """The error for a name that is not in a catalogue."""
    return OptionError(f"{what}: no such name", got=repr(name), hint=nearest(name, names))


def missing(what: str, library: str, extra: str) -> MissingError:
    """The error for an optional library: `raise missing("BLEU", "sacrebleu", "metrics") from error`."""
    return MissingError(
        f"{what}: needs the library {library}, which is optional",
        got="an installation without it",
        hint=f"in a clone of regard: pip install '.[{extra}]', or '.[all]' for everything",
    )
