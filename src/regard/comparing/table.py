"""The table of a comparison, in Markdown."""

from collections.abc import Sequence

from regard.comparing.summary import Row
from regard.metrics.metric import digits_of

UNITS = {"label": "vectors", "classify": "items", "regress": "items", "translate": "tokens", "generate": "tokens"}
"""What a training of each kind answers, one by one."""


def table(kind: str, rows: Sequence[Row]) -> str:
    """A line for each row, and one that says what its interval is over."""
    if not rows:
        return f"{interval_told(rows)}\n"
    heads, lines = cells(kind, rows)
    ruled = ["---" if place == 0 else "---:" for place in range(len(heads))]
    body = "\n".join(f"| {' | '.join(line)} |" for line in (heads, ruled, *lines))
    return f"{body}\n\n{interval_told(rows)}\n"


def cells(kind: str, rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """The heads of the columns, and the cells of each row."""
    shares, lengths = (any(getattr(row, name) is not None for row in rows) for name in ("share", "length"))
    measure = f"{rows[0].measure}{f', {rows[0].unit}' * bool(rows[0].unit)}" if rows else "score"
    heads = ["network", *["data"] * shares, *["length"] * lengths, measure, "95 %", f"{UNITS[kind]}/s"]
    heads += ["answered/s", "MB", "parameters", "minutes", "CPU"]
    return heads, [_cells(row, shares, lengths) for row in rows]


def _cells(row: Row, shares: bool, lengths: bool) -> list[str]:
    digits = digits_of(row.unit)
    return [
        row.name,
        *[f"{row.share} %, {row.items:,}"] * shares,
        *[f"{row.length:,}" if row.length is not None else ""] * lengths,
        f"{row.value:.{digits}f}",
        f"{row.low:.{digits}f} to {row.high:.{digits}f}",
        "" if row.per_second is None else f"{row.per_second:,.0f}",
        f"{row.answered:,.0f}",
        "" if row.memory is None else f"{row.memory / 1e6:,.0f}",
        f"{row.parameters:,}",
        f"{row.seconds / 60:.2f}",
        "" if row.cpu is None else f"{row.cpu / 60:.2f}",
    ]


def interval_told(rows: Sequence[Row]) -> str:
    """What the figures are of: which part, how many seeds, and what the interval is over."""
    if not rows:
        return "Nothing is finished yet."
    seeds = sorted({row.seeds for row in rows})
    how = "lower is better" if not rows[0].rises else "higher is better"
    part = "the test" if rows[0].tested == "test" else "the validation items, which weights were chosen by"
    many = f"{seeds[0]}" if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}"
    means = "One seed" if seeds == [1] else f"Means of {many} seeds"
    wider = "over the test's items" if seeds == [1] else "the wider of two: over seeds, and over the test's items"
    return (
        f"Scores are of {part}; {how}. {means}; intervals are {wider}. MB is what training took at its peak, beyond "
        "what was there before; CPU are the minutes of processors, which other work on the machine lengthens little."
    )
