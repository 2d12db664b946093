"""Word vectors learned elsewhere, as a training takes them: the file's first words and those of the training data."""

import hashlib

import torch
from torch import Tensor

from regard.data.files import open_bytes
from regard.data.word_vectors import read_word_vectors
from regard.inputs.base import Input
from regard.inputs.words import TextInput
from regard.models.answerer import Answerer
from regard.networks.embedding import Words
from regard.training.answer_config import AnswerConfig


def with_word_vectors(given: Input, config: AnswerConfig) -> tuple[Input, Tensor | None]:
    """The input with the words of the chosen file, and their vectors (words, d); as it is where none was chosen."""
    if config.word_vectors is None or not isinstance(given, TextInput):
        return given, None
    found = read_word_vectors(config.word_vectors, given.vocabulary)
    return given.with_given(found.words, found.rows.shape[1]), torch.from_numpy(found.rows)


def place(model: Answerer, rows: Tensor | None) -> Answerer:
    """The model, once its first layer holds these vectors, if there are any."""
    if rows is not None:
        first = model.network.embedding
        assert isinstance(first, Words), "only text has words"
        first.table.place(rows)
    return model


def vectors_fingerprint(config: AnswerConfig) -> dict[str, str]:
    """A hash of the chosen file, by name; empty where none was chosen. Raises DataError if it cannot be opened."""
    if config.word_vectors is None:
        return {}
    with open_bytes(config.word_vectors) as file:
        return {"word_vectors_fingerprint": hashlib.file_digest(file, "sha256").hexdigest()}
