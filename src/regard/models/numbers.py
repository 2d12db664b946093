"""Lines as the token numbers that networks read, never all of them as Python's lists at once."""

from collections.abc import Sequence

from regard.data.ragged import Ragged
from regard.inputs.text import END, Text

LINES = 10_000
"""Lines that become numbers together."""


def numbers_of(text: Text, lines: Sequence[str]) -> Ragged:
    """The tokens of each line, and END behind them; four bytes a token."""
    chunks = (text.encode_batch(lines[start : start + LINES]) for start in range(0, len(lines), LINES))
    return Ragged.ended(chunks, END)
