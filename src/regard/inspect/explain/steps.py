"""What an explanation is made of: steps, each with words, tables of numbers, and how far regard's own numbers are."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """A named matrix: `values` (rows, columns), and where nobody may read, `hidden`."""

    name: str
    rows: list[str]
    columns: list[str]
    values: Floats
    hidden: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Step:
    """One step: `key` names its words, `facts` fill them in.

    worked: one number of the step with its sum written out. against: the call of regard whose numbers these were held
    against; difference: how far apart the two were at most, None where there is nothing to hold them against.
    at: which word of a translation it belongs to.
    """

    key: str
    tables: tuple[Table, ...]
    worked: str = ""
    against: str = ""
    difference: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    at: str = ""


@dataclass(frozen=True, repr=False)
class Explained:
    """The way from vectors to an answer, every number recomputed in float64 from the ones before it.

    `told(lang)` is all of it as plain lists and numbers, for a page or a program; `save` writes that as JSON, or HTML;
    `print`, a rich console and a notebook show it. `dtype` is the type of the numbers that it was held against.
    """

    title: str
    steps: tuple[Step, ...]
    notes: tuple[tuple[str, dict[str, Any]], ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    dtype: str = "float64"

    @property
    def difference(self) -> float:
        """The greatest difference of any step from what regard itself gave."""
        return max((step.difference for step in self.steps if step.difference is not None), default=0.0)

    def __getitem__(self, name: str) -> Floats:
        """The values of the first table of that name. KeyError if there is none."""
        found = [table.values for step in self.steps for table in step.tables if table.name == name]
        if not found:
            raise KeyError(name)
        return found[0]

    def told(self, lang: str = "en") -> dict[str, Any]:
        """Everything in JSON's types, in a language: title, notes, steps with words at three depths, and tables."""
        from regard.inspect.explain.telling import told

        return told(self, lang)

    def shown(self, lang: str = "en", depth: str = "school", digits: int = 3) -> Any:
        """What a rich console prints, at a depth: `plain` words, `school` mathematics, or `code`."""
        from regard.inspect.explain.terminal import Shown

        return Shown(self, lang, depth, digits)

    def save(self, path: str | Path, *, lang: str = "en", digits: int = 3) -> Path:
        """Writes JSON or one HTML file without scripts, by the suffix of the path, which is returned.

        OptionError for another suffix, and for a folder that is not there.
        """
        from regard.inspect.explain.writing import write

        return write(self, Path(path), lang, digits)

    def __repr__(self) -> str:
        return f"Explained({self.title!r}, {len(self.steps)} steps, greatest difference {self.difference:.1e})"

    def _repr_html_(self) -> str:
        from regard.inspect.explain.page import framed

        return framed(self, "en", 3)

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        yield self.shown()

    def __str__(self) -> str:
        from regard.inspect.explain.terminal import as_text

        return as_text(self.shown())


def table(name: str, values: Tensor, rows: list[str], columns: list[str] | None = None) -> Table:
    """A table of a matrix; columns are numbered unless they have names."""
    numbers = values.detach().double().cpu().numpy()
    return Table(name, rows, columns or [str(i + 1) for i in range(numbers.shape[1])], numbers)


def apart(ours: Tensor, theirs: Tensor) -> float:
    """The greatest difference between two tensors of one shape; 0 where they are empty."""
    gap = (ours.detach().double().cpu() - theirs.detach().double().cpu()).abs()
    return float(gap.max()) if gap.numel() else 0.0
