"""Items of any input as states: what labels, classes and numbers are told from, and what a decoder reads."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from regard.errors import OptionError
from regard.inputs.base import Input
from regard.inputs.batch import Batch
from regard.inputs.image import ImageInput
from regard.inputs.story import StoryInput
from regard.layers.ctc import Ctc
from regard.layers.padding import last_of
from regard.networks.base import Encoded, NetworkOptions
from regard.networks.embedding import Told, embedding
from regard.networks.encoders import build_encoder
from regard.networks.encoders.base import Place
from regard.networks.encoders.memory import tables_of
from regard.networks.pattern import all_global
from regard.shapes import Lengths, OneState, States


@dataclass(frozen=True, kw_only=True)
class ItemOptions:
    """What comes before the encoder, and whom it lets read.

    Attributes:
        word_dropout: chance of a word's own vector to fall in training, so that its letters learn to speak for it.
        feature_dropout: chance of a number of a vector to fall in training, before the first layer.
        halvings: how often convolutions halve the number of vectors, two of which make one.
        reach: in a graph, whom a node reads: `edges`, its neighbours, or `all` nodes.
    """

    word_dropout: float = 0.2
    feature_dropout: float = 0.0
    halvings: int = 0
    reach: str = "edges"

    def __post_init__(self) -> None:
        """Raises OptionError for a name that does not exist or a number that makes no sense."""
        if self.reach not in ("edges", "all"):
            raise OptionError("reach: no such choice", got=repr(self.reach), hint="one of edges, all")
        for name in ("word_dropout", "feature_dropout"):
            if not 0 <= (chance := getattr(self, name)) < 1:
                raise OptionError(f"{name}: must be at least 0 and below 1", got=str(chance), hint="0.2")
        if not 0 <= self.halvings <= 4:
            raise OptionError("halvings: must be from 0 to 4", got=str(self.halvings), hint="0, or 2 for long sounds")


class ItemReader(nn.Module):
    """embedding → encoder."""

    def __init__(self, given: Input, options: NetworkOptions, how: ItemOptions, edge_features: int | None) -> None:
        super().__init__()
        if how.halvings and given.kind == "graph":
            rule = "halvings: the nodes of a graph stand in no order, in which two could become one"
            raise OptionError(rule, got=str(how.halvings), hint="--halvings 0")
        if given.kind == "graph" and not all_global(options.pattern):
            rule = "pattern: the nodes of a graph stand in no order, in which some could be near"
            raise OptionError(rule, got=repr(options.pattern), hint="leave --pattern out: edges say who reads whom")
        self.halvings = how.halvings
        self.embedding = first_layer(given, options, how)
        self.encoder = build_encoder(options, edge_features, isinstance(given, ImageInput))

    def states(self, batch: Batch) -> tuple[States, Lengths]:
        """The new representation (b, n, m) of each vector, and how many there are."""
        states, lengths = self.embedding(batch)
        place = Place(lengths, batch.cells, batch.links)
        return self.encoder(states, place), lengths

    def halved(self, vectors: list[str]) -> list[str]:
        """Of what each vector is called, what each state is: the first of its vectors."""
        return vectors[:: 2**self.halvings]


def first_layer(given: Input, options: NetworkOptions, how: ItemOptions) -> nn.Module:
    """What makes states of an input for a network of these choices."""
    if options.network == "memory" and not isinstance(given, StoryInput):
        hint = "--network transformer, or items that are sentences and a question"
        raise OptionError("network: a memory network reads stories", got=f"items of {given.kind}", hint=hint)
    if not isinstance(given, StoryInput):
        return embedding(given, options.width, how.word_dropout, how.feature_dropout, how.halvings)
    if how.halvings:
        rule = "halvings: the last sentence of a story is the question, which stands alone"
        raise OptionError(rule, got=str(how.halvings), hint="--halvings 0")
    return Told(given, options.width, tables_of(options), options.word_order)


@dataclass(frozen=True, kw_only=True)
class SourceOptions(ItemOptions):
    """How items are read for a decoder.

    Attributes:
        ctc: share of the loss that the states' own reading of the target has, beside the decoder's; 0 is none.
        most_tokens: how many tokens a target may have, unless it is said otherwise.
    """

    ctc: float = 0.0
    most_tokens: int = 512

    def __post_init__(self) -> None:
        """Raises OptionError as `ItemOptions` does, and for a share that is none."""
        super().__post_init__()
        if not 0 <= self.ctc < 1:
            got, hint = str(self.ctc), "0.3, or 0 for none: the decoder learns from what is left"
            raise OptionError("ctc: must be at least 0 and below 1", got=got, hint=hint)


class Source(ItemReader):
    """Items read for the decoder of a network of these choices; a recurrent encoder gives its last state, too.

    Paper of the branch `ctc`: Watanabe et al. 2017, Hybrid CTC/attention architecture, section II-C.
    """

    def __init__(self, given: Input, options: NetworkOptions, how: SourceOptions, target_words: int) -> None:
        recurrent = options.network == "recurrent"
        edges = getattr(given, "edge_features", None) if how.reach == "edges" else None
        super().__init__(given, replace(options, attention="none") if recurrent else options, how, edges)
        self.how, self.two_way, self.recurrent = how, options.two_way, recurrent
        self.ctc = Ctc(options.width, target_words) if how.ctc else None

    def forward(self, batch: Batch) -> Encoded:
        """The states, how many there are, and the last."""
        states, lengths = self.states(batch)
        return Encoded(states, lengths, self._last(states, lengths) if self.recurrent else None)

    def _last(self, states: States, lengths: Lengths) -> OneState:
        """What remains when all is read: ahead at the last vector, and back, the other half, at the first."""
        ahead = last_of(states, lengths)
        if not self.two_way:
            return ahead
        half = ahead.shape[-1] // 2
        last: Tensor = torch.cat((ahead[:, :half], states[:, 0, half:]), -1)
        return last
