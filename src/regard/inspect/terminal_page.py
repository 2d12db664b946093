"""The lines of a heat map in characters, laid out for one width and for what the terminal can show."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from regard.inspect.columns import clipped, fits, folded, pad, standing
from regard.inspect.labels import SPACE, clusters, isolated, shortened, visible
from regard.inspect.shades import ON_SCREEN, Floats, beyond, colour, ink, number, total

HIGHEST_LABEL = 12
LONGEST_NOTE = 200
SUM_WIDTH = 7

Line = list[tuple[str, str]]
"""Pieces of text, each with its style ("" for none)."""


class Look(NamedTuple):
    """What a terminal can show."""

    name: str
    shades: str
    ellipsis: str


COLOURS = Look("colours", " ░▒▓█", "…")
SHADES = Look("shades", " ░▒▓█", "…")
ASCII = Look("ascii", " .:*#", "~")


class Page:
    """One drawing: panels of as many source columns as fit, the scale, the labels that were cut short."""

    def __init__(
        self, source: list[str], target: list[str], weights: Floats, numbers: bool, width: int, look: Look
    ) -> None:
        self.weights, self.numbers, self.width, self.look = weights, numbers, width, look
        self.source = [self._label(token) for token in source]
        self.target = [self._label(token) for token in target]
        self.heads = [shortened(label, HIGHEST_LABEL, look.ellipsis) for label in self.source]
        self.label_width = max(8, width // 3)
        while fits(self.target, self.label_width - 1):
            self.label_width -= 1
        written = weights.flat if numbers else weights[np.isnan(weights)]
        self.digits = max((len(number(weight)) for weight in written), default=0)
        self.cell_width = self.digits + 2
        room = width - self.label_width - 1 - (SUM_WIDTH if numbers else 0)
        self.columns = max(1, room // self.cell_width)

    def lines(self) -> Iterator[Line]:
        """The whole drawing; no line is wider than the page, unless a single column is."""
        for start in range(0, len(self.heads), self.columns):
            yield from self._panel(start, start + self.columns)
            yield [("", "")]
        yield self._scale()
        if outside := beyond(self.weights):
            yield from ([(line, "")] for line in folded([outside], self.width))
        yield from ([(line, "")] for line in self._notes())

    def _panel(self, start: int, stop: int) -> Iterator[Line]:
        last = self.numbers and stop >= len(self.heads)
        margin = " " * (self.label_width + 1)
        heads = list(self._heads(self.heads[start:stop]))
        for line in heads[:-1]:
            yield [(margin + line, "")]
        across = self.cell_width * len(self.heads[start:stop]) + SUM_WIDTH - 3
        yield [(margin + (pad(heads[-1], across, "right") + "sum" if last else heads[-1]), "")]
        for label, row in zip(self.target, self.weights, strict=True):
            cells = [self._cell(weight) for weight in row[start:stop]]
            sums = [(f"{total(row):>{SUM_WIDTH}}", "")] if last else []
            yield [(pad(self._short(label), self.label_width) + " ", ""), *cells, *sums]

    def _heads(self, heads: list[str]) -> Iterator[str]:
        if self.digits and fits(heads, self.digits + 1):
            yield "".join(pad(head, self.digits + 1) + " " for head in heads)
        elif fits(heads, 2) and max(map(len, map(clusters, heads))) == 1:
            yield "".join(pad(head, self.cell_width, "right") for head in heads)
        else:
            yield from standing(heads, self.cell_width)

    def _cell(self, weight: float) -> tuple[str, str]:
        text = number(weight) if self.numbers or np.isnan(weight) else ""
        if self.look is COLOURS:
            return f" {text:>{self.digits}} ", _style(weight, written=bool(text))
        shade = self._shade(weight)
        return (f"{shade}{text:>{self.digits}} " if text else shade * self.cell_width), ""

    def _shade(self, weight: float) -> str:
        return " " if np.isnan(weight) else self.look.shades[round(4 * min(max(weight, 0.0), 1.0))]

    def _scale(self) -> Line:
        steps = [step / 4 for step in range(5)]
        if self.look is COLOURS:
            return [("weight  0 ", ""), *(("  ", _style(step, written=False)) for step in steps), (" 1", "")]
        return [("weight  0 [" + "".join(2 * self._shade(step) for step in steps) + "] 1", "")]

    def _notes(self) -> Iterator[str]:
        """The labels that were cut, whole (up to 200 characters), with their place."""
        sides = {"source": (self.source, self.heads), "target": (self.target, map(self._short, self.target))}
        for side, (labels, shown) in sides.items():
            pairs = enumerate(zip(labels, shown, strict=True), 1)
            cut = [self._entry(place, label) for place, (label, short) in pairs if label != short]
            yield from folded([f"{side}:", *cut] if cut else [], self.width)

    def _entry(self, place: int, label: str) -> str:
        length = f" ({len(label):,} characters)" if len(label) > LONGEST_NOTE else ""
        return f"{place} {isolated(shortened(label, LONGEST_NOTE, self.look.ellipsis))}{length}"

    def _label(self, token: str) -> str:
        label = visible(token)
        if self.look is ASCII:
            return label.replace(SPACE, "_").encode("ascii", "backslashreplace").decode("ascii")
        return label

    def _short(self, label: str) -> str:
        return clipped(label, self.label_width, self.look.ellipsis)


def _style(weight: float, *, written: bool) -> str:
    paper = colour(weight, ON_SCREEN)
    ground = "on rgb({},{},{})".format(*paper)
    return "rgb({},{},{}) ".format(*ink(paper)) + ground if written else ground
