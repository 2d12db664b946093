"""How many items, how long they are, and what a limit would cut."""

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regard.data.doctor.finding import Finding, of, places
from regard.data.examples import Examples
from regard.data.items import Graph, Sound, Story

UNITS = {
    "text": ("words", "characters"),
    "sound": ("seconds",),
    "image": ("rows", "columns"),
    "graph": ("nodes", "edges"),
    "series": ("steps",),
    "vectors": ("vectors",),
    "story": ("sentences",),
}
"""What lengths are counted in; the first is what a limit limits, except of sounds and images."""

UNKNOWN = float("nan")


def counts(name: str, part: Examples, longest: int | None) -> Iterator[Finding]:
    """Notes on the number of items and their lengths; a warning where items are longer than a limit."""
    left_out = ", ".join(f"{count:,} {reason}" for reason, count in part.skipped.items())
    items = f"{len(part):,} item{'s' * (len(part) != 1)}"
    yield Finding("note", f"{name}: {items}" + (f"; left out: {left_out}" if left_out else ""))
    if not len(part):
        yield Finding("stop", f"{name}: there are no items", (), "check that this is the right file")
        return
    row = np.dtype((np.float64, (len(UNITS[part.kind]),)))
    lengths: Any = np.fromiter((_lengths(part.kind, item) for item in part.items), row, len(part))
    for unit, column in zip(UNITS[part.kind], lengths.T, strict=True):
        known = column[np.isfinite(column)]
        if len(known):
            some = "" if len(known) == len(column) else f" of the {len(known):,} that are known without decoding"
            yield Finding("note", f"{name}: {unit}{some}: {_spread(known)}")
    if longest is not None:
        yield from _cut(name, part, lengths[:, 0], longest)


def _spread(lengths: NDArray[np.float64]) -> str:
    """`1 to 39, median 11, 95 % up to 18`, or the one length that all have."""
    few, middle, much, most = (f"{one:,.0f}" if one >= 1000 else f"{one:.4g}" for one in _quantiles(lengths))
    return few if few == most else f"{few} to {most}, median {middle}, 95 % up to {much}"


def _quantiles(lengths: NDArray[np.float64]) -> list[float]:
    """The least, the median, one that 95 % do not exceed, and the greatest."""
    much = float(np.quantile(lengths, 0.95, method="inverted_cdf"))
    return [float(lengths.min()), float(np.median(lengths)), much, float(lengths.max())]


def _cut(name: str, part: Examples, lengths: NDArray[np.float64], longest: int) -> Iterator[Finding]:
    unit = UNITS[part.kind][0]
    if part.kind in ("sound", "image"):
        text = f"{name}: what a limit of {longest:,} cuts is known when {part.kind}s are decoded"
        yield Finding("note", text)
        return
    long = np.flatnonzero(lengths > longest)
    if len(long):
        over = int((lengths[long] - longest).sum())
        text = f"{name}: {of(len(long), part)} have more than {longest:,} {unit}; cut, they lose {over:,}"
        yield Finding("warn", text, places(part, long), f"a limit of {int(lengths.max()):,} cuts nothing")


def _lengths(kind: str, item: Any) -> tuple[float, ...]:
    """The length of an item in each of its units; NaN for what is not known without decoding."""
    if kind == "text":
        if isinstance(item, str):
            return len(item.split()), len(item)
        return len(item), sum(map(len, item))
    if kind == "sound":
        return (_seconds(item),)
    if isinstance(item, Path):
        return (UNKNOWN, UNKNOWN)
    if isinstance(item, Graph):
        return len(item), len(item.source)
    if isinstance(item, Story):
        return (len(item.sentences),)
    return np.shape(item)[:2] if kind == "image" else (len(item),)


def _seconds(item: Any) -> float:
    """How long a sound is: by its samples, by its part of a file, or by the header of a .wav."""
    sound = item if isinstance(item, Sound) else Sound(item)
    if not isinstance(sound.samples, Path):
        return len(sound.samples) / sound.rate if sound.rate else UNKNOWN
    if sound.stop is not None:
        return sound.stop - sound.start
    if sound.samples.suffix.lower() != ".wav":
        return UNKNOWN
    try:
        with wave.open(str(sound.samples), "rb") as header:
            return max(header.getnframes() / header.getframerate() - sound.start, 0.0)
    except (wave.Error, EOFError, OSError, ValueError, ZeroDivisionError):
        return UNKNOWN
