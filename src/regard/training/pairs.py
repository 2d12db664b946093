"""Translation as a task of the loop: summed cross-entropy of target tokens, greedy translations scored."""

import torch
from torch import Tensor

from regard.data.batches import Indices
from regard.data.pairs import Pairs
from regard.decoding.beam import Search
from regard.models.translator import Translator
from regard.networks.base import Network
from regard.training.data import Batch, Corpus
from regard.training.metric import Metric
from regard.training.options import TrainingOptions


class Translating:
    """A translator, the pairs it is trained and validated on, encoded, and the metric of the latter; see `Task`."""

    network: Network

    def __init__(self, model: Translator, encoded: tuple[Corpus, Corpus], valid: Pairs, metric: Metric) -> None:
        self.model, self.network, self.metric, self.references = model, model.network, metric, valid
        self.train, self.valid = encoded

    def epoch(self, options: TrainingOptions, epoch: int) -> list[Indices]:
        """The batches of one epoch."""
        return self.train.epoch(options, epoch)

    def batch(self, indices: Indices, draw: tuple[int, ...] | None = None) -> Batch:
        """The chosen pairs, padded; texts are not changed at random."""
        return self.train.batch(indices)

    def where(self, index: int) -> str:
        """The number of a training pair."""
        return f"training pair {index + 1}"

    def size(self, batch: Batch) -> int:
        """The target tokens."""
        return int(batch.target_lengths.sum())

    def loss(self, batch: Batch, options: TrainingOptions, smoothing: float) -> Tensor:
        """The summed cross-entropy of the target tokens."""
        low = options.precision == "bf16"
        with torch.autocast(options.device, dtype=torch.bfloat16, enabled=low):
            encoded = self.network.encode(batch.source, batch.source_lengths)
            states = self.network.decode(encoded, batch.target_in)
            real = batch.real
            return self.network.output.loss(states[real], batch.target_out[real], smoothing)

    def held_out(self, options: TrainingOptions) -> list[Indices]:
        """The validation pairs, in batches of like lengths."""
        return self.valid.in_order(options.batch_tokens)

    def held_out_batch(self, indices: Indices) -> Batch:
        """Those of the validation pairs, padded."""
        return self.valid.batch(indices)

    def score(self) -> float:
        """The metric of the best next token, always."""
        found = self.model.translate(self.references.sources, Search(beam=1), batch_tokens=8192)
        return self.metric([candidates[0].text for candidates in found], self.references.targets)
