"""Pairs from two files whose lines belong together: line 17 with line 17."""

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from regard.data.files import shown
from regard.data.lines import read_lines
from regard.data.pairs import Pairs, collect
from regard.errors import DataError


def read_parallel(source: str | Path, target: str | Path, *, encoding: str = "utf-8", blank: str = "error") -> Pairs:
    """Pairs from two line-aligned files, each plain or .gz.

    Raises DataError with both counts if one has more lines, with file and line if a line is blank (or with
    blank="skip" leaves that pair out and counts it), and as `read_lines`. About 1 s for a million pairs.
    """
    return collect(_rows(source, target, encoding), str(source), str(target), blank=blank)


def _rows(source: str | Path, target: str | Path, encoding: str) -> Iterator[tuple[int, str, str]]:
    """Line number, source and target; the error for unequal counts comes when both files are counted."""
    counts = [0, 0]
    for left, right in zip_longest(read_lines(source, encoding), read_lines(target, encoding)):
        if left and right:
            yield left[0], left[1], right[1]
        counts = [left[0] if left else counts[0], right[0] if right else counts[1]]
    if counts[0] != counts[1]:
        raise DataError(
            f"{shown(source)}, {shown(target)}: parallel files must have equally many lines",
            got=f"{counts[0]:,} lines in {shown(source)}, {counts[1]:,} in {shown(target)}",
            hint="find the line that one of them lacks, starting at the ends: tail -n 3 of both",
        )
