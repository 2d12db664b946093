"""What every language model offers: the state that each next token is scored from, in one pass or step by step."""

from torch import Tensor, nn

from regard.layers.output import Output
from regard.layers.state import State
from regard.networks.base import NetworkOptions
from regard.shapes import States, Tokens


class Language(nn.Module):
    """Tokens in; after each of them a state that depends on it and those before it, never on those behind it.

    `options.longest` is the window: how many tokens it was trained to read at once.
    """

    options: NetworkOptions
    output: Output

    def advance(self, tokens: Tokens, state: State | None = None) -> tuple[States, State]:
        """States (b, n, m) after each of n more tokens (b, n), and what is carried on; None is the beginning."""
        raise NotImplementedError

    def forward(self, tokens: Tokens) -> States:
        """States (b, n, m) after each token of whole sequences (b, n)."""
        return self.advance(tokens)[0]

    def scores(self, states: Tensor) -> Tensor:
        """Log-probabilities (..., v) of the next token, in float32, from states (..., m)."""
        found: Tensor = self.output(states)
        return found
