"""Numbers and tags of nodes, or of edges, as columns that a network can read."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from regard.data.items import Floats
from regard.errors import DataError
from regard.inputs.graph.tables import Table, Tag, one_hot, vocabulary
from regard.inputs.scaling import Scaling


class Columns(NamedTuple):
    """How a table is read: numbers scaled, then each column of tags one-hot, unknown ones nowhere.

    rows: whether the numbers of each row are divided by their sum instead of being scaled.
    """

    scaling: Scaling
    known: tuple[list[Tag], ...]
    rows: bool = False

    @classmethod
    def learn(cls, tables: list[Table], what: str, *, standardize: bool, rows: bool = False) -> "Columns":
        """From the tables of all graphs, which have as many columns as the first. `what`: what errors call them."""
        first = tables[0]
        scaling = Scaling.nothing(first.numbers.shape[1])
        if standardize and not rows and first.numbers.shape[1]:
            scaling = Scaling.learn((each.numbers for each in tables), keep_indicators=True)
        tags = range(first.tags.shape[1])
        return cls(scaling, tuple(vocabulary([each.tags[:, i] for each in tables], what) for i in tags), rows)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.scaling.mean) + sum(map(len, self.known))

    def read(self, table: Table, where: str) -> Floats:
        """(n, width). Raises DataError if the table has not training's columns."""
        check_columns(table, len(self.scaling.mean), len(self.known), where)
        numbers = table.numbers
        if self.rows:
            sums = np.abs(numbers).sum(1, keepdims=True)
            numbers = np.divide(numbers, sums, out=np.zeros_like(numbers), where=sums > 0)
        parts: Iterable[Floats] = (one_hot(table.tags[:, i], known) for i, known in enumerate(self.known))
        return np.hstack((self.scaling.apply(numbers, where), *parts))

    def to_json(self) -> dict[str, Any]:
        """All of it, in JSON's types."""
        return {"scaling": self.scaling.to_json(), "known": list(self.known), "rows": self.rows}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Columns":
        """What `to_json` gave; KeyError, TypeError or ValueError where the record cannot be that."""
        known = tuple(list(column) for column in record["known"])
        if not all(isinstance(tag, int | str) for column in known for tag in column):
            raise TypeError("tags must be whole numbers or texts")
        return cls(Scaling.from_json(record["scaling"]), known, bool(record["rows"]))


def check_columns(table: Table, numbers: int, tags: int, where: str) -> None:
    """Raises DataError unless a table has so many columns of numbers and of tags."""
    there = table.numbers.shape[1], table.tags.shape[1]
    if there != (numbers, tags):
        got = f"{there[0]:,} numbers and {there[1]:,} tags for each"
        hint = "give what training had; floating-point features are numbers, whole ones and texts are tags"
        raise DataError(f"{where}: must have {numbers:,} numbers and {tags:,} tags for each", got=got, hint=hint)
