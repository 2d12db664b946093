"""The same batches for all: sentence pairs of a corpus, or numbers drawn at lengths like theirs."""

from pathlib import Path

import numpy as np
from benchmarks.training.shapes import VOCABULARY
from numpy.typing import NDArray

from regard.data.batches import token_batches
from regard.data.ragged import Ragged
from regard.data.readers import read_pairs
from regard.inputs.text import END, Text
from regard.models.numbers import Numbered
from regard.training.data import Batch, Corpus

TOKENS = 4096
"""Tokens of a batch on its longer side, padding included: the default of a training."""
DRAWN = 5000
"""Pairs that are drawn where there is no corpus."""


def batches(folder: Path | None, count: int) -> list[Batch]:
    """The first batches of a first epoch, their order drawn with seed 1."""
    corpus = drawn() if folder is None else read(folder)
    return [corpus.batch(each) for each in token_batches(*corpus.lengths, TOKENS, seed=1, epoch=0)[:count]]


def read(folder: Path) -> Corpus:
    """train.en.gz and train.de.gz, in one vocabulary of byte pairs."""
    pairs = read_pairs(source=str(folder / "train.en.gz"), target=str(folder / "train.de.gz"))
    text = Text.learn([*pairs.sources, *pairs.targets], size=VOCABULARY)
    return Corpus.of(text, text, pairs)


def drawn() -> Corpus:
    """Lengths of log-normal sentences, 14 tokens in the middle, and any words."""
    random = np.random.default_rng(1)
    middle = np.exp(random.normal(np.log(14), 0.35, DRAWN))
    source, target = (np.maximum(3, middle * random.normal(1, 0.1, DRAWN)).astype(int) for _ in range(2))
    return of_lengths(source, target, random)


def of_lengths(source: NDArray[np.int64], target: NDArray[np.int64], random: np.random.Generator) -> Corpus:
    """Any words, so many of each text, its end included."""
    sides = [[[*random.integers(END + 1, VOCABULARY, n - 1).tolist(), END] for n in side] for side in (source, target)]
    return Corpus(Numbered(Ragged(sides[0])), Ragged(sides[1]))
