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
from regard.networks.embedding import embedding
from regard.networks.encoders import build_encoder
from regard.networks.encoders.base import Place
from regard.shapes import Lengths, States

POOLINGS = ("attention", "mean", "max", "last")


@dataclass(frozen=True, kw_only=True)
class HeadOptions:
    """What comes before and after the encoder.

    Attributes:
        pooling: how the states become one: `attention`, `mean`, `max` or `last`.
        crf: whether labels are chosen together, by a linear-chain conditional random field.
        word_dropout: chance of a word's own vector to fall in training, so that its letters learn to speak for it.
        feature_dropout: chance of a number of a vector to fall in training, before the first layer.
        halvings: how often convolutions halve the number of vectors, two of which make one.
        reach: in a graph, whom a node reads: `edges`, its neighbours, or `all` nodes.
    """

    pooling: str = "attention"
    crf: bool = False
    word_dropout: float = 0.2
    feature_dropout: float = 0.0
    halvings: int = 0
    reach: str = "edges"

    def __post_init__(self) -> None:
        """Raises OptionError for a name that does not exist or a number that makes no sense."""
        for name, value, allowed in (
            ("pooling", self.pooling, POOLINGS),
            ("reach", self.reach, ("edges", "all")),
        ):
            if value not in allowed:
                raise OptionError(f"{name}: no such choice", got=repr(value), hint=f"one of {', '.join(allowed)}")
        for name in ("word_dropout", "feature_dropout"):
            if not 0 <= (chance := getattr(self, name)) < 1:
                raise OptionError(f"{name}: must be at least 0 and below 1", got=str(chance), hint="0.2")
        if not 0 <= self.halvings <= 4:
            raise OptionError("halvings: must be from 0 to 4", got=str(self.halvings), hint="0, or 2 for long sounds")


class Shape(NamedTuple):
    """What a network answers: for every vector or for the whole, how many numbers, and whether edges are read.

    `legal` (y + 1, y + 1) says which label may follow which, where labels are chosen together.
    """

    per_vector: bool
    size: int
    edge_features: int | None = None
    legal: Tensor | None = None


class AnswerNetwork(nn.Module):
    """embedding → encoder → scores; (b, n, y) for every vector, (b, y) for the whole after pooling."""

    def __init__(self, given: Input, options: NetworkOptions, head: HeadOptions, shape: Shape) -> None:
        super().__init__()
        if shape.per_vector and head.halvings:
            hint = "--halvings 0"
            raise OptionError(
                "halvings: a label for every vector needs every vector", got=str(head.halvings), hint=hint
            )
        self.options, self.head, self.shape = options, head, shape
        width = options.width
        self.embedding = embedding(given, width, head.word_dropout, head.feature_dropout, head.halvings)
        self.encoder = build_encoder(options, shape.edge_features)
        self.pool = None if shape.per_vector else Pool(head.pooling, width, options.heads)
        self.dropout = Dropout(options.dropout)
        self.output = nn.Linear(width, shape.size)
        self.crf = Crf(shape.size, shape.legal) if head.crf else None

    def states(self, batch: Batch) -> tuple[States, Lengths]:
        """The new representation (b, n, m) of each vector, and how many there are."""
        states, lengths = self.embedding(batch.values, batch.lengths)
        place = Place(lengths, batch.cells, batch.links)
        return self.encoder(states, place), lengths

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
