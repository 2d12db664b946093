"""What torch's own modules make, in a plain loop: a transformer, and a recurrent network with additive attention."""

import math

import torch
import torch.nn.functional as F
from benchmarks.training.shapes import RECURRENT_WIDTH, SMOOTHING, VOCABULARY, Shape
from torch import Tensor, nn

from regard.training.data import Batch


def padding(tokens: Tensor, lengths: Tensor) -> Tensor:
    """True where there is no token (b, n), as torch's modules want it."""
    return torch.arange(tokens.shape[1]) >= lengths[:, None]


def mean_loss(scores: Tensor, batch: Batch) -> Tensor:
    """The cross-entropy of all scores (b, q, v) at once; padding is left out by its label."""
    labels = batch.target_out.masked_fill(~batch.real, -100)
    return F.cross_entropy(scores.flatten(0, 1), labels.flatten(), label_smoothing=SMOOTHING)


class Textbook(nn.Module):
    """nn.Transformer between one shared nn.Embedding and its transpose."""

    def __init__(self, of: Shape) -> None:
        super().__init__()
        self.table = nn.Embedding(VOCABULARY, of.width)
        nn.init.normal_(self.table.weight, std=of.width**-0.5)
        inner = (of.width, of.heads, of.layers, of.layers, of.feed_forward, of.dropout)
        self.body = nn.Transformer(*inner, batch_first=True, norm_first=True)
        self.dropout = nn.Dropout(of.dropout)
        self.register_buffer("places", sinusoids(of.width), persistent=False)

    def embedded(self, tokens: Tensor) -> Tensor:
        """The tokens' vectors, with their places added."""
        vectors: Tensor = self.table(tokens) * math.sqrt(self.table.embedding_dim) + self.places[: tokens.shape[1]]
        return self.dropout(vectors)

    def loss(self, batch: Batch) -> Tensor:
        """The mean loss of a target token."""
        source, lengths = batch.source.values, batch.source.lengths
        absent, n = padding(source, lengths), batch.target_in.shape[1]
        states = self.body(
            self.embedded(source),
            self.embedded(batch.target_in),
            tgt_mask=torch.ones(n, n, dtype=torch.bool).triu(1),
            src_key_padding_mask=absent,
            memory_key_padding_mask=absent,
            tgt_is_causal=True,
        )
        return mean_loss(states @ self.table.weight.T, batch)


def sinusoids(width: int, longest: int = 512) -> Tensor:
    """(longest, width)."""
    rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000.0) / width))
    angles = torch.arange(longest)[:, None] * rates
    return torch.cat((angles.sin(), angles.cos()), -1)


class TextbookRecurrent(nn.Module):
    """GRU encoder over packed sequences, GRU cell, additive attention as (b, k, d) tensors in a loop."""

    def __init__(self) -> None:
        super().__init__()
        width = RECURRENT_WIDTH
        self.table = nn.Embedding(VOCABULARY, width)
        self.encoder = nn.GRU(width, width // 2, bidirectional=True, batch_first=True)
        self.cell, self.mix = nn.GRUCell(2 * width, width), nn.Linear(3 * width, width)
        self.query, self.key = nn.Linear(width, width), nn.Linear(width, width, bias=False)
        self.weight = nn.Linear(width, 1, bias=False)

    def loss(self, batch: Batch) -> Tensor:
        """The mean loss of a target token."""
        source, lengths = batch.source.values, batch.source.lengths
        packed = nn.utils.rnn.pack_padded_sequence(self.table(source), lengths, batch_first=True, enforce_sorted=False)
        states = nn.utils.rnn.pad_packed_sequence(self.encoder(packed)[0], batch_first=True)[0]
        absent = padding(states[..., 0], lengths)
        z, keys, outputs = states[:, 0], self.key(states), []
        for word in self.table(batch.target_in).unbind(1):
            scores = self.weight(torch.tanh(self.query(z)[:, None] + keys))[..., 0].masked_fill(absent, -math.inf)
            c = (scores.softmax(-1)[..., None] * states).sum(1)
            z = self.cell(torch.cat((word, c), -1), z)
            outputs.append(torch.tanh(self.mix(torch.cat((z, c, word), -1))))
        return mean_loss(torch.stack(outputs, 1) @ self.table.weight.T, batch)
