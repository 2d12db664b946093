"""A heat map in characters: in colours where the terminal has them, else in shades, at worst in ASCII."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from regard.inspect.shades import Floats
from regard.inspect.terminal_page import ASCII, COLOURS, SHADES, Page

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

PLAIN_WIDTH = 80


@dataclass(frozen=True)
class TerminalMap:
    """Prints itself: `print` in shades, a rich console in whatever that console can show.

    Target words run down, source words across; a map wider than the terminal goes on in panels below.
    """

    source: list[str]
    target: list[str]
    weights: Floats
    numbers: bool
    width: int | None

    def __str__(self) -> str:
        page = Page(self.source, self.target, self.weights, self.numbers, self.width or PLAIN_WIDTH, SHADES)
        return "\n".join("".join(text for text, _ in line).rstrip() for line in page.lines())

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.text import Text

        colours = console.color_system in {"truecolor", "256"} and not console.no_color
        look = ASCII if options.ascii_only else COLOURS if colours else SHADES
        width = self.width or options.max_width
        for line in Page(self.source, self.target, self.weights, self.numbers, width, look).lines():
            text = Text.assemble(*line, no_wrap=True, overflow="ignore")
            if look is not COLOURS:
                text.rstrip()
            yield text
