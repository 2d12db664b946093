"""Texts a line each, alone or beside a file of answers: line 17 with line 17."""

from pathlib import Path

from regard.data.examples import Examples
from regard.data.files import shown
from regard.data.labelled.gather import Row, gather, in_step, spaced
from regard.data.lines import read_lines
from regard.data.parallel import read_parallel


def read_labelled_lines(
    texts: str | Path, answers: str | Path, *, tokens: bool = False, encoding: str = "utf-8", blank: str = "error"
) -> Examples:
    """Texts from one file and answers from another, each plain or .gz, line by line.

    With `tokens` both are parted at spaces: one answer a token. Raises DataError with both counts if one file has
    more lines, with both places if a line has more tokens than labels or fewer, and as `read_parallel`.
    """
    pairs = read_parallel(texts, answers, encoding=encoding, blank=blank)
    if not tokens:
        return Examples("text", pairs.sources, pairs.targets, None, str(texts), pairs.origins.lines, pairs.skipped)
    items, labels = ([spaced(line) for line in side] for side in (pairs.sources, pairs.targets))
    for line, words, each in zip(pairs.origins.lines, items, labels, strict=True):
        in_step(words, each, f"{shown(texts)}:{line}, {shown(answers)}:{line}")
    return Examples("text", items, labels, None, str(texts), pairs.origins.lines, pairs.skipped)


def read_texts(path: str | Path, *, tokens: bool = False, encoding: str = "utf-8", blank: str = "error") -> Examples:
    """Texts without answers from one file, plain or .gz; with `tokens` parted at spaces."""
    rows = (Row(number, spaced(line) if tokens else line) for number, line in read_lines(path, encoding))
    return gather(rows, path, blank=blank)
