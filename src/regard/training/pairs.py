"""Translation as a task of the loop: summed cross-entropy of target tokens, greedy translations scored."""

import torch
from torch import Tensor

from regard.data.batches import Indices
from regard.data.item_pairs import AnyPairs
from regard.decoding.beam import Search
from regard.models.translator import Translator
from regard.networks.base import Encoded, Network
from regard.networks.items import Source
from regard.training.data import Batch, Corpus
from regard.training.metric import Metric
from regard.training.options import TrainingOptions
from regard.training.packing import PackedBatch

AnyBatch = Batch | PackedBatch


class Translating:
    """A translator, the pairs it is trained and validated on, encoded, and the metric of the latter; see `Task`.

    Where the states of items read the target, too (CTC), their share of the loss is `SourceOptions.ctc`. With `packing`
    the texts of a training batch lie end to end, which changes the cost and, but for rounding, nothing else.
    """

    network: Network

    def __init__(
        self,
        model: Translator,
        encoded: tuple[Corpus, Corpus],
        valid: AnyPairs,
        metric: Metric,
        packing: bool = False,
    ) -> None:
        self.model, self.network, self.metric, self.references = model, model.network, metric, valid
        self.train, self.valid = encoded
        self.packing = packing

    def epoch(self, options: TrainingOptions, epoch: int) -> list[Indices]:
        """The batches of one epoch."""
        return self.train.epoch(options, epoch)

    def batch(self, indices: Indices, draw: tuple[int, ...] | None = None) -> AnyBatch:
        """The chosen pairs, padded or packed; items are changed a little at random, texts are not."""
        return self.train.packed(indices) if self.packing else self.train.batch(indices, draw)

    def where(self, index: int) -> str:
        """The number of a training pair."""
        return f"training pair {index + 1}"

    def size(self, batch: AnyBatch) -> int:
        """The target tokens."""
        return batch.answers

    def loss(self, batch: AnyBatch, options: TrainingOptions, smoothing: float) -> Tensor:
        """The summed cross-entropy of the target tokens, and its part of what the source's states read."""
        low = options.precision == "bf16"
        with torch.autocast(options.device, dtype=torch.bfloat16, enabled=low):
            if isinstance(batch, PackedBatch):
                return self.network.output.loss(*batch.states(self.network), smoothing)
            encoded = self.network.encode(*batch.source)
            states = self.network.decode(encoded, batch.target_in)
            real = batch.real
            loss = self.network.output.loss(states[real], batch.target_out[real], smoothing)
            return self._with_ctc(loss, encoded, batch)

    def _with_ctc(self, loss: Tensor, encoded: Encoded, batch: Batch) -> Tensor:
        source = self.network.source
        if not isinstance(source, Source) or source.ctc is None:
            return loss
        words = batch.target_lengths - 1  # states read no end
        read = source.ctc(encoded.states, encoded.lengths, batch.target_out, words)
        mixed: Tensor = (1 - source.how.ctc) * loss + source.how.ctc * read
        return mixed

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
