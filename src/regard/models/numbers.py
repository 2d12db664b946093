"""Lines as the token numbers that networks read, never all of them as Python's lists at once."""

from collections.abc import Sequence

import numpy as np

from regard.data.batches import Indices
from regard.data.ragged import Ragged
from regard.inputs.batch import Batch
from regard.inputs.text import END, Text

LINES = 10_000
"""Lines that become numbers together."""


def numbers_of(text: Text, lines: Sequence[str]) -> Ragged:
    """The tokens of each line, and END behind them; four bytes a token."""
    chunks = (text.encode_batch(lines[start : start + LINES]) for start in range(0, len(lines), LINES))
    return Ragged.ended(chunks, END)


class Numbered:
    """Texts as numbers, by number, as `inputs.store.Store` has items; `lengths` (texts,) counts the tokens of each."""

    def __init__(self, numbers: Ragged) -> None:
        self.numbers, self.lengths = numbers, numbers.lengths

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, indices: Sequence[int]) -> "Numbered":
        """The chosen texts, in this order."""
        return Numbered(self.numbers.take(indices))

    def batch(self, indices: Sequence[int] | Indices, draw: tuple[int, ...] | None = None) -> Batch:
        """The chosen texts, padded; texts are not changed at random."""
        return Batch(*self.numbers.padded(np.asarray(indices)))
