"""The block of a language model: every position reads its own past, in one pass or step by step."""

from torch import nn

from regard.layers.attention import Attention
from regard.layers.blocks import FeedForward, Residual
from regard.layers.state import KeyValue
from regard.mechanisms.masks import Causal
from regard.shapes import States


class CausalBlock(nn.Module):
    """Self-attention of each position to itself and those before it, then feed-forward.

    Dropout is for what is added to the states: hidden units are four times as many, and their draws cost what their
    products do.

    >>> import torch
    >>> block = CausalBlock(Attention(8, 2), hidden=16, norm="pre", dropout=0.0)
    >>> states = torch.randn(1, 5, 8)
    >>> whole, _ = block(states, None)
    >>> first, past = block(states[:, :3], None)
    >>> torch.allclose(block(states[:, 3:], past)[0], whole[:, 3:], atol=1e-6)
    True
    """

    def __init__(self, attention: Attention, hidden: int, norm: str, dropout: float) -> None:
        super().__init__()
        width = attention.query.in_features
        self.attention, self.feed_forward = attention, FeedForward(width, hidden, dropout=0.0)
        self.around_attention = Residual(width, norm, dropout)
        self.around_feed_forward = Residual(width, norm, dropout)

    def forward(self, states: States, past: KeyValue | None) -> tuple[States, KeyValue]:
        """New states (b, q, m), and the past (None at the beginning) with these positions added."""
        present: list[KeyValue] = []

        def read_itself(x: States) -> States:
            new = self.attention.remember(x)
            present.append(new if past is None else past.extended(new))
            return self.attention.read(x, present[0], mask=Causal())

        states = self.around_attention(states, read_itself)
        return self.around_feed_forward(states, self.feed_forward), present[0]
