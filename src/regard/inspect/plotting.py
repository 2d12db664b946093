"""One call's weights and the evidence beside them, as a figure of matplotlib."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regard.errors import OptionError, missing, nearest
from regard.inspect.figure import shares
from regard.inspect.fonts import cover
from regard.inspect.labels import shortened, visible
from regard.inspect.picture import drawn_with
from regard.inspect.record import CAVEAT, Axis, Call, Evidence, Record
from regard.inspect.shades import FAINT, ON_PAPER

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONGEST_LABEL = 24
MOST_LABELS = 60
"""Labels of an axis that can be read; of more positions every second, third, … is written."""
DOTS = 150


def figure_of_look(record: Record, call: str | None = None, head: int | None = None) -> "Figure":
    """The weights of a call, the mean of its heads or one of them, above a panel for each column of the evidence.

    Of a call that keeps only the greatest weights its map is drawn, means over blocks. Raises OptionError for a call or
    a head that is not there.
    """
    if find_spec("matplotlib") is None:
        raise missing("a figure of a look", "matplotlib", "plot")
    from matplotlib.figure import Figure

    chosen, weights = weights_of(record, call, head)
    evidence = record.evidence[0] if record.evidence else None
    across = record.axes[evidence.axis if evidence else chosen.keys]
    panels = 1 + (len(evidence.columns) if evidence else 0)
    width = min(24.0, max(7.0, 2.5 + 0.22 * max(weights.shape[1], len(across.labels))))
    tall = min(12.0, max(2.0, 0.22 * weights.shape[0]))
    figure = Figure(figsize=(width, tall + 1.1 * (panels - 1) + 2.0), dpi=DOTS, layout="constrained")
    parts = figure.subplots(panels, 1, squeeze=False, height_ratios=[tall, *[1.1] * (panels - 1)])[:, 0]
    title = f"{chosen.name}, {'mean of heads' if head is None else f'head {head}'}"
    _matrix(figure, parts[0], weights, (record.axes[chosen.queries], record.axes[chosen.keys]), title)
    if evidence is not None:
        _panels(parts[1:], evidence, across)
    figure.supxlabel(_caption(record, width), fontsize=7, x=0.01, ha="left")
    return figure


def save_figure(record: Record, path: Path, call: str | None, head: int | None) -> None:
    """Draw and save; the suffix decides the format."""
    fonts = cover("".join(label for axis in record.axes.values() for label in _labels(axis)))
    with drawn_with(fonts):
        figure = figure_of_look(record, call, head)
        suffix = path.suffix.lower().removeprefix(".")
        figure.savefig(path, format=suffix, metadata={"Date": None} if suffix == "svg" else {})


def weights_of(record: Record, call: str | None, head: int | None) -> tuple[Call, "np.ndarray[Any, Any]"]:
    """A call by its name, the last unless given, and the weights (q, k) of one head, counted from 1, or their mean;
    NaN where a query may not read."""
    names = [each.name for each in record.calls]
    if call is not None and call not in names:
        raise OptionError("look: no such call", got=repr(call), hint=nearest(call, names[:20]))
    chosen = record.calls[-1 if call is None else names.index(call)]
    every = chosen.map if chosen.weights is None else chosen.weights
    if chosen.weights is not None and chosen.readable is not None:
        every = np.where(chosen.readable, every, np.nan)
    if head is None:
        return chosen, every.mean(0)
    if not 1 <= head <= len(every):
        raise OptionError(f"look: heads of {chosen.name} go from 1 to {len(every)}", got=str(head), hint="1")
    return chosen, every[head - 1]


def _matrix(
    figure: "Figure", axes: "Axes", weights: "np.ndarray[Any, Any]", sides: tuple[Axis, Axis], title: str
) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    steps = [shares(shade) for shade in ON_PAPER]
    scale = LinearSegmentedColormap.from_list("regard", steps).with_extremes(bad=shares(FAINT))
    known = np.ma.masked_invalid(weights)
    low, high = min(0.0, float(known.min())), max(1e-9, float(known.max()))
    image = axes.imshow(known, cmap=scale, vmin=low, vmax=high, aspect="auto")
    axes.set_title(title, fontsize=9, loc="left")
    axes.set_xlabel("is read", fontsize=8)
    axes.set_ylabel("reads", fontsize=8)
    _ticks(axes.xaxis, sides[1], weights.shape[1])
    _ticks(axes.yaxis, sides[0], weights.shape[0])
    figure.colorbar(image, ax=axes, shrink=0.8).ax.tick_params(labelsize=7)


def _panels(parts: Any, evidence: Evidence, axis: Axis) -> None:
    """A bar for each position, and what the column is."""
    places = np.arange(len(axis.labels))
    for axes, (name, column) in zip(parts, evidence.columns.items(), strict=True):
        axes.bar(places, np.nan_to_num(column), color=shares(ON_PAPER[4]))
        axes.axhline(0, color="black", linewidth=0.5)
        agreement = evidence.agreement.get(name)
        told = "" if agreement is None or np.isnan(agreement) else f", agreement with occlusion {agreement:.2f}"
        axes.set_title(f"{name}{told}", fontsize=8, loc="left")
        axes.tick_params(labelsize=7)
        axes.set_xticks([])
        axes.set_xlim(-0.5, len(places) - 0.5)
    _ticks(parts[-1].xaxis, axis, len(places))


def _ticks(side: Any, axis: Axis, count: int) -> None:
    """Labels of positions, or of the first of each block."""
    step = max(1, -(-count // MOST_LABELS))
    labels = _labels(axis)
    block = -(-len(labels) // count) if count else 1
    side.set_ticks(
        range(0, count, step), [labels[min(place * block, len(labels) - 1)] for place in range(0, count, step)]
    )
    side.set_tick_params(labelsize=7, rotation=90 if side.axis_name == "x" else 0)


def _labels(axis: Axis) -> list[str]:
    return [shortened(visible(label), LONGEST_LABEL) for label in axis.labels]


def _caption(record: Record, width: float) -> str:
    import textwrap

    told = f"model {record.provenance['model']}, regard {record.provenance['version']}, captured = fast within "
    return textwrap.fill(f"{CAVEAT} {told}{record.difference:.1e}.", max(40, int(width * 16)))
