"""A network that answers: vectors in, an encoder, and scores for every vector or for the whole."""

from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor, nn

from regard.errors import OptionError
from regard.inputs.base import Input
from regard.inputs.batch import Batch
from regard.layers.crf import Crf
from regard.layers.dropout import Dropout
from regard.layers.pooling import Pool
from regard.networks.base import NetworkOptions
from regard.networks.items import ItemOptions, ItemReader
from regard.shapes import Lengths, States

POOLINGS = ("attention", "mean", "max", "last")


@dataclass(frozen=True, kw_only=True)
class HeadOptions(ItemOptions):
    """What comes before and after the encoder.

    Attributes:
        pooling: how the states become one: `attention`, `mean`, `max` or `last`.
        crf: whether labels are chosen together, by a linear-chain conditional random field.
    """

    pooling: str = "attention"
    crf: bool = False

    def __post_init__(self) -> None:
        """Raises OptionError as `ItemOptions` does, and for a pooling that does not exist."""
        if self.pooling not in POOLINGS:
            hint = f"one of {', '.join(POOLINGS)}"
            raise OptionError("pooling: no such choice", got=repr(self.pooling), hint=hint)
        super().__post_init__()


class Shape(NamedTuple):
    """What a network answers: for every vector or for the whole, how many numbers, and whether edges are read.

    `legal` (y + 1, y + 1) says which label may follow which, where labels are chosen together.
    """

    per_vector: bool
    size: int
    edge_features: int | None = None
    legal: Tensor | None = None


class AnswerNetwork(ItemReader):
    """embedding → encoder → scores; (b, n, y) for every vector, (b, y) for the whole after pooling."""

    def __init__(self, given: Input, options: NetworkOptions, head: HeadOptions, shape: Shape) -> None:
        if shape.per_vector and head.halvings:
            hint = "--halvings 0"
            raise OptionError(
                "halvings: a label for every vector needs every vector", got=str(head.halvings), hint=hint
            )
        super().__init__(given, options, head, shape.edge_features)
        self.options, self.head, self.shape, width = options, head, shape, options.width
        self.pool = None if shape.per_vector else Pool(head.pooling, width, options.heads)
        self.dropout = Dropout(options.dropout)
        self.output = nn.Linear(width, shape.size)
        self.crf = Crf(shape.size, shape.legal) if head.crf else None

    def pooled(self, states: States, lengths: Lengths) -> Tensor:
        """One vector (b, m) for the whole."""
        assert self.pool is not None, "a network that answers for every vector pools nothing"
        whole: Tensor = self.pool(states, lengths)
        return whole

    def forward(self, batch: Batch) -> Tensor:
        """Scores of the answers in float32: (b, n, y) or (b, y)."""
        states, lengths = self.states(batch)
        read = states if self.shape.per_vector else self.pooled(states, lengths)
        return self.output(self.dropout(read)).float()  # type: ignore[no-any-return]
