"""A text for each entry, end to end, each distinct one about once: so many entries name one sentence, or one token."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

NUMBERS = np.int32


class Table(NamedTuple):
    """Which text each entry (n) has, the bytes of all texts, and where each ends.

    >>> table = Table.of(['"a"', '"b"', '"a"'])
    >>> table.number.tolist(), table.read(2), Table.joined([table, table]).picked(np.array([4, 3])).told.tobytes()
    ([0, 1, 0], 'a', b'"a""b"')
    """

    number: NDArray[np.int32]
    told: NDArray[np.uint8]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Table":
        """The table of JSON texts, one for each entry."""
        known: dict[str, int] = {}
        numbers = [known.setdefault(text, len(known)) for text in texts]
        return cls._packed(np.array(numbers, NUMBERS), [text.encode() for text in known])

    @classmethod
    def joined(cls, tables: Sequence["Table"]) -> "Table":
        """The entries of one behind those of the other; a text of both is there twice."""
        texts = np.cumsum([0, *(len(each.ends) for each in tables)])
        sizes = np.cumsum([0, *(len(each.told) for each in tables)])
        numbers = [each.number + NUMBERS(before) for each, before in zip(tables, texts[:-1], strict=True)]
        ends = [each.ends + before for each, before in zip(tables, sizes[:-1], strict=True)]
        return cls(np.concatenate(numbers), np.concatenate([each.told for each in tables]), np.concatenate(ends))

    def picked(self, rows: NDArray[np.int64]) -> "Table":
        """The entries of these numbers, and no text besides theirs."""
        used, numbers = np.unique(self.number[rows], return_inverse=True)
        return self._packed(numbers.astype(NUMBERS), [self._bytes(number) for number in used.tolist()])

    def read(self, row: int) -> Any:
        """What the JSON text of an entry says."""
        return json.loads(self._bytes(int(self.number[row])))

    @classmethod
    def _packed(cls, number: NDArray[np.int32], told: list[bytes]) -> "Table":
        ends = np.cumsum([len(each) for each in told], dtype=np.int64)
        return cls(number, np.frombuffer(b"".join(told), np.uint8), ends)

    def _bytes(self, number: int) -> bytes:
        start = int(self.ends[number - 1]) if number else 0
        return self.told[start : int(self.ends[number])].tobytes()
