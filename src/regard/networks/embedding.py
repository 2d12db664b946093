"""The first layer: what an input gives, vectors or numbers of words, becomes states of the network's width."""

import math

from torch import Tensor, nn

from regard.inputs.base import Input
from regard.inputs.words import TextInput
from regard.layers.convolution import Subsample
from regard.layers.dropout import Dropout
from regard.layers.embedding import WordFeatures
from regard.shapes import Lengths, States


class Words(nn.Module):
    """A vector for each word: its own and its character features', as large as the positions that are added to it."""

    def __init__(self, given: TextInput, width: int, word_dropout: float) -> None:
        super().__init__()
        vectors = (given.given, given.given_size)
        self.table = WordFeatures(given.words, given.features, width, given=vectors, drop=word_dropout)
        self.scale = math.sqrt(width / 2)

    def forward(self, values: Tensor, lengths: Lengths) -> tuple[States, Lengths]:
        """States (b, n, m) of numbers (b, n, c)."""
        return self.table(values) * self.scale, lengths


class Vectors(nn.Module):
    """A linear map of each vector, after halving their number `halvings` times by convolutions."""

    def __init__(self, size: int, width: int, feature_dropout: float, halvings: int) -> None:
        super().__init__()
        self.dropout = Dropout(feature_dropout)
        self.fewer = Subsample(size, width, halvings) if halvings else None
        self.map = nn.Linear(width if halvings else size, width)

    def forward(self, values: Tensor, lengths: Lengths) -> tuple[States, Lengths]:
        """States (b, n, m) of vectors (b, n, d), and how many there are now."""
        values = self.dropout(values)
        if self.fewer is not None:
            values, lengths = self.fewer(values, lengths)
        return self.map(values), lengths


def embedding(given: Input, width: int, word_dropout: float, feature_dropout: float, halvings: int) -> nn.Module:
    """The first layer for an input; see `HeadOptions`."""
    if isinstance(given, TextInput):
        return Words(given, width, word_dropout)
    return Vectors(given.features, width, feature_dropout, halvings)
