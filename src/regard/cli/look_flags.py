"""What every kind of model's `regard look` is asked, and the files that it writes."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from regard.errors import OptionError
from regard.inspect.looks import Look

FILES = ("html", "json", "csv", "png", "svg")


@dataclass(kw_only=True)
class SeenChoices:
    """What is explained, how much is measured, and what is written."""

    target: str | None = None
    """explain this instead of the model's own answer: a text, a class, the number of a label from 1"""
    no_evidence: bool = False
    """show the weights alone; nothing is removed to see what changes"""
    top: int = 10
    """positions that are printed, those with the greatest weights first"""
    seed: int = 1
    """of the shuffles, the random orders and the untrained twin"""
    against: str | None = None
    """folder of another model of the task, which is shown the same item and asked for the same answer"""
    film: bool = False
    """look with the weights of every checkpoint that the training left in the folder, too"""
    call: str = ""
    """draw this call of attention, as 'encoder 1 self'; else the last, or the mean of a translator's"""
    head: int = 0
    """draw this head of it, counted from 1; 0 is the mean of all"""
    lang: str = "en"
    """of the page: en or zh"""
    html: str | None = None
    """file to save the whole look to, as a page that needs no network"""
    json: str | None = None
    """file to save every number to"""
    csv: str | None = None
    """file to save the weights to, one a line"""
    png: str | None = None
    """file to save a picture to"""
    svg: str | None = None
    """file to save a drawing to"""

    def files(self) -> dict[str, str]:
        """Those that are asked for, by their form. Raises OptionError for a name that does not agree with it."""
        named = {form: getattr(self, form) for form in FILES}
        asked = {form: path for form, path in named.items() if path is not None}
        for form, path in asked.items():
            if Path(path).suffix.lower() != f".{form}":
                shown = Path(path).with_suffix(f".{form}") if Path(path).name else f"look.{form}"
                raise OptionError(
                    f"regard look: --{form} names a .{form} file", got=repr(path), hint=f"--{form} {shown}"
                )
        if self.film and self.against is not None:
            got, hint = "--film and --against", "one of the two"
            raise OptionError("regard look: a film has one model, a comparison two", got=got, hint=hint)
        if self.lang not in ("en", "zh"):
            raise OptionError("regard look: --lang: no such language", got=repr(self.lang), hint="en or zh")
        for name, least in (("top", 1), ("head", 0), ("seed", 0)):
            if getattr(self, name) < least:
                got = str(getattr(self, name))
                raise OptionError(f"regard look: --{name} is at least {least}", got=got, hint="leave it out")
        return asked

    def save(self, look: Look, files: dict[str, str]) -> list[str]:
        """Writes them; a line for each."""
        call, head = self.call or None, self.head or None
        return [f"saved {look.save(path, call=call, head=head, language=self.lang)}" for path in files.values()]

    @property
    def several(self) -> str:
        """`film`, `compare`, or empty for one look."""
        return "film" if self.film else "compare" if self.against is not None else ""


def command_of(words: Sequence[str]) -> str:
    """The command as it was typed, for the provenance."""
    return shlex.join(["regard", "look", *words])


def as_line(text: str) -> str:
    """A text on one line, as it stands if it is one."""
    return text if text.isprintable() else json.dumps(text, ensure_ascii=False)
