"""How a training went, drawn: a line of blocks at the terminal, and curves.png in the model's folder."""

import io
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regard.folder.atomic import write_bytes
from regard.training.log import MetricsLog

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLOCKS = "▁▂▃▄▅▆▇█"
FEWEST, WIDEST = 5, 40
"""Blocks of a line; of more validations, each block is the mean of some."""


def drawn(folder: Path) -> str:
    """The validations as a line of blocks, once curves.png is written; empty where there are fewer than five.

    Without matplotlib there is no picture, and the line says what to install.
    """
    lines: list[dict[str, Any]] = MetricsLog(folder).read()
    if len(lines) < FEWEST:
        return ""
    scores = [float(line["score"]) for line in lines]
    told = f"  {lines[-1]['metric']} by validation: {blocks(scores)}  {scores[0]:.2f} to {scores[-1]:.2f}"
    try:
        picture = io.BytesIO()
        figure_of(lines).savefig(picture, format="png")
    except ImportError:
        return f"{told}; with matplotlib (the extra plot) as curves.png"
    write_bytes(folder / "curves.png", picture.getvalue())
    return f"{told}; {folder / 'curves.png'}"


def blocks(values: Sequence[float]) -> str:
    """A block for each value, the lowest for the least; at most 40.

    >>> blocks([1, 2, 3, 8]), blocks([5, 5])
    ('▁▂▃█', '▁▁')
    """
    count = min(len(values), WIDEST)
    bounds = [round(i * len(values) / count) for i in range(count + 1)]
    means = [sum(values[a:b]) / (b - a) for a, b in pairwise(bounds)]
    least, spread = min(means), max(means) - min(means)
    return "".join(BLOCKS[round((len(BLOCKS) - 1) * (mean - least) / spread) if spread else 0] for mean in means)


def figure_of(lines: Sequence[dict[str, Any]]) -> "Figure":
    """Losses on the left, the metric on the right, over updates; a ring around the best validation."""
    from matplotlib.figure import Figure

    steps = [line["step"] for line in lines]
    figure = Figure(figsize=(8, 3.2), dpi=150, layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(steps, [line["train_loss"] for line in lines], label="training")
    left.plot(steps, [line["valid_loss"] for line in lines], label="validation")
    left.set(title="loss", xlabel="updates")
    left.legend(frameon=False)
    right.plot(steps, [line["score"] for line in lines])
    best = [line for line in lines if line["best"]][-1:]
    right.plot([line["step"] for line in best], [line["score"] for line in best], "o", fillstyle="none", label="best")
    right.set(title=lines[-1]["metric"], xlabel="updates")
    right.legend(frameon=False)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    return figure
