"""The first layer: what an input gives, vectors or numbers of words, becomes states of the network's width."""

import math

from torch import nn

from regard.errors import OptionError
from regard.inputs.base import Input
from regard.inputs.batch import Batch
from regard.inputs.image import ImageInput
from regard.inputs.story import StoryInput
from regard.inputs.words import TextInput
from regard.layers.convolution import Subsample
from regard.layers.dropout import Dropout
from regard.layers.embedding import WordFeatures
from regard.layers.sentences import Sentences
from regard.layers.stem import ConvStem
from regard.shapes import Lengths, States


class Words(nn.Module):
    """A vector for each word: its own and its character features', as large as the positions that are added to it."""

    def __init__(self, given: TextInput, width: int, word_dropout: float) -> None:
        super().__init__()
        vectors = (given.given, given.given_size)
        self.table = WordFeatures(given.words, given.features, width, given=vectors, drop=word_dropout)
        self.scale = math.sqrt(width / 2)

    def forward(self, batch: Batch) -> tuple[States, Lengths]:
        """States (b, n, m) of numbers (b, n, c)."""
        return self.table(batch.values) * self.scale, batch.lengths


class Vectors(nn.Module):
    """A linear map of each vector, after halving their number `halvings` times by convolutions."""

    def __init__(self, size: int, width: int, feature_dropout: float, halvings: int) -> None:
        super().__init__()
        self.dropout = Dropout(feature_dropout)
        self.fewer = Subsample(size, width, halvings) if halvings else None
        self.map = nn.Linear(width if halvings else size, width)

    def forward(self, batch: Batch) -> tuple[States, Lengths]:
        """States (b, n, m) of vectors (b, n, d), and how many there are now."""
        values, lengths = self.dropout(batch.values), batch.lengths
        if self.fewer is not None:
            values, lengths = self.fewer(values, lengths)
        return self.map(values), lengths


class Patches(nn.Module):
    """Patches of images as states by convolutions over the whole image."""

    def __init__(self, given: ImageInput, width: int, feature_dropout: float) -> None:
        super().__init__()
        self.dropout = Dropout(feature_dropout)
        self.stem = ConvStem(given.patch, given.channels, width)

    def forward(self, batch: Batch) -> tuple[States, Lengths]:
        """States (b, n, m) of patches (b, n, d), as many as there were."""
        assert batch.cells is not None, "patches of images have cells"
        return self.stem(self.dropout(batch.values), batch.lengths, batch.cells), batch.lengths


ALONE = 0.35
"""Spread of fresh weights where each sentence is one vector: some eight words then have numbers of size 1."""


class Told(nn.Module):
    """A vector for each sentence of a story and its question, or several side by side where they are read in turn."""

    def __init__(self, given: StoryInput, width: int, tables: int, order: bool) -> None:
        super().__init__()
        spread = 0.1 if tables > 1 else ALONE
        ages = given.options.sentences
        self.table = Sentences(given.features, ages, width, tables=tables, order=order, spread=spread)

    def forward(self, batch: Batch) -> tuple[States, Lengths]:
        """States (b, n, tables · m) of word numbers (b, n, w) and their ages."""
        assert batch.cells is not None, "sentences have ages"
        return self.table(batch.values, batch.cells[..., 0]), batch.lengths


def embedding(given: Input, width: int, word_dropout: float, feature_dropout: float, halvings: int) -> nn.Module:
    """The first layer for an input; see `HeadOptions`."""
    if isinstance(given, TextInput):
        return Words(given, width, word_dropout)
    if isinstance(given, ImageInput):
        if halvings:
            hint = f"--patch {given.patch << halvings}"
            raise OptionError("halvings: larger patches make fewer of an image", got=str(halvings), hint=hint)
        if given.options.stem == "convolutional":
            return Patches(given, width, feature_dropout)
    return Vectors(given.features, width, feature_dropout, halvings)
