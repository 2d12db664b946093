"""Weights that a training keeps in memory alone: for one that ends in the same call, and never goes on."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from regard.folder.record import unique
from regard.training.checkpoint import Checkpoints, Position


class Kept(Checkpoints):
    """Weights by name, as long as the training lasts; nothing is written."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.weights: dict[str, dict[str, Tensor]] = {}

    def save(self, network: nn.Module, optimizer: torch.optim.Optimizer, position: Position, request: Any) -> None:
        """Nothing: nobody could go on from it."""

    def keep(self, name: str, network: nn.Module) -> None:
        """Keeps the weights under a name."""
        self.weights[name] = {name: tensor.clone() for name, tensor in unique(network).items()}

    def kept(self, name: str) -> dict[str, Tensor] | None:
        """The weights under a name, if any."""
        return self.weights.get(name)

    def drop(self, name: str) -> None:
        """Forgets the weights under a name."""
        self.weights.pop(name, None)
