"""Curves written as PNG and SVG: the same bytes from the same numbers, and text as text."""

import io
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from regard.comparing.curves import Curve, curves
from regard.comparing.running import Run
from regard.comparing.summary import Row
from regard.folder.atomic import write_bytes
from regard.inspect.fonts import cover
from regard.inspect.picture import drawn_with


class Drawn(NamedTuple):
    """A curve as it is written: its name, what it shows, and the SVG."""

    name: str
    told: str
    svg: bytes


def draw(rows: list[Row], runs: list[Run], folder: Path) -> list[Drawn]:
    """Writes each curve twice into `folder/curves`; none without matplotlib, or without a finished training."""
    if not rows or find_spec("matplotlib") is None:
        return []
    (folder / "curves").mkdir(exist_ok=True)
    found = []
    fonts = cover("".join(row.name for row in rows))
    with drawn_with(fonts):
        for curve in curves(rows, runs):
            pictures = {suffix: _picture(curve, suffix) for suffix in ("png", "svg")}
            for suffix, content in pictures.items():
                write_bytes(folder / "curves" / f"{curve.name}.{suffix}", content)
            found.append(Drawn(curve.name, curve.told, pictures["svg"]))
    return found


def _picture(curve: Curve, suffix: str) -> bytes:
    content = io.BytesIO()
    curve.figure.savefig(content, format=suffix, metadata={"Date": None} if suffix == "svg" else {})
    return content.getvalue()
