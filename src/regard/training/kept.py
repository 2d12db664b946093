"""Weights that a training keeps in memory alone: for one that ends in the same call, and never goes on."""

from pathlib import Path
from typing import Any

from torch import Tensor, nn

from regard.folder.record import unique
from regard.training.checkpoint import Checkpoints
from regard.training.learner import Learner
from regard.training.position import Position


class Kept(Checkpoints):
    """Weights by name, as long as the training lasts; nothing is written."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.weights: dict[str, dict[str, Tensor]] = {}

    def save(self, learner: Learner, position: Position, request: Any) -> None:
        """Nobody could go on from it: what the position does not name is forgotten."""
        self.weights = {name: self.weights[name] for name in position.weights}

    def keep(self, name: str, network: nn.Module) -> None:
        """Keeps the weights under a name, until a position is saved that does not name them."""
        self.weights[name] = {name: tensor.clone() for name, tensor in unique(network).items()}

    def kept(self, name: str) -> dict[str, Tensor]:
        """The weights under a name."""
        return self.weights[name]
