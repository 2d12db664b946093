"""Lines that come from a file, a pipe or a person, some at a time."""

import sys
from collections.abc import Iterator


def typed(name: str) -> bool:
    """Whether a person at a terminal types the lines."""
    return name == "-" and sys.stdin is not None and sys.stdin.isatty()


def chunks(lines: Iterator[str], size: int) -> Iterator[list[str]]:
    """So many lines at a time; the last chunk has what is left."""
    chunk: list[str] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
