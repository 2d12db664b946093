"""The figure of a heat map, laid out in inches around its measured labels: nothing overlaps or is cut off."""

import textwrap
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import east_asian_width

import numpy as np

from regard.inspect.labels import clusters
from regard.inspect.shades import FAINT, NOT_A_NUMBER, ON_PAPER, Colour, Floats, colour, ink, number, total

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path
    from matplotlib.text import Text

MOST_TOKENS = 300
CELL, CELL_WITH_NUMBER, LONGEST_SIDE = 0.22, 0.3, 24.0  # inches
MARGIN, GAP, SUM_WIDTH = 0.15, 0.06, 0.45
BAR_WIDTH, BAR_LABELS, SHORTEST_BAR, LONGEST_BAR = 0.12, 0.35, 0.9, 2.5
POINTS, DOTS = 72, 150  # to an inch
HIGHEST_STACK = 6  # letters
MOST_SHAPES = 10_000  # beyond, an SVG holds the cells as one image
DIGIT, DIGIT_HEIGHT = 0.64, 0.73  # shares of the size of the base font
EXTENDED = {(False, False): "neither", (True, False): "min", (False, True): "max", (True, True): "both"}


class Drawing(NamedTuple):
    """What is drawn, in labels that are safe to show."""

    source: list[str]
    target: list[str]
    weights: Floats
    numbers: bool
    title: str

    @property
    def cell(self) -> float:
        """The side of a cell in inches: less for many tokens, so that the map is at most 24 inches long."""
        wanted = CELL_WITH_NUMBER if self.numbers or np.isnan(self.weights).any() else CELL
        return min(wanted, LONGEST_SIDE / max(len(self.source), len(self.target)))


def figure_of(drawing: Drawing) -> "Figure":
    """Target words down, source words across on top, a colour bar from 0 to 1 on the right."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(dpi=DOTS)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    image = _paint(axes, drawing)
    _label(axes, drawing)
    _write_numbers(axes, drawing)
    _place(figure, axes, image, drawing)
    return figure


def _paint(axes: "Axes", drawing: Drawing) -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    steps = [shares(step) for step in ON_PAPER]
    scale = LinearSegmentedColormap.from_list("regard", steps).with_extremes(bad=shares(NOT_A_NUMBER))
    weights = np.ma.masked_invalid(np.clip(drawing.weights, 0, 1))
    down, across = weights.shape
    image = axes.pcolormesh(np.arange(across + 1) - 0.5, np.arange(down + 1) - 0.5, weights, cmap=scale, vmin=0, vmax=1)
    image.set(edgecolor=shares(FAINT), linewidth=1.5 * drawing.cell, clip_on=False)
    image.set_rasterized(weights.size > MOST_SHAPES)
    axes.set(xlim=(-0.5, across - 0.5), ylim=(down - 0.5, -0.5))
    axes.spines[:].set_visible(False)
    return image


def _label(axes: "Axes", drawing: Drawing) -> None:
    """Source labels lie where all are short, and single letters; East Asian ones stand; others are turned."""
    axes.xaxis.tick_top()
    size = min(9.0, 0.7 * drawing.cell * POINTS)
    axes.tick_params(which="both", length=0, pad=GAP * POINTS, labelsize=size)
    axes.set_yticks(range(len(drawing.target)), drawing.target)
    axes.set_xticks(range(len(drawing.source)), drawing.source)
    if all(_extent(label)[0] < 0.9 * drawing.cell for label in axes.get_xticklabels()):
        return
    axes.set_xticks(range(len(drawing.source)), [_stacked(label) for label in drawing.source], linespacing=1.0)
    for label, text in zip(axes.get_xticklabels(), drawing.source, strict=True):
        if _stacked(text) == text and len(clusters(text)) > 1:
            label.set_rotation(90)


def _stacked(label: str) -> str:
    letters = clusters(label)
    stands = len(letters) <= HIGHEST_STACK and all(east_asian_width(letter[0]) in "WF" for letter in letters)
    return "\n".join(letters) if stands else label


def _write_numbers(axes: "Axes", drawing: Drawing) -> None:
    """As shapes, one for all cells with the same number: thousands of texts would take seconds."""
    from matplotlib.collections import PathCollection

    cells: dict[tuple[str, Colour], list[tuple[int, int]]] = defaultdict(list)
    for (row, column), weight in np.ndenumerate(drawing.weights):
        if drawing.numbers or np.isnan(weight):
            text = number(weight)
            tint = FAINT if text == ".00" else ink(colour(weight, ON_PAPER))
            cells[text, tint].append((column, row))
    longest = max((len(text) for text, _ in cells), default=0)
    for (text, tint), places in cells.items():
        shape = _shape(text, 0.8 * drawing.cell / max(longest, 3))
        written = PathCollection([shape], offsets=places, offset_transform=axes.transData)
        written.set(transform=axes.figure.dpi_scale_trans, color=shares(tint), linewidth=0)
        axes.add_collection(written, autolim=False)
    if drawing.numbers:
        _write_sums(axes, drawing)


def _shape(text: str, width: float) -> "Path":
    """The outline of a number in inches around (0, 0), a character so wide."""
    from matplotlib.textpath import TextPath
    from matplotlib.transforms import Affine2D

    shape = TextPath((0, 0), text, size=width * POINTS / DIGIT)
    (left, _), (right, _) = shape.get_extents().get_points()
    height = width * POINTS / DIGIT * DIGIT_HEIGHT
    return Affine2D().translate(-(left + right) / 2, -height / 2).scale(1 / POINTS).transform_path(shape)


def _write_sums(axes: "Axes", drawing: Drawing) -> None:
    across = len(drawing.source)
    right = across - 0.5 + SUM_WIDTH / drawing.cell
    size = min(8.0, 0.7 * drawing.cell * POINTS)
    axes.text(right, -0.5 - GAP / drawing.cell, "sum", size=size, ha="right", va="bottom")
    for place, row in enumerate(drawing.weights):
        axes.text(right, place, total(row), size=size, ha="right", va="center")


def _place(figure: "Figure", axes: "Axes", image: Any, drawing: Drawing) -> None:
    """Measure the labels, then give the figure its size and everything its place."""
    down, across = (count * drawing.cell for count in drawing.weights.shape)
    above = GAP + max(_extent(label)[1] for label in axes.get_xticklabels())
    left = MARGIN + GAP + max(_extent(label)[0] for label in axes.get_yticklabels())
    bar = left + across + (SUM_WIDTH if drawing.numbers else 0) + 2 * MARGIN
    width = bar + BAR_WIDTH + BAR_LABELS + MARGIN
    title = figure.text(MARGIN / width, 1, drawing.title, size=10, va="top")
    above += MARGIN + _wrap(title, width - 2 * MARGIN)
    bar_length = min(max(down, SHORTEST_BAR), LONGEST_BAR)
    height = above + max(down, bar_length) + MARGIN
    figure.set_size_inches(width, height)
    title.set_y(1 - MARGIN / height)
    axes.set_position((left / width, 1 - (above + down) / height, across / width, down / height))
    corner = (bar / width, 1 - (above + bar_length) / height)
    place = figure.add_axes((*corner, BAR_WIDTH / width, bar_length / height))
    ends = EXTENDED[bool(np.nanmin(drawing.weights) < 0), bool(np.nanmax(drawing.weights) > 1 + 1e-6)]
    colours = figure.colorbar(image, cax=place, ticks=[0, 0.5, 1], extend=ends)
    colours.ax.tick_params(labelsize=8, length=2)
    colours.outline.set(edgecolor=shares(FAINT), linewidth=0.5)


def _wrap(title: "Text", width: float) -> float:
    """Break the title into lines of at most so many inches; its height, with a gap below, 0 for no title."""
    text = title.get_text()
    if not text:
        return 0.0
    letters = max(8, int(0.95 * width / _extent(title)[0] * len(text)))
    title.set_text("\n".join(textwrap.wrap(text, letters)))
    return _extent(title)[1] + MARGIN


def _extent(text: "Text") -> tuple[float, float]:
    """Width and height in inches."""
    box = text.get_window_extent()
    return box.width / DOTS, box.height / DOTS


def shares(shade: Colour) -> tuple[float, float, float]:
    """A colour as matplotlib takes it, each part from 0 to 1."""
    red, green, blue = shade
    return red / 255, green / 255, blue / 255
