"""What every kind of input offers: an item becomes a set of vectors, and training may see it changed a little."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from regard.data.items import Floats, Whole


class Links(NamedTuple):
    """Edges of a graph: node target[i] reads node source[i]; both (e,); features (e, f) if there are any."""

    source: Whole
    target: Whole
    features: Floats | None = None


@dataclass(frozen=True, eq=False)
class Encoded:
    """One item as numbers.

    Attributes:
        values: vectors (n, d) of float32; or whole numbers (n,) or (n, c), tokens and, of a word, its c features,
            of which 0 is none.
        cells: row and column (n, 2) of each vector in an image.
        links: who may read whom in a graph.
        size: rows and columns of an image in pixels; cells may hold more.
    """

    values: NDArray[Any]
    cells: Whole | None = None
    links: Links | None = None
    size: tuple[int, int] | None = None

    def __len__(self) -> int:
        return len(self.values)


class Input(Protocol):
    """One kind of input, fitted to training items; it holds no parameters, only what must be known to read more.

    Attributes:
        kind: its name, one of `data.items.KINDS`.
    """

    kind: ClassVar[str]

    @property
    def features(self) -> int:
        """d of its vectors; of tokens, how many different numbers there are."""

    @classmethod
    def learn(cls, items: Sequence[Any], options: Any) -> Self:
        """Fitted to the items of a training, whatever the data say where `options` leave it open."""

    def encode(self, item: Any, where: str) -> Encoded:
        """The item as numbers, the same every time. Raises DataError, which calls it `where`, if it cannot be read."""

    def augmented(self, encoded: Encoded, random: np.random.Generator) -> Encoded:
        """The item as training sees it: changed a little in ways that leave the answer as it is, or not at all."""

    def names(self, item: Any) -> list[str]:
        """How each vector of the item is called when it is shown: a word, `0.25 s`, `row 3, column 4`, `node 7`."""

    def shown(self, item: Any) -> dict[str, NDArray[Any]]:
        """What it takes to draw the item with its vectors upon it, by name, as `inspect.record.Axis` tells; of words
        nothing."""

    def to_json(self) -> dict[str, Any]:
        """Everything learned and chosen, in JSON's types."""

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """What `to_json` gave; KeyError, TypeError or ValueError where the record cannot be that."""
