"""Raw vectors: an item is an array (n, d), read as a sequence or as a set, which is for the network to say."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from regard.inputs.base import Encoded
from regard.inputs.learning import first_of, item_name, refuse_transposed
from regard.inputs.matrices import Axes, Doubles, matrix, same_columns
from regard.inputs.scaling import Scaling

AXES = Axes("vector", "feature")


@dataclass(frozen=True, kw_only=True)
class VectorOptions:
    """How vectors are read.

    Attributes:
        standardize: whether each feature is brought to mean 0 and standard deviation 1 over the training vectors.
    """

    standardize: bool = True


class VectorInput:
    """Vectors (n, d) as they are, or standardised; a feature that is constant in training is 0 then."""

    kind: ClassVar[str] = "vectors"

    def __init__(self, options: VectorOptions, scaling: Scaling) -> None:
        self.options, self.scaling = options, scaling
        self.features = len(scaling.mean)

    @classmethod
    def learn(cls, items: Sequence[Any], options: VectorOptions) -> "VectorInput":
        """Fitted to arrays (n, d) or lists of lists. Raises DataError for the first item that cannot be read.

        >>> vectors = VectorInput.learn([[[1, 0], [3, 0]]], VectorOptions())
        >>> vectors.encode([[3, 7]], "item").values.tolist()
        [[1.0, 0.0]]
        """
        columns = matrix(first_of(items, cls.kind), item_name(0), AXES).shape[1]
        refuse_transposed([tuple(getattr(item, "shape", ())) for item in items], "give item.T for every item")
        every = (_read(item, item_name(index), columns) for index, item in enumerate(items))
        scaling = Scaling.learn(every)
        return cls(options, scaling if options.standardize else Scaling.nothing(columns))

    def encode(self, item: Any, where: str) -> Encoded:
        """Vectors (n, d) of float32. Raises DataError unless the item is finite numbers (n, d) with training's d."""
        return Encoded(self.scaling.apply(_read(item, where, self.features), where))

    def augmented(self, encoded: Encoded, random: np.random.Generator) -> Encoded:
        """As it is: nobody knows how raw vectors may change."""
        return encoded

    def names(self, item: Any) -> list[str]:
        """`vector 1`, `vector 2`, …"""
        return [f"vector {number}" for number in range(1, len(item) + 1)]

    def shown(self, item: Any) -> dict[str, NDArray[Any]]:
        """`values` (n, d) as they were given."""
        return {"values": _read(item, "item", self.features).astype(np.float32)}

    def to_json(self) -> dict[str, Any]:
        """Everything learned and chosen, in JSON's types."""
        return {"options": asdict(self.options), "scaling": self.scaling.to_json()}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "VectorInput":
        """What `to_json` gave; KeyError, TypeError or ValueError where the record cannot be that."""
        return cls(VectorOptions(**record["options"]), Scaling.from_json(record["scaling"]))


def _read(item: Any, where: str, columns: int) -> Doubles:
    """The item with that many columns."""
    found = matrix(item, where, AXES)
    same_columns(found, columns, where, AXES, "give item.T")
    return found
