"""What regard promises of these cases, each with the figure that decides and the most that it may be."""

import math
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.attention.cases import Case
from benchmarks.attention.measure import Result


class Figure(NamedTuple):
    """A number, its spread where it has one (quartiles over the rounds), and how it is written, or what for it."""

    value: float
    spread: tuple[float, float] | None
    unit: str = "×"
    words: str = ""

    def __str__(self) -> str:
        if self.words or self.unit == "MB":
            return self.words or f"{self.value:,.0f} MB"
        low, high = self.spread or (self.value, self.value)
        unit = "" if self.unit == "×" else f" {self.unit}"
        return f"{self.value:.2f}{unit} ({low:.2f} to {high:.2f})" if self.spread else f"{self.value:.3f}{unit}"


def ratio(*peers: str) -> Callable[[Result], Figure | None]:
    """Our time over that of the fastest of these peers; the spread is that of the rounds' own ratios."""

    def figure(result: Result) -> Figure | None:
        ours, peer = result.ours.seconds, _fastest(result, peers)
        return _divided(ours, peer) if ours and peer else None

    return figure


def faster(*peers: str) -> Callable[[Result], Figure | None]:
    """The time of the fastest of these peers over ours; the spread as in `ratio`."""

    def figure(result: Result) -> Figure | None:
        ours, peer = result.ours.seconds, _fastest(result, peers)
        return _divided(peer, ours) if ours and peer else None

    return figure


def each_pair(result: Result) -> Figure | None:
    """Our time for every pair that is read, over that of softmax over all pairs."""
    figure = ratio("native softmax")(result)
    if figure is None or figure.spread is None:
        return None
    times = result.case.n / result.case.reads
    return Figure(times * figure.value, (times * figure.spread[0], times * figure.spread[1]))


def _fastest(result: Result, peers: tuple[str, ...]) -> list[float]:
    """The seconds of the fastest of those that were measured; none where none was."""
    timed = [found.seconds for peer in peers if (found := result.found.get(peer)) and found.seconds]
    return min(timed, key=statistics.median, default=[])


def _divided(one: list[float], other: list[float]) -> Figure:
    """The quotient of the medians, and the quartiles of the quotients of each round."""
    low, _, high = statistics.quantiles([a / b for a, b in zip(one, other, strict=True)], n=4)
    return Figure(statistics.median(one) / statistics.median(other), (low, high))


def each_call(peer: str) -> Callable[[Result], Figure | None]:
    """The time of a call of somebody, in microseconds."""

    def figure(result: Result) -> Figure | None:
        seconds = result.found[peer].seconds
        if not seconds:
            return None
        low, middle, high = (1e6 * each for each in statistics.quantiles(seconds, n=4))
        return Figure(middle, (low, high), "µs")

    return figure


def extra(peer: str) -> Callable[[Result], Figure | None]:
    """Our time above the peer's, in microseconds."""

    def figure(result: Result) -> Figure | None:
        ours, bare = result.ours.seconds, result.found[peer].seconds
        if not ours or not bare:
            return None
        low, _, high = statistics.quantiles([1e6 * (a - b) for a, b in zip(ours, bare, strict=True)], n=4)
        return Figure(1e6 * (statistics.median(ours) - statistics.median(bare)), (low, high), "µs")

    return figure


def share(*peers: str) -> Callable[[Result], Figure | None]:
    """Our peak memory over that of the leanest of these peers."""

    def figure(result: Result) -> Figure | None:
        ours = result.ours.bytes
        rivals = [held for peer in peers if (held := result.found[peer].bytes)]
        return None if ours is None or not rivals else Figure(ours / min(rivals), None)

    return figure


def held(result: Result) -> Figure | None:
    """Our peak memory in MB of 10⁶ bytes."""
    ours = result.ours.bytes
    return None if ours is None else Figure(ours / 1e6, None, "MB")


def another_plan(result: Result) -> Figure | None:
    """0 where the plan took sdpa or a kernel faster than it, 1 where one that is slower."""
    time = ratio("torch SDPA")(result)
    if not result.plan or time is None:
        return None
    slower = result.plan != "sdpa" and time.value > 1
    return Figure(float(slower), None, words=f"{result.plan}, {time.value:.2f} × SDPA")


@dataclass(frozen=True)
class Promise:
    """Of every case that `covers` takes, in groups that begin so, `figure` is at most `most` and at least `least`."""

    text: str
    group: str
    figure: Callable[[Result], Figure | None]
    most: float = math.inf
    covers: Callable[[Case], bool] = lambda case: True
    least: float = -math.inf

    def kept(self, figure: Figure) -> bool:
        """Whether the figure is as promised."""
        return self.least <= figure.value <= self.most

    def judge(self, results: Iterable[Result]) -> list[tuple[Case, Figure]]:
        """The figure of each covered case that was measured, the worst first; no number where we failed."""
        found: list[tuple[Case, Figure]] = []
        for each in results:
            if each.case.group.startswith(self.group) and self.covers(each.case):
                why = each.ours.skipped or each.ours.skipped_memory
                figure = Figure(math.nan, None, words=why) if why else self.figure(each)
                found += [(each.case, figure)] if figure is not None else []
        return sorted(found, key=lambda pair: self._merit(pair[1]))

    def _merit(self, figure: Figure) -> float:
        if math.isnan(figure.value):
            return -math.inf
        return figure.value if math.isinf(self.most) else -figure.value


def _is(kind: str, train: bool) -> Callable[[Case], bool]:
    return lambda case: case.kind == kind and case.train == train


PROMISES = (
    Promise("dense and causal softmax, n ≥ 512: the plan says sdpa, or what is faster", "long", another_plan, 0),
    Promise("dense and causal softmax, n ≥ 512: time ≤ 1.05 × torch SDPA", "long", ratio("torch SDPA"), 1.05),
    Promise(
        "n ≤ 64, many heads: time ≤ 1.05 × the fastest of SDPA, eager and our kernels by name",
        "short",
        ratio("torch SDPA", "eager", "regard sdpa", "regard dense", "regard tiled"),
        1.05,
    ),
    Promise(
        "causal window 256, n = 8,192, training step: ≤ 0.12 × SDPA with the boolean mask",
        "structured",
        ratio("torch SDPA"),
        0.12,
        _is("window", True),
    ),
    Promise(
        "documents of 512, n = 8,192, training step: ≤ 0.12 × SDPA with the boolean mask",
        "structured",
        ratio("torch SDPA"),
        0.12,
        _is("documents", True),
    ),
    Promise("additive, n = 512, forward: ≤ 0.15 × eager", "additive", ratio("eager"), 0.15, _is("additive", False)),
    Promise("additive, n = 512, both passes: ≤ 0.3 × eager", "additive", ratio("eager"), 0.3, _is("additive", True)),
    Promise("additive, n = 16,384: ≤ 256 MB", "additive", held, 256, lambda case: not case.time),
    Promise(
        "sparsemax, entmax 1.5, ReLU, sigmoid, n = 8,192: no slower than the fastest dense computation",
        "normalizers",
        lambda result: ratio(*result.case.contestants[1:])(result),
        1.0,
        lambda case: case.time,
    ),
    Promise(
        "the same: ≤ 1/10 of the leanest dense computation's memory",
        "normalizers",
        lambda result: share(*result.case.contestants[1:])(result),
        0.1,
        lambda case: case.time,
    ),
    Promise("every normalizer, n = 65,536, both passes: ≤ 512 MB", "normalizers", held, 512, lambda c: not c.time),
    Promise("graph of 1,000,000 edges, training step: ≤ 2 GB", "graph", held, 2000),
    Promise(
        "graph of 1,000,000 edges, training step: no slower than PyTorch Geometric",
        "graph",
        ratio("PyTorch Geometric"),
        1.0,
        _is("graph", True),
    ),
    Promise("top 16 weights, n = 16,384: ≤ 200 MB", "weights", held, 200),
    Promise("top 16 weights, n = 16,384: ≤ 2 × the forward's time", "weights", ratio("regard attend"), 2),
    Promise("the door: ≤ 15 µs a call above the bare kernel", "door", extra("bare kernel"), 15),
)
