"""The curves of a comparison: quality against time, memory, the amount of data, and length, with matplotlib."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from regard.comparing.running import Run
from regard.comparing.summary import Row
from regard.training.log import MetricsLog

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8c6d00", "#56b4e9", "#333333")
"""Apart for every kind of colour blindness (Okabe & Ito 2008); marks tell them apart, too."""
MARKS = "osD^vPX"
DOTS = 150


class Curve(NamedTuple):
    """A figure, what it is called in names of files, and what it shows, said in a sentence."""

    name: str
    told: str
    figure: "Figure"


class Side(NamedTuple):
    """What is told along an axis: how it is called, its number in a row, and whether equal steps are equal ratios."""

    label: str
    of: Callable[[Row], float | None]
    log: bool = False


MEMORY = Side("memory of training, MB", lambda row: None if row.memory is None else row.memory / 1e6)
ITEMS = Side("items learned from", lambda row: row.items, log=True)
LENGTH = Side("length", lambda row: row.length, log=True)
MINUTES = Side("minutes of training", lambda row: row.seconds / 60)
PROCESSOR = Side("minutes of a processor", lambda row: None if row.cpu is None else row.cpu / 60)


def curves(rows: Sequence[Row], runs: Sequence[Run]) -> list[Curve]:
    """Those that the trainings give; a point is a mean over seeds, its bar the table's interval."""
    quality = Side(f"{rows[0].measure}{f', {rows[0].unit}' * bool(rows[0].unit)}", lambda row: row.value)
    last = [row for row in rows if (row.share, row.length) == (rows[-1].share, rows[-1].length)]
    drawn = [
        Curve(
            "time",
            "How good a network was on validation items, over the time it had trained; a line a seed.",
            _time(runs),
        )
    ]
    if any(row.memory is not None for row in last):
        drawn.append(
            Curve(
                "memory", "How good a network is, and what memory its training took.", _panels(last, MEMORY, [quality])
            )
        )
    if any(row.share is not None for row in rows):
        told = "How good a network is, by how much of the data it learned from."
        drawn.append(Curve("data", told, _panels(rows, ITEMS, [quality])))
    if any(row.length is not None for row in rows):
        told = "How good a network is, and what its training costs, by length."
        drawn.append(Curve("length", told, _panels(rows, LENGTH, [quality, *_costs(runs)])))
    return drawn


def _costs(runs: Sequence[Run]) -> list[Side]:
    """What grows with length; nothing where one training is tested at every length."""
    return [] if any(run.job.tests for run in runs) else [PROCESSOR, MEMORY]


def _panels(rows: Sequence[Row], across: Side, up: Sequence[Side]) -> "Figure":
    """A panel for each side that goes up, with a line for each network."""
    figure, panels = _blank(len(up))
    for axes, side in zip(panels, up, strict=True):
        for name, (colour, mark) in _looks([row.name for row in rows]).items():
            points = [(across.of(row), side.of(row), row) for row in rows if row.name == name]
            known = sorted((x, y, row) for x, y, row in points if x is not None and y is not None)
            if not known:
                continue
            xs, ys, found = zip(*known, strict=True)
            axes.plot(xs, ys, color=colour, marker=mark, markersize=5, linewidth=1.4, label=name)
            if side is up[0]:
                bars = [
                    [y - row.low for y, row in zip(ys, found, strict=True)],
                    [row.high - y for y, row in zip(ys, found, strict=True)],
                ]
                axes.errorbar(
                    xs, ys, [[max(0.0, bar) for bar in each] for each in bars], fmt="none", ecolor=colour, capsize=3
                )
        _finish(axes, across, side, [x for row in rows if (x := across.of(row)) is not None])
    _legend(figure, panels[0])
    return figure


def _time(runs: Sequence[Run]) -> "Figure":
    """Validations of the trainings with the most data, or of the greatest length; a line each."""
    figure, (axes, *_) = _blank(1)
    last = runs[-1].job
    shown = [run for run in runs if (run.job.share, run.job.length) == (last.share, last.length)]
    metric = ""
    for name, (colour, mark) in _looks([run.job.name for run in shown]).items():
        told = name
        for run in shown:
            lines: list[dict[str, Any]] = MetricsLog(run.folder).read() if run.job.name == name else []
            if lines:
                metric = str(lines[0]["metric"])
                xs, ys = [line["seconds"] / 60 for line in lines], [line["score"] for line in lines]
                axes.plot(xs, ys, color=colour, marker=mark, markersize=3, linewidth=1.1, label=told)
                told = "_" + name  # one line of each network stands in the legend
    _finish(axes, MINUTES, Side(f"{metric}, validation", lambda row: None), [])
    _legend(figure, axes)
    return figure


def _blank(panels: int) -> "tuple[Figure, list[Axes]]":
    from matplotlib.figure import Figure

    figure = Figure(figsize=(max(6.4, 3.7 * panels), 3.6), dpi=DOTS, layout="constrained")
    return figure, [*figure.subplots(1, panels, squeeze=False)[0]]


def _looks(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """A colour and a mark for each name."""
    return {
        name: (COLOURS[place % len(COLOURS)], MARKS[place % len(MARKS)])
        for place, name in enumerate(dict.fromkeys(names))
    }


def _finish(axes: "Axes", across: Side, up: Side, places: Sequence[float]) -> None:
    axes.set_xlabel(across.label)
    axes.set_ylabel(up.label)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25, linewidth=0.6)
    if across.log and places:
        axes.set_xscale("log")
        ticks = sorted({*places})
        axes.set_xticks(ticks, [f"{tick:,.0f}" for tick in ticks])
        axes.set_xticks([], minor=True)


def _legend(figure: "Figure", axes: "Axes") -> None:
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(4, max(1, len(labels))), frameon=False)
