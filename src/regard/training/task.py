"""What a loop trains: a network, its items in batches, a loss, and a score to choose weights by."""

from typing import Any, Protocol

from torch import Tensor, nn

from regard.data.batches import Indices
from regard.training.options import TrainingOptions


class Task(Protocol):
    """One network and its data; the loop knows no more of either."""

    @property
    def network(self) -> nn.Module:
        """Whose parameters are trained."""

    def epoch(self, options: TrainingOptions, epoch: int) -> list[Indices]:
        """The batches of one epoch, each a set of items; a function of (seed, epoch)."""

    def batch(self, indices: Indices, draw: tuple[int, ...] | None = None) -> Any:
        """The chosen items, padded, on the CPU; `draw` seeds what is changed at random in training."""

    def where(self, index: int) -> str:
        """What errors call a training item of the batches of this epoch."""

    def size(self, batch: Any) -> int:
        """How many answers the batch has: what its summed loss is divided by."""

    def loss(self, batch: Any, options: TrainingOptions, smoothing: float) -> Tensor:
        """The summed loss of a batch."""

    def held_out(self, options: TrainingOptions) -> list[Indices]:
        """The validation items, each once, always in the same batches."""

    def held_out_batch(self, indices: Indices) -> Any:
        """Those of the validation items, padded."""

    def score(self) -> float:
        """The metric on the validation items; see `TrainingOptions.metric` for which way is better."""
