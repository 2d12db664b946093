"""What every encoder-decoder network offers, and the choices it is built from."""

from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor, nn

from regard.layers.output import Output
from regard.layers.state import State
from regard.shapes import Lengths, OneState, States, Tokens


@dataclass(frozen=True)
class NetworkOptions:
    """The choices of a network; tensor-free, comparable, JSON.

    Attributes:
        network: `transformer` or `recurrent`.
        attention: `dot`, `bilinear`, `additive`, `cosine`; the recurrent network also knows `none`.
        width: m, of every state.
        layers: blocks of the encoder, and of the decoder (the recurrent decoder has one cell).
        heads: of each attention in the transformer.
        feed_forward: f, hidden units of its feed-forward parts.
        dropout: chance of an element to fall, in training.
        attention_dropout: the same of an attention weight.
        norm: `pre` or `post`.
        positions: `sinusoidal` or `learned`.
        longest: how many positions are learned.
        cell: `gru`, `lstm` or `rnn`.
        two_way: whether the recurrent encoder reads in both directions.
        order: `bahdanau` (match, then step) or `luong` (step, then match, fed to the next step).
        shared: one table for source, target and output; needs a joint vocabulary.
    """

    network: str = "transformer"
    attention: str = "dot"
    width: int = 128
    layers: int = 4
    heads: int = 4
    feed_forward: int = 256
    dropout: float = 0.3
    attention_dropout: float = 0.0
    norm: str = "pre"
    positions: str = "sinusoidal"
    longest: int = 1024
    cell: str = "gru"
    two_way: bool = True
    order: str = "bahdanau"
    shared: bool = True


class Encoded(NamedTuple):
    """A source that has been read: states (b, k, m), lengths (b), and the last state (b, m) if there is one."""

    states: States
    lengths: Lengths
    last: OneState | None = None


class Network(nn.Module):
    """Reads a source and gives, for each target position, the state that the output layer scores words from."""

    options: NetworkOptions
    output: Output

    def encode(self, tokens: Tensor, lengths: Lengths) -> Encoded:
        """The source tokens (b, k), read."""
        raise NotImplementedError

    def decode(self, encoded: Encoded, target: Tokens) -> States:
        """States (b, q, m) after each target token, all of which are known: for training and for looking."""
        raise NotImplementedError

    def start(self, encoded: Encoded) -> State:
        """The decoder's state before the first token."""
        raise NotImplementedError

    def step(self, token: Tensor, state: State) -> tuple[OneState, State]:
        """The state (b, m) to score the next word from, after one more token (b)."""
        raise NotImplementedError
