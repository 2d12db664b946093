"""What reads items, made ready to be traced: tables long enough, and sums that need no look at values."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from regard.errors import OptionError
from regard.export.onnx.recurrence import Recurrence
from regard.export.onnx.tracing import Example
from regard.inputs.base import Input
from regard.inputs.batch import Batch
from regard.layers.embedding import WordFeatures
from regard.layers.encodings import LearnedPositions, Sinusoidal, sinusoids
from regard.layers.low_rank import LowRank

ROWS, VECTORS, COLUMNS = 3, 7, 5
"""Sizes of the batch that is traced."""
READ = ("text", "vectors", "series", "sound")
"""Inputs whose items are sequences or sets: values and lengths are all that a network is given."""


class Summed(nn.Module):
    """`WordFeatures` with its sums taken over all columns, of which those without a feature are zero."""

    def __init__(self, given: WordFeatures) -> None:
        super().__init__()
        self.given = given

    def forward(self, numbers: Tensor) -> Tensor:
        """Vectors (b, n, m) of numbers (b, n, c)."""
        layer = self.given
        features = numbers[..., 1 if layer.given is None else 2 :]
        count = (features != 0).sum(-1)
        own: Tensor = layer.words(numbers[..., 0])
        if layer.given is not None and layer.map is not None:
            own = own + layer.map(layer.given(numbers[..., 1]))
        sums: Tensor = layer.features(features).sum(-2)
        return own + sums * count.clamp(min=1).rsqrt()[..., None]


def check_readable(given: Input) -> None:
    """Raises OptionError for items that stand in a grid or in a graph."""
    if given.kind not in READ:
        rule = f"regard export: ONNX is written for models that read {', '.join(READ)}"
        raise OptionError(rule, got=given.kind, hint="regard serve answers from such a model over HTTP")


def made_ready(network: nn.Module, longest: int) -> None:
    """Changes the network, which gives the same numbers afterwards for up to `longest` vectors or tokens."""
    for module in [*network.modules()]:
        if isinstance(module, Sinusoidal):
            module.table = sinusoids(longest, module.table.shape[1], module.grid)
        for name, child in [*module.named_children()]:
            if isinstance(child, WordFeatures) and not isinstance(module, Summed):
                setattr(module, name, Summed(child))
            if isinstance(child, nn.RNNBase) and not isinstance(module, Recurrence):
                setattr(module, name, Recurrence(child))


def room_of(network: nn.Module) -> int | None:
    """Most vectors or tokens that it has positions for; None where there is no limit."""
    tables = [each.table.shape[0] for each in network.modules() if isinstance(each, Sinusoidal | LearnedPositions)]
    mixing = [each.longest for each in network.modules() if isinstance(each, LowRank)]
    return min([*tables, *mixing], default=None)


def examples_of(given: Input) -> list[Example]:
    """A batch as tensors to trace with."""
    lengths = Example("lengths", torch.tensor([VECTORS, 2, 4]), {0: "batch"})
    axes = {0: "batch", 1: "length"}
    if given.kind == "text":
        numbers = torch.ones(ROWS, VECTORS, COLUMNS, dtype=torch.long)
        return [Example("values", numbers, {**axes, 2: "columns"}), lengths]
    return [Example("values", torch.randn(ROWS, VECTORS, given.features), axes), lengths]


def batch_of(given: Sequence[Tensor]) -> Batch:
    """The tensors of `examples_of`, as a network takes them."""
    values, lengths = given
    return Batch(values, lengths)
