"""One line a class or a kind of span: precision, recall, F1, and how many there are."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from regard.data.files import brief
from regard.metrics.metric import f1, ratio
from regard.metrics.sparse import Floats


class ClassScore(NamedTuple):
    """Of one class, in percent: the share of right ones among those guessed, and among those wanted; their F1.

    `support` is how many are wanted. What was never guessed has precision 0, what is never wanted recall 0.
    """

    name: Any
    precision: float
    recall: float
    f1: float
    support: int


def class_scores(names: Sequence[Any], sums: Floats) -> list[ClassScore]:
    """Rows from sums (3, c) of right, guessed and wanted, the most wanted first, then by name."""
    right, guessed, wanted = sums
    columns = (100 * ratio(right, guessed), 100 * ratio(right, wanted), f1(sums), wanted.astype(int))
    rows = [ClassScore(name, *row) for name, *row in zip(names, *(one.tolist() for one in columns), strict=True)]
    return sorted(rows, key=lambda row: (-row.support, str(row.name)))


def as_table(rows: Sequence[ClassScore]) -> str:
    """The rows as lines of text, aligned, with a heading.

    >>> print(as_table([ClassScore("yes", 50.0, 100.0, 66.7, 3)]))
         precision  recall     F1  support
    yes       50.0   100.0   66.7        3
    """
    names = [brief(str(row.name)) for row in rows]
    width = max(map(len, names), default=0)
    lines = [f"{'':{width}}  precision  recall     F1  support"]
    for name, row in zip(names, rows, strict=True):
        numbers = f"{row.precision:9.1f}  {row.recall:6.1f} {row.f1:6.1f} {row.support:8,}"
        lines.append(f"{name:{width}}  {numbers}")
    return "\n".join(lines)
