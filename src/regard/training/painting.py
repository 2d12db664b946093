"""Telling pixels as a task of the loop: whole images, in another order every epoch."""

from math import log

import numpy as np
import torch
from torch import Tensor

from regard.data.batches import Indices, token_batches
from regard.data.stream import Rows
from regard.inputs.image.canvas import Levels
from regard.models.painter import Painter, rows_of
from regard.networks.language import Language
from regard.training.options import TrainingOptions
from regard.training.steps import mean_loss

METRIC = "bits per dimension"
"""What weights are chosen by: −log₂ p of a pixel."""


class Painting:
    """A generator of images and the levels (n, pixels) that it is trained and validated on; see `Task`."""

    network: Language

    def __init__(self, model: Painter, train: Levels, valid: Levels, options: TrainingOptions) -> None:
        self.model, self.network, self.options = model, model.network, options
        self.train, self.valid = train, valid

    def epoch(self, options: TrainingOptions, epoch: int) -> list[Indices]:
        """Every image once, in an order that is drawn from (seed, epoch)."""
        return self._batches(self.train, options, options.seed, epoch)

    def batch(self, indices: Indices, draw: tuple[int, ...] | None = None) -> Rows:
        """The chosen images; none is changed at random."""
        return rows_of(self.train[indices])

    def where(self, index: int) -> str:
        """What errors call an image."""
        return f"image {index + 1:,} of the training images"

    def size(self, batch: Rows) -> int:
        """The pixels that are told."""
        return batch.after.numel()

    def loss(self, batch: Rows, options: TrainingOptions, smoothing: float) -> Tensor:
        """The summed cross-entropy of the pixels."""
        with torch.autocast(options.device, dtype=torch.bfloat16, enabled=options.precision == "bf16"):
            states = self.network(batch.before)
            return self.network.output.loss(states.flatten(0, 1), batch.after.flatten(), smoothing)

    def held_out(self, options: TrainingOptions) -> list[Indices]:
        """The validation images in batches."""
        return self._batches(self.valid, options, 0, 0)

    def held_out_batch(self, indices: Indices) -> Rows:
        """Those of the validation images."""
        return rows_of(self.valid[indices])

    def score(self) -> float:
        """The bits of a validation pixel."""
        return mean_loss(self, self.options) / log(2)

    def _batches(self, levels: Levels, options: TrainingOptions, seed: int, epoch: int) -> list[Indices]:
        lengths = np.full(len(levels), levels.shape[1], np.int64)
        return token_batches(lengths, lengths, options.batch_tokens, seed, epoch)
