"""An explanation in the terminal: each step's words, its tables, and how far regard's own numbers are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regard.errors import missing
from regard.inspect.explain.blocks import beside, block
from regard.inspect.explain.steps import Explained, Step
from regard.inspect.explain.telling import agreement, check_depth, notes, says, title, told_step

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

Line = tuple[str, str]
"""A line, and its style."""


@dataclass(frozen=True)
class Shown:
    """Prints itself on a rich console; tables as wide as the console, and what does not fit is counted."""

    explained: Explained
    lang: str = "en"
    depth: str = "school"
    digits: int = 3

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.text import Text

        for text, style in self.lines(options.max_width):
            yield Text(text, style=style)

    def lines(self, width: int) -> Iterator[Line]:
        """Everything, line by line; texts may be longer than the width, tables are not."""
        check_depth(self.depth)
        yield title(self.explained, self.lang), "bold"
        yield from ((note, "") for note in notes(self.explained, self.lang))
        for number, step in enumerate(self.explained.steps, 1):
            yield "", ""
            yield from self._step(number, step, width)
        yield "", ""
        facts = {"dtype": self.explained.dtype, "difference": f"{self.explained.difference:.1e}"}
        yield says(self.lang, "greatest", **facts), ""
        yield says(self.lang, "caveat"), ""

    def _step(self, number: int, step: Step, width: int) -> Iterator[Line]:
        words = told_step(step, self.lang)
        place = f" · {says(self.lang, 'word', at=step.at)}" if step.at else ""
        yield f"{number}. {words.name}{place}", "bold"
        if text := getattr(words, self.depth):
            yield text, ""
        blocks = [block(each, width - 2, self.digits, self.lang) for each in step.tables]
        yield from ((f"  {line}", "") for line in beside(blocks, width - 2))
        if any(each.hidden is not None and each.hidden.any() for each in step.tables):
            yield f"  {says(self.lang, 'hidden')}", ""
        if step.worked and self.depth != "plain":
            yield f"  {says(self.lang, 'worked')}: {step.worked}", ""
        if told := agreement(step, self.lang):
            yield f"  {told}", "dim"


def as_text(view: Shown, width: int = 100) -> str:
    """The same as plain text. MissingError without rich."""
    try:
        from rich.console import Console
    except ImportError as error:
        raise missing("an explanation in the terminal", "rich", "cli") from error
    console = Console(width=width, no_color=True, highlight=False, color_system=None)
    with console.capture() as captured:
        console.print(view)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())
