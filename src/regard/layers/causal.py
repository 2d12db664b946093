"""The block of a language model: every position reads its own past, in one pass or step by step."""

from torch import nn

from regard.layers.attention import Attention, Carried
from regard.layers.blocks import FeedForward, Residual
from regard.mechanisms.masks import Causal
from regard.shapes import States


class CausalBlock(nn.Module):
    """Self-attention of each position to itself and those before it, then feed-forward.

    Dropout is for what is added to the states: hidden units are four times as many, and their draws cost what their
    products do.

    >>> import torch
    >>> block = CausalBlock(Attention(8, 2), hidden=16, norm="pre", dropout=0.0)
    >>> states = torch.randn(1, 5, 8)
    >>> first, past = block.advance(states[:, :3])
    >>> torch.allclose(block.advance(states[:, 3:], past)[0], block(states)[:, 3:], atol=1e-6)
    True
    """

    def __init__(self, attention: Attention, hidden: int, norm: str, dropout: float) -> None:
        super().__init__()
        width = attention.query.in_features
        self.attention, self.feed_forward = attention, FeedForward(width, hidden, dropout=0.0)
        self.around_attention = Residual(width, norm, dropout)
        self.around_feed_forward = Residual(width, norm, dropout)

    def forward(self, states: States) -> States:
        """New states (b, q, m) of whole sequences."""
        states = self.around_attention(states, lambda x: self.attention(x, mask=Causal()))
        result: States = self.around_feed_forward(states, self.feed_forward)
        return result

    def advance(self, states: States, past: Carried | None = None) -> tuple[States, Carried]:
        """New states (b, q, m) of what follows a past (None at the beginning), and the past with these added."""
        present: list[Carried] = []

        def read_on(x: States) -> States:
            mixed, carried = self.attention.go_on(x, past)
            present.append(carried)
            return mixed

        states = self.around_attention(states, read_on)
        return self.around_feed_forward(states, self.feed_forward), present[0]
