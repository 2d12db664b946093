"""The trainings of a comparison, put together: a row for each network at each point of the curve."""

from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

from regard.comparing.running import Run
from regard.metrics.intervals import bootstrap
from regard.metrics.metric import ratio


class Row(NamedTuple):
    """A network over its seeds, at a share of the data or a length; means, where there are several seeds.

    Attributes:
        name, share, length: which network, and where on a curve.
        seeds: how many trainings there are.
        value, low, high: the score and its 95 % interval, the wider of two: over seeds, where there are several, and
            over the test's items (the mean of the seeds' intervals), both drawn again and again.
        measure, unit, rises, tested: what the score is, whether higher is better, and of which part.
        items: learned from.
        parameters: of the network.
        seconds: of training; cpu: those of processors, which other work lengthens little.
        per_second: answers a second in training; answered: items a second afterwards.
        memory: bytes of training at its peak.
    """

    name: str
    share: int | None
    length: int | None
    seeds: int
    value: float
    low: float
    high: float
    measure: str
    unit: str
    rises: bool
    tested: str
    items: int
    parameters: int
    seconds: float
    cpu: float | None
    per_second: float | None
    answered: float
    memory: float | None


def rows_of(runs: Sequence[Run]) -> list[Row]:
    """A row for each network and point, in the order in which they were asked for."""
    groups: dict[tuple[str, int | None, int | None], list[tuple[Run, int]]] = {}
    for run in runs:
        for number, quality in enumerate(run.measured.qualities):
            length = run.job.length if quality.length is None else quality.length
            groups.setdefault((run.job.name, run.job.share, length), []).append((run, number))
    return [_row(*point, each) for point, each in groups.items()]


def _row(name: str, share: int | None, length: int | None, group: list[tuple[Run, int]]) -> Row:
    each = [run.measured for run, _ in group]
    qualities = [run.measured.qualities[number] for run, number in group]
    scores = [quality.score for quality in qualities]
    value = fmean(score.value for score in scores)
    low, high = fmean(score.low for score in scores), fmean(score.high for score in scores)
    if len(scores) > 1:
        over = bootstrap([[score.value, 1.0] for score in scores], lambda sums: ratio(sums[:, 0], sums[:, 1]))
        low, high = min(low, over.low), max(high, over.high)
    return Row(
        name,
        share,
        length,
        len(scores),
        value,
        low,
        high,
        scores[0].name,
        scores[0].unit,
        qualities[0].rises,
        each[0].tested,
        each[0].items,
        each[0].parameters,
        fmean(one.seconds for one in each),
        _mean([one.cpu for one in each]),
        _mean([one.per_second for one in each]),
        fmean(quality.per_second for quality in qualities),
        _mean([one.memory for one in each]),
    )


def _mean(numbers: Sequence[float | None]) -> float | None:
    """The mean of those that are known."""
    known = [number for number in numbers if number is not None]
    return fmean(known) if known else None
