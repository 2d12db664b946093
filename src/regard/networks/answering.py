"""A network that answers: vectors in, an encoder, and scores for every vector or for the whole."""

from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor, nn

from regard.errors import OptionError
from regard.inputs.base import Input
from regard.inputs.batch import Batch
from regard.layers.answers import WordAnswers
from regard.layers.crf import Crf
from regard.layers.dropout import Dropout
from regard.layers.pooling import Pool
from regard.layers.propagation import Propagation
from regard.networks.base import NetworkOptions
from regard.networks.embedding import Told
from regard.networks.items import ItemOptions, ItemReader
from regard.shapes import Lengths, States

POOLINGS = ("attention", "mean", "max", "last")


@dataclass(frozen=True, kw_only=True)
class HeadOptions(ItemOptions):
    """What comes before and after the encoder.

    Attributes:
        pooling: how the states become one: `attention`, `mean`, `max` or `last`.
        crf: whether labels are chosen together, by a linear-chain conditional random field.
        propagations: how often the scores of a graph's nodes are passed on along its edges, after the network.
    """

    pooling: str = "attention"
    crf: bool = False
    propagations: int = 0

    def __post_init__(self) -> None:
        """Raises OptionError as `ItemOptions` does, and for a pooling that does not exist."""
        if self.pooling not in POOLINGS:
            hint = f"one of {', '.join(POOLINGS)}"
            raise OptionError("pooling: no such choice", got=repr(self.pooling), hint=hint)
        if not 0 <= self.propagations <= 1_000:
            raise OptionError("propagations: must be from 0 to 1,000", got=str(self.propagations), hint="0, or 10")
        super().__post_init__()


class Shape(NamedTuple):
    """What a network answers: for every vector or for the whole, how many numbers, and whether edges are read.

    `legal` (y + 1, y + 1) says which label may follow which, where labels are chosen together; `words`, where the
    answers are those of stories, which word each is, or 0.
    """

    per_vector: bool
    size: int
    edge_features: int | None = None
    legal: Tensor | None = None
    words: tuple[int, ...] | None = None


class AnswerNetwork(ItemReader):
    """embedding → encoder → scores; (b, n, y) for every vector, (b, y) for the whole after pooling."""

    def __init__(self, given: Input, options: NetworkOptions, head: HeadOptions, shape: Shape) -> None:
        if shape.per_vector and head.halvings:
            hint = "--halvings 0"
            raise OptionError(
                "halvings: a label for every vector needs every vector", got=str(head.halvings), hint=hint
            )
        if head.propagations and not (shape.per_vector and shape.edge_features is not None):
            rule = "propagations: only labels of nodes are passed on, along edges"
            hint = "leave --propagations out, or label the nodes of a graph"
            raise OptionError(rule, got=str(head.propagations), hint=hint)
        if not (options.layers or head.propagations):
            rule = "layers: must be at least 1, unless labels of nodes are passed on along edges"
            raise OptionError(rule, got="--layers 0", hint="--layers 1")
        super().__init__(given, options, head, shape.edge_features)
        self.options, self.head, self.shape, width = options, head, shape, options.width
        self.pool = None if shape.per_vector else Pool(head.pooling, width, options.heads)
        self.dropout = Dropout(options.dropout)
        self.output = self._output(shape)
        self.crf = Crf(shape.size, shape.legal) if head.crf else None
        self.propagation = (
            Propagation(head.propagations, dropout=options.attention_dropout) if head.propagations else None
        )

    def _output(self, shape: Shape) -> nn.Module:
        """Scores of a state; of a memory network with adjacent tying by the words that the answers are."""
        adjacent = self.options.network == "memory" and self.options.tying == "adjacent"
        if adjacent and shape.words is not None and isinstance(self.embedding, Told):
            return WordAnswers(self.embedding.table.words, shape.words, self.options.width)
        return nn.Linear(self.options.width, shape.size, bias=self.options.network != "memory")

    def pooled(self, states: States, lengths: Lengths) -> Tensor:
        """One vector (b, m) for the whole."""
        assert self.pool is not None, "a network that answers for every vector pools nothing"
        whole: Tensor = self.pool(states, lengths)
        return whole

    def forward(self, batch: Batch) -> Tensor:
        """Scores of the answers in float32: (b, n, y) or (b, y)."""
        states, lengths = self.states(batch)
        read = states if self.shape.per_vector else self.pooled(states, lengths)
        scores: Tensor = self.output(self.dropout(read)).float()
        if self.propagation is not None:
            assert batch.links is not None, "a graph has edges, be it none"
            scores = self.propagation(scores, lengths, batch.links)
        return scores
