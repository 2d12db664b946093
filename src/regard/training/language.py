"""Telling the next token as a task of the loop: stretches of a text, cut anew every epoch."""

import numpy as np
import torch
from torch import Tensor

from regard.data.batches import Indices, token_batches
from regard.data.stream import Rows, Stream
from regard.models.generator import Generator
from regard.networks.language import Language
from regard.training.options import TrainingOptions
from regard.training.steps import mean_loss

METRIC = "log p per token"
"""What weights are chosen by: minus the nats of a token."""


class Generating:
    """A generator, the streams it is trained and validated on; see `Task`. Items are places in this epoch's cut."""

    network: Language

    def __init__(self, model: Generator, train: Stream, valid: Stream, options: TrainingOptions) -> None:
        self.model, self.network, self.options = model, model.network, options
        self.train, self.valid = train, valid
        self.window = model.network.options.longest
        self.cut = self.held = valid.stretches(self.window)

    def epoch(self, options: TrainingOptions, epoch: int) -> list[Indices]:
        """Every token once, in stretches of a window; where long texts are first cut is drawn from (seed, epoch)."""
        random = np.random.Generator(np.random.PCG64([options.seed, epoch]))
        self.cut = self.train.stretches(self.window, first=int(random.integers(1, self.window + 1)))
        return token_batches(self.cut.lengths, self.cut.lengths, options.batch_tokens, options.seed, epoch)

    def batch(self, indices: Indices, draw: tuple[int, ...] | None = None) -> Rows:
        """The chosen stretches of this epoch; texts are not changed at random."""
        return self.train.rows(self.cut.take(indices))

    def where(self, index: int) -> str:
        """Where a stretch of this epoch begins in the training data, in tokens."""
        return f"token {int(self.cut.starts[index]) + 1:,} of the training texts"

    def size(self, batch: Rows) -> int:
        """The tokens that are told."""
        return int(batch.told.sum())

    def loss(self, batch: Rows, options: TrainingOptions, smoothing: float) -> Tensor:
        """The summed cross-entropy of the tokens."""
        with torch.autocast(options.device, dtype=torch.bfloat16, enabled=options.precision == "bf16"):
            states = self.network(batch.before)
            return self.network.output.loss(states[batch.told], batch.after[batch.told], smoothing)

    def held_out(self, options: TrainingOptions) -> list[Indices]:
        """The validation stretches, in batches of like lengths."""
        lengths = self.held.lengths
        return token_batches(lengths, lengths, options.batch_tokens, 0, 0)

    def held_out_batch(self, indices: Indices) -> Rows:
        """Those of the validation stretches."""
        return self.valid.rows(self.held.take(indices))

    def score(self) -> float:
        """Minus the nats of a validation token, each told from what stands before it in its stretch."""
        return -mean_loss(self, self.options)
