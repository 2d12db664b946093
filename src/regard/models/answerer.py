"""The model behind labels, classes and numbers: an input, a network, and what its scores mean."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from regard.attend import observed
from regard.data.examples import Examples
from regard.errors import OptionError
from regard.inputs.base import Input
from regard.inputs.batch import Batch
from regard.inputs.store import Store
from regard.models.targets import Targets
from regard.networks.answering import AnswerNetwork
from regard.networks.encoders.memory import MemoryHops

VECTORS = 8192
"""Vectors that are read together unless it is said otherwise; the answers do not depend on it."""

Floats = NDArray[np.floating[Any]]

Asked = Examples | Store
"""Items, or items that are encoded already."""


class Answerer:
    """Answers for every vector of an item, or for the whole; and the representation that they are read from."""

    def __init__(self, given: Input, targets: Targets, network: AnswerNetwork) -> None:
        self.given, self.targets, self.network = given, targets, network

    @property
    def device(self) -> torch.device:
        """Where the network lives."""
        return next(self.network.parameters()).device

    def predict(self, examples: Asked, vectors: int = VECTORS) -> list[Any]:
        """For each item a class, a list of classes or a number; for `label`, a list with one of these a vector."""
        return [self._answer(scores) for scores in self._decided(examples, vectors)]

    def probabilities(self, examples: Asked, vectors: int = VECTORS) -> list[Floats]:
        """The probability of each class: (v,) an item, (n, v) for every vector."""
        return self._run(examples, vectors, lambda batch: self._probabilities(batch))

    def encode(self, examples: Asked, vectors: int = VECTORS) -> list[Floats]:
        """The new representation (n, m) of each item's vectors, in their context."""
        return self._run(examples, vectors, lambda batch: self.network.states(batch), per_vector=True)

    def pooled(self, examples: Asked, vectors: int = VECTORS) -> Floats:
        """One vector (m) an item, (items, m): what the answer is read from; the mean vector where none is pooled."""
        if self.targets.per_vector:
            return np.stack([states.mean(0) for states in self.encode(examples, vectors)])
        read = self._run(examples, vectors, lambda batch: self.network.pooled(*self.network.states(batch)))
        return np.stack(read)

    def told(self, batch: Batch) -> Tensor:
        """What is said of a batch, to be differentiated: (b, v), or (b, n, v) for every vector.

        Log-probabilities of the classes, each by itself where several may hold; of numbers the numbers.
        """
        targets = self.targets
        scores: Tensor = self.network(batch)
        if not targets.classes:
            spread, mean = (torch.tensor(each, device=scores.device) for each in (targets.spread, targets.mean))
            return scores * spread + mean
        if targets.several:
            return torch.nn.functional.logsigmoid(scores)
        if self.network.crf is not None:
            tiny = torch.finfo(torch.float32).tiny
            return self.network.crf.marginals(scores, batch.lengths).clamp_min(tiny).log()
        return scores.log_softmax(-1)

    @property
    def reads(self) -> bool:
        """Whether one vector is made of the whole by attention, so that there are weights to look at."""
        return self.network.pool is not None and self.network.pool.kind == "attention"

    @property
    def hops(self) -> int:
        """How often a memory network's question reads its sentences; 0 for other networks."""
        return self.network.options.layers if isinstance(self.network.encoder, MemoryHops) else 0

    def readings(self, examples: Asked, vectors: int = VECTORS) -> list[Floats]:
        """What each hop of a memory network read of an item (hops, n): the heads' mean weight of every sentence.

        The question, last, is not read. `names` tells what each is called. Raises OptionError for other networks.
        """
        if not self.hops:
            got, hint = f"a {self.network.options.network} network", "a model trained with --network memory"
            raise OptionError("readings: only a memory network reads in hops", got=got, hint=hint)
        found = self._run(examples, vectors, self._readings, per_vector=True)
        return [each.T for each in found]

    def shares(self, examples: Asked, vectors: int = VECTORS) -> list[Floats]:
        """How much of each state (n,) is in the one vector that an item's answer is read from: the heads' mean weight.

        By then the states have read one another. `names` tells what each is called. Raises OptionError unless `reads`.
        """
        if not self.reads:
            got = "labels for every vector" if self.network.pool is None else f"pooling {self.network.pool.kind}"
            hint = "a model that answers for the whole, trained with --pooling attention"
            raise OptionError("shares: the model must pool by attention", got=got, hint=hint)
        return self._run(examples, vectors, self._shares, per_vector=True)

    def names(self, item: Any) -> list[str]:
        """What each state of an item is called."""
        return self.network.halved(self.given.names(item))

    def _shares(self, batch: Batch) -> tuple[Tensor, Tensor]:
        states, lengths = self.network.states(batch)
        seen: list[Tensor] = []
        with observed(lambda call: seen.append(call.weights())):
            self.network.pooled(states, lengths)
        return seen[0].float().mean(1)[:, 0], lengths

    def _readings(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Weights (b, n, hops)."""
        seen: list[Tensor] = []
        with observed(lambda call: seen.append(call.weights())):
            _, lengths = self.network.states(batch)
        return torch.stack([each.float().mean(1)[:, 0] for each in seen], -1), lengths

    def _decided(self, examples: Asked, vectors: int) -> list[NDArray[Any]]:
        return self._run(examples, vectors, self._decide)

    def _decide(self, batch: Batch) -> Any:
        """Numbers of classes, 0 and 1 for each of several, or the scaled number."""
        scores = self.network(batch)
        if not self.targets.classes:
            return self._with_lengths(scores, batch)
        if self.targets.several:
            return (scores > 0).long()
        if self.network.crf is not None:
            found = self.network.crf.decode(scores, batch.lengths)
            return [np.array(each, np.int64) for each in found]
        return self._with_lengths(scores.argmax(-1), batch)

    def _probabilities(self, batch: Batch) -> Any:
        scores = self.network(batch)
        if self.targets.several:
            return scores.sigmoid()
        if self.network.crf is not None:
            return self.network.crf.marginals(scores, batch.lengths), batch.lengths
        return self._with_lengths(scores.softmax(-1), batch)

    def _with_lengths(self, numbers: Tensor, batch: Batch) -> Tensor | tuple[Tensor, Tensor]:
        return (numbers, batch.lengths) if self.targets.per_vector else numbers

    def _answer(self, numbers: NDArray[Any]) -> Any:
        targets = self.targets
        if not targets.classes:
            return targets.unscaled(numbers).tolist()
        if targets.several:
            return targets.named(np.flatnonzero(numbers))
        return targets.named(numbers) if targets.per_vector else targets.classes[int(numbers)]

    def _run(
        self, examples: Asked, vectors: int, read: Callable[[Batch], Any], per_vector: bool = False
    ) -> list[NDArray[Any]]:
        """What `read` makes of each item, in the order of the items; padding is cut off again."""
        self.network.eval()
        results: list[NDArray[Any]] = [np.empty(0)] * len(examples)
        with torch.inference_mode():
            for indices, batch in self._batches(examples, vectors):
                for index, row in zip(indices, _rows(read(batch.to(self.device))), strict=True):
                    results[index] = row
        return results

    def _batches(self, examples: Asked, vectors: int) -> Iterator[tuple[Sequence[int], Batch]]:
        store = examples if isinstance(examples, Store) else Store(self.given, examples)
        for indices in store.in_order(vectors):
            yield indices.tolist(), store.batch(indices)


def _rows(read: Any) -> list[NDArray[Any]]:
    """One array an item, without padding."""
    if isinstance(read, list):
        return read
    if isinstance(read, tuple):
        numbers, lengths = read
        rows = numbers.float().cpu().numpy() if numbers.is_floating_point() else numbers.cpu().numpy()
        return [row[:length] for row, length in zip(rows, lengths.tolist(), strict=True)]
    return [*(read.float() if read.is_floating_point() else read).cpu().numpy()]
