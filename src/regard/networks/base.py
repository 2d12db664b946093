"""What every encoder-decoder network offers, and the choices it is built from."""

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, Self

from torch import Tensor, nn

from regard.inputs.batch import Batch
from regard.layers.attention import Attention
from regard.layers.linked import Linked
from regard.layers.low_rank import LowRank
from regard.layers.match import FEATURES, Match
from regard.layers.output import Output
from regard.layers.state import State
from regard.mechanisms.normalizers import Normalized, Normalizer
from regard.networks.pattern import reads_of
from regard.networks.reads import EVERYBODY, Mixtures, Reads
from regard.shapes import Lengths, OneState, States, Tokens

ADDED = ("sinusoidal", "learned")
"""Positions that are added to the words' vectors; the others belong to scores."""


@dataclass(frozen=True, kw_only=True)
class NetworkOptions:
    """The choices of a network; tensor-free, comparable, JSON. Sizes and dropout have no default: they follow the data.

    Attributes:
        network: `transformer` or `recurrent`; of one sequence alone also `conformer`, `convolutional` or
            `feedforward`; of stories `memory`, whose hops are the layers.
        attention: `dot`, `bilinear`, `additive`, `cosine`, `distance`, `linear`; the recurrent network also knows
            `none`.
        width: m, of every state.
        layers: blocks of the encoder, and of the decoder (the recurrent decoder has one cell).
        heads: of each attention in the transformer.
        feed_forward: f, hidden units of its feed-forward parts.
        dropout: chance of an element to fall, in training.
        attention_dropout: the same of an attention weight.
        norm: `pre` or `post`.
        positions: `sinusoidal` or `learned` are added to the words; `rotary`, `alibi`, `relative-bias` or
            `relative-keys` belong to the scores of self-attention, and nothing is added; `none` is for sets: a target,
            which has an order, then has sinusoids.
        longest: how many positions are learned.
        cell: `gru`, `lstm` or `rnn`.
        two_way: whether the recurrent encoder reads in both directions.
        order: `bahdanau` (match, then step), `luong` (step, then match, fed to the next step) or `late` (all steps,
            then all matches).
        shared: one table for source, target and output; needs a joint vocabulary.
        normalizer: a name of `mechanisms.catalogue.NORMALIZERS`; `auto` is `normalized` for linear attention, else
            `softmax`.
        key_heads: heads of the transformer's keys and values, of which `heads` is a multiple; 0 is as many as heads.
        convolutions: blocks of convolution before a transformer's attention, in an encoder of items.
        kernel: vectors that a convolution reads at once.
        context: neighbours on each side that a feed-forward network reads.
        members: networks of an ensemble, trained side by side, whose probabilities are averaged.
        pattern: whom the self-attention of each layer reads, a word a layer: `networks.pattern.WORDS`.
        tying: `adjacent` or `layer-wise`: how the hops of a memory network share their tables.
        word_order: whether its sentences are told from another by the order of their words.
        feature_map: of linear attention: `elu` (elu + 1), `relu`, or `random`, which estimates softmax (FAVOR+).
        random_features: how many a head has.
        redraw: updates after which training draws random features anew; 0 keeps the first.
        decay: whether each head of linear self-attention forgets, at a rate that it learns.
        columns: pixels in a row of an image that is told one by one, whose positions are rows and columns; 0 is a text.
    """

    network: str = "transformer"
    attention: str = "dot"
    width: int
    layers: int
    heads: int
    feed_forward: int
    dropout: float
    attention_dropout: float = 0.0
    norm: str = "pre"
    positions: str = "sinusoidal"
    longest: int = 1024
    cell: str = "gru"
    two_way: bool = True
    order: str = "bahdanau"
    shared: bool = True
    normalizer: str = "auto"
    key_heads: int = 0
    convolutions: int = 0
    kernel: int = 5
    context: int = 0
    members: int = 1
    pattern: str = "global"
    tying: str = "adjacent"
    word_order: bool = True
    feature_map: str = "elu"
    random_features: int = FEATURES
    redraw: int = 0
    decay: bool = False
    columns: int = 0

    @property
    def score(self) -> str:
        """The score behind the attention, as `layers.Attention` calls it."""
        return f"features-{self.feature_map}" if self.attention == "linear" else self.attention

    def match(self, size: int, heads: int = 1, *, fading: int = 0) -> Match:
        """What owns the score's parameters; `fading` heads of keys forget where `decay` is chosen."""
        fading = fading if self.decay else 0
        drawing = {"features": self.random_features, "redraw": self.redraw}
        return Match(self.score, size, heads, fading=fading, **drawing)

    @property
    def weighing(self) -> str | Normalizer:
        """The normalizer, once `auto` has been decided: random features estimate softmax, to which nothing is added."""
        if self.normalizer != "auto" or self.attention != "linear":
            return "softmax" if self.normalizer == "auto" else self.normalizer
        return Normalized(eps=0.0) if self.feature_map == "random" else "normalized"

    @property
    def reads(self) -> tuple[Reads, ...]:
        """Whom each layer reads."""
        return reads_of(self.pattern, self.layers)

    @property
    def reading(self) -> str:
        """The attention as a person is told of it: `linear attention (random features: 64, drawn anew every 10)`."""
        if self.attention != "linear" or (self.feature_map == "elu" and not self.decay):
            return f"{self.attention} attention"
        anew = f", drawn anew every {self.redraw:,}" * bool(self.redraw)
        features = (
            f"random features: {self.random_features}{anew}" if self.feature_map == "random" else self.feature_map
        )
        return f"linear attention ({features}{', fading' * self.decay})"

    @property
    def position(self) -> str | None:
        """The position that belongs to the scores, if `positions` is one."""
        return None if self.positions in (*ADDED, "none") else self.positions


def attention_of(
    options: NetworkOptions, name: str, position: str | None = None, reads: Reads | None = EVERYBODY
) -> Attention:
    """A transformer's attention of these choices; observers see the `name`, and `position` belongs to its scores.

    Without `reads` it looks at another sequence, where no position is far and nothing is forgotten.
    """
    fading = 0 if reads is None else options.key_heads or options.heads
    reads = reads or EVERYBODY
    choices: dict[str, Any] = {
        "score": options.match(options.width // max(options.heads, 1), options.heads, fading=fading),
        "normalizer": reads.normalizer or options.weighing,
        "position": position,
        "key_heads": options.key_heads or None,
        "dropout": options.attention_dropout,
        "name": name,
    }
    if isinstance(reads, Mixtures):
        return LowRank(options.width, options.heads, rank=reads.rank, longest=options.longest, **choices)
    return Attention(options.width, options.heads, mask=reads.mask, **choices)


class Encoded(NamedTuple):
    """A source that has been read: states (b, k, m), lengths (b), and the last state (b, m) if there is one."""

    states: States
    lengths: Lengths
    last: OneState | None = None


class Packed(NamedTuple):
    """Sequences end to end in one row: tokens (1, n), and the number of the sequence of each, (1, n), from 0 on."""

    tokens: Tokens
    ids: Tensor


class Network(nn.Module):
    """Reads a source and gives, for each target position, the state that the output layer scores words from.

    `source` is what reads items of any input; None where sources are texts, whose tokens the network reads itself.
    """

    options: NetworkOptions
    output: Output
    source: nn.Module | None

    def __init__(self) -> None:
        super().__init__()
        self.source = None
        self.trainings = 0

    def train(self, mode: bool = True) -> Self:
        """As of every module; `trainings` counts how often it was set to train, when its weights may change unseen."""
        self.trainings += mode
        return super().train(mode)

    def encode(
        self, values: Tensor, lengths: Lengths, cells: Tensor | None = None, links: Linked | None = None
    ) -> Encoded:
        """The source, read: tokens (b, k), or the vectors (b, n, d) of items, as `inputs.batch.Batch` holds them."""
        if self.source is None:
            return self.encode_tokens(values, lengths)
        encoded: Encoded = self.source(Batch(values, lengths, cells, links))
        return encoded

    def encode_tokens(self, tokens: Tensor, lengths: Lengths) -> Encoded:
        """The source tokens (b, k), read."""
        raise NotImplementedError

    def decode(self, encoded: Encoded, target: Tokens) -> States:
        """States (b, q, m) after each target token, all of which are known: for training and for looking."""
        raise NotImplementedError

    def packed(self, source: Packed, target: Packed) -> States:
        """States (1, q, m) after each target token of pairs of texts in two rows: none hears of another."""
        raise NotImplementedError

    def start(self, encoded: Encoded) -> State:
        """The decoder's state before the first token."""
        raise NotImplementedError

    def step(self, token: Tensor, state: State) -> tuple[OneState, State]:
        """The state (b, m) to score the next word from, after one more token (b)."""
        raise NotImplementedError


class Stepped(Protocol):
    """What a search asks of a network, or of what stands for one: a state, a step after another, scores of words."""

    @property
    def output(self) -> Output:
        """Scores of the next word, of a state (b, m)."""
        ...

    def encode(self, *batch: Any) -> Encoded:
        """As `Network.encode`."""
        ...

    def start(self, encoded: Encoded) -> State:
        """As `Network.start`."""
        ...

    def step(self, token: Tensor, state: Any) -> tuple[OneState, State]:
        """As `Network.step`."""
        ...
