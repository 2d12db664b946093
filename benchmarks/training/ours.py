"""regard's networks, with the loss of its own training."""

from benchmarks.training.shapes import SMOOTHING, VOCABULARY
from torch import Tensor, nn

from regard.networks.catalogue import build
from regard.training.config import TranslateConfig
from regard.training.data import Batch
from regard.training.defaults import network_options


class Ours(nn.Module):
    """A translator's network; small where nothing is chosen."""

    def __init__(self, **choices: object) -> None:
        super().__init__()
        config = TranslateConfig(size="small", **choices)  # type: ignore[arg-type]
        options = network_options(config, pairs=1, shared=True)
        self.network = build(options, VOCABULARY, VOCABULARY)

    def loss(self, batch: Batch) -> Tensor:
        """The mean loss of a target token."""
        states = self.network.decode(self.network.encode_tokens(*batch.source[:2]), batch.target_in)
        real = batch.real
        summed = self.network.output.loss(states[real], batch.target_out[real], SMOOTHING)
        return summed / batch.target_lengths.sum()
