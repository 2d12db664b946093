"""Transformer blocks: attention and feed-forward, each with its residual and its normalisation."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from regard.layers.attention import Attention
from regard.layers.dropout import Dropout
from regard.layers.state import KeyValue
from regard.mechanisms.masks import Causal, Mask
from regard.shapes import States

CAUSAL = Causal()


class Residual(nn.Module):
    """states + dropout(part(states)), normalised before the part (`pre`) or after the sum (`post`).

    Paper: post as in Vaswani et al. 2017, arXiv 1706.03762; pre as in Xiong et al. 2020, arXiv 2002.04745.
    """

    def __init__(self, width: int, norm: str, dropout: float) -> None:
        super().__init__()
        self.norm, self.before, self.dropout = nn.LayerNorm(width), norm == "pre", Dropout(dropout)

    def forward(self, states: States, part: Callable[[States], States]) -> States:
        """States (b, q, m) after the part, a function from states to states."""
        if self.before:
            added: Tensor = states + self.dropout(part(self.norm(states)))
            return added
        normed: Tensor = self.norm(states + self.dropout(part(states)))
        return normed


class FeedForward(nn.Module):
    """relu(states · W₁ + b₁) · W₂ + b₂ at each position alone, from width m to f and back."""

    def __init__(self, width: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.inner, self.outer, self.dropout = (
            nn.Linear(width, hidden),
            nn.Linear(hidden, width),
            Dropout(dropout),
        )

    def forward(self, states: States) -> States:
        """New states (b, q, m)."""
        new: Tensor = self.outer(self.dropout(torch.relu(self.inner(states))))
        return new


class EncoderBlock(nn.Module):
    """Self-attention, then feed-forward."""

    def __init__(self, attention: Attention, hidden: int, norm: str, dropout: float) -> None:
        super().__init__()
        width = attention.query.in_features
        self.attention, self.feed_forward = attention, FeedForward(width, hidden, dropout)
        self.around_attention = Residual(width, norm, dropout)
        self.around_feed_forward = Residual(width, norm, dropout)

    @property
    def ends(self) -> tuple[nn.Linear, ...]:
        """The last map of each part."""
        return self.attention.output, self.feed_forward.outer

    def forward(self, states: States, mask: Mask | None) -> States:
        """New states (b, k, m); the mask says who may read whom."""
        states = self.around_attention(states, lambda x: self.attention(x, mask=mask))
        new: Tensor = self.around_feed_forward(states, self.feed_forward)
        return new


class DecoderBlock(nn.Module):
    """Causal self-attention, attention to the source, then feed-forward; whole sequences or step by step."""

    def __init__(self, itself: Attention, source: Attention, hidden: int, norm: str, dropout: float) -> None:
        super().__init__()
        width = itself.query.in_features
        self.itself, self.source, self.feed_forward = itself, source, FeedForward(width, hidden, dropout)
        self.around_itself = Residual(width, norm, dropout)
        self.around_source = Residual(width, norm, dropout)
        self.around_feed_forward = Residual(width, norm, dropout)

    def forward(
        self,
        states: States,
        past: KeyValue | None,
        source: KeyValue,
        source_mask: Mask | None,
        own_mask: Mask = CAUSAL,
    ) -> tuple[States, KeyValue]:
        """New states (b, q, m), and the past (None at the beginning) with these positions added.

        `own_mask` says who may read whom among them.
        """
        present: list[KeyValue] = []

        def read_itself(x: States) -> States:
            new = self.itself.remember(x)
            present.append(new if past is None else past.extended(new))
            return self.itself.read(x, present[0], mask=own_mask)

        states = self.around_itself(states, read_itself)
        states = self.around_source(states, lambda x: self.source.read(x, source, mask=source_mask))
        return self.around_feed_forward(states, self.feed_forward), present[0]
