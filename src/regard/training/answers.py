"""Labels, classes and numbers as a task of the loop."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from regard.data.batches import Indices, token_batches
from regard.data.examples import Examples
from regard.inputs.batch import Batch, stacked
from regard.inputs.store import Store
from regard.metrics.answers import main_score
from regard.metrics.classification import accuracy_counts
from regard.models.answerer import Answerer
from regard.models.targets import NONE, Targets
from regard.networks.answering import AnswerNetwork
from regard.networks.encoders.memory import MemoryHops
from regard.training.losses import summed_loss
from regard.training.options import TrainingOptions


class Answered(NamedTuple):
    """A batch, its answers as `Targets.encode` gives them, padded, and how much each item counts (b)."""

    batch: Batch
    answers: Tensor
    weights: Tensor

    def to(self, device: str | torch.device) -> "Answered":
        """The same on a device."""
        return Answered(self.batch.to(device), self.answers.to(device), self.weights.to(device))


class Weights(NamedTuple):
    """How much each item counts, (items,); None where all count alike."""

    train: NDArray[np.floating[Any]] | None = None
    valid: NDArray[np.floating[Any]] | None = None


ALIKE = Weights()


class Answering:
    """A model, the items it is trained and validated on; see `Task`."""

    def __init__(self, model: Answerer, train: Examples, valid: Examples, weights: Weights = ALIKE) -> None:
        self.model, self.references = model, valid
        self.train, self.valid = Store(model.given, train), Store(model.given, valid)
        self.answers = [_answers(model, self.train), _answers(model, self.valid, to_learn=False)]
        self.weights = weights

    @property
    def network(self) -> AnswerNetwork:
        """The model's."""
        return self.model.network

    def epoch(self, options: TrainingOptions, epoch: int) -> list[Indices]:
        """The batches of one epoch, which begins: a memory network has no softmax in the first."""
        if isinstance(encoder := self.network.encoder, MemoryHops):
            encoder.plain = epoch < options.linear_start
        lengths = self.train.lengths
        return token_batches(lengths, lengths, options.batch_tokens, options.seed, epoch, options.short_first)

    def batch(self, indices: Indices, draw: tuple[int, ...] | None = None) -> Answered:
        """The chosen items, changed a little at random."""
        answers = [self.answers[0][index] for index in indices]
        return Answered(self.train.batch(indices, draw), self._padded(answers), _counts(self.weights.train, indices))

    def where(self, index: int) -> str:
        """File and line of a training item."""
        return self.train.examples.where(index)

    def size(self, batch: Answered) -> int:
        """The vectors that have an answer, or the items."""
        if self.model.targets.per_vector and self.model.targets.classes:
            return int((batch.answers != NONE).sum())
        return int(batch.batch.lengths.sum()) if self.model.targets.per_vector else len(batch.answers)

    def loss(self, batch: Answered, options: TrainingOptions, smoothing: float) -> Tensor:
        """The summed loss of the items, each times its weight."""
        with torch.autocast(options.device, dtype=torch.bfloat16, enabled=options.precision == "bf16"):
            scores = self.network(batch.batch)
        each = summed_loss(self.network, scores, batch.answers, batch.batch.lengths, self.model.targets, smoothing)
        return (each * batch.weights).sum()

    def held_out(self, options: TrainingOptions) -> list[Indices]:
        """The validation items, in batches of like lengths."""
        return self.valid.in_order(options.batch_tokens)

    def held_out_batch(self, indices: Indices) -> Answered:
        """Those of the validation items, padded."""
        answers = self._padded([self.answers[1][index] for index in indices])
        return Answered(self.valid.batch(indices), answers, _counts(self.weights.valid, indices))

    def score(self) -> float:
        """The metric of the kind of answer, see `metrics.answers`; accuracy counts items by their weights."""
        answers, found = self.references.answers, self.model.predict(self.valid)
        assert answers is not None
        if self.weights.valid is not None and self.model.targets.kind == "classify":
            return weighted_accuracy(answers, found, self.weights.valid)
        return main_score(self.model.targets.kind, answers, found)

    def _padded(self, answers: list[np.ndarray[Any, Any]]) -> Tensor:
        return torch.from_numpy(stacked(answers, NONE if self.model.targets.per_vector else 0))


def weighted_accuracy(answers: Sequence[Any], found: Sequence[Any], weights: NDArray[Any]) -> float:
    """The share of the weight of all items that lies on those whose classes are right, in percent."""
    return 100 * float(np.average([right for right, _ in accuracy_counts(answers, found)], weights=weights))


def _counts(weights: NDArray[np.floating[Any]] | None, indices: Indices) -> Tensor:
    """The weights of these items."""
    return torch.ones(len(indices)) if weights is None else torch.from_numpy(weights[indices].astype(np.float32))


def _answers(model: Answerer, store: Store, *, to_learn: bool = True) -> list[np.ndarray[Any, Any]]:
    found, where, encode = store.examples.answers, store.examples.where, model.targets.encode
    assert found is not None, "readers give answers to what is trained on"
    return [encode(answer, where(index), to_learn=to_learn) for index, answer in enumerate(found)]


def unlearnable(targets: Targets, valid: Examples) -> str:
    """A sentence on the labels of validation items that training lacks; empty where there are none.

    >>> targets = Targets("label", ("B", "O"))
    >>> unlearnable(targets, Examples("text", [["a", "b"]], [["O", "I"]]))
    'Training lacks 1 label of the validation items, which counts as wrong there: I.'
    """
    if not (targets.per_vector and targets.classes):
        return ""
    lacking = sorted(
        {str(one) for each in valid.answers or [] for one in each if one is not None} - {*map(str, targets.classes)}
    )
    if not lacking:
        return ""
    some, many = ", ".join(lacking[:5]) + ", …" * (len(lacking) > 5), len(lacking) > 1
    counts = "s of the validation items, which count" if many else " of the validation items, which counts"
    return f"Training lacks {len(lacking)} label{counts} as wrong there: {some}."
