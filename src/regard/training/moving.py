"""An exponential moving average of the weights: what they were lately, the noise of single updates taken out."""

import torch
from torch import Tensor, nn

from regard.folder.record import unique

PREFIX = "moving."


class MovingAverage:
    """average ← decay · average + (1 − decay) · weights, after every update; it begins as the weights are.

    While few updates are made the decay is (1 + t)/(10 + t), so that the first weights are soon forgotten; a decay of 0
    keeps none. Paper: Polyak and Juditsky 1992; the warm-up as in TensorFlow's ExponentialMovingAverage.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network, self.decay = network, decay
        self.weights = {name: tensor.clone() for name, tensor in unique(network).items()} if decay else {}

    def update(self, step: int) -> None:
        """After an update, the `step`-th."""
        if self.decay:
            share = 1 - min(self.decay, (1 + step) / (10 + step))
            torch._foreach_lerp_([*self.weights.values()], [*unique(self.network).values()], share)

    def tensors(self) -> dict[str, Tensor]:
        """What a checkpoint keeps of it."""
        return {PREFIX + name: tensor for name, tensor in self.weights.items()}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Puts back what a checkpoint kept; KeyError where it kept none."""
        with torch.no_grad():
            for name, tensor in self.weights.items():
                tensor.copy_(tensors[PREFIX + name])
