"""A translator as two graphs: what reads the source, and one step of what writes the target."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from regard.export.onnx.reading import ROWS, VECTORS, batch_of, examples_of, made_ready
from regard.export.onnx.states import SOURCE, axes_of, named, restored
from regard.export.onnx.tracing import Example, write_graph
from regard.inputs.text import Text
from regard.layers.state import State
from regard.models.translator import Translator
from regard.networks.base import Encoded, Network


class Reading(nn.Module):
    """Values and lengths in; the lengths of what was read and the decoder's first state out."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, *given: Tensor) -> tuple[Tensor, ...]:
        """The tensors of a batch, in their order."""
        encoded = self.network.encode(*batch_of(given))
        return encoded.lengths.clone(), *named(self.network, self.network.start(encoded)).values()


class Writing(nn.Module):
    """The last tokens, the lengths of the source and the state in; log-probabilities (b, v) and the new state out."""

    def __init__(self, network: Network, names: Sequence[str]) -> None:
        super().__init__()
        self.network, self.names = network, names

    def forward(self, *given: Tensor) -> tuple[Tensor, ...]:
        """Tokens (b), lengths (b), and the state's tensors by their names."""
        token, lengths, *rest = given
        state = restored(self.network, dict(zip(self.names, rest, strict=True)), lengths)
        states, state = self.network.step(token, state)
        after = named(self.network, state)
        growing = [tensor for name, tensor in after.items() if not name.startswith(SOURCE)]
        return self.network.output(states), *growing


def write_translating(model: Translator, folder: Path, longest: int) -> None:
    """`encoder.onnx` and `step.onnx`."""
    network = model.network
    made_ready(network, longest)
    examples = _examples(model)
    with torch.no_grad():
        encoded = network.encode(*batch_of([each.tensor for each in examples]))
        first = named(network, network.start(encoded))
    write_graph(Reading(network), examples, ["source.lengths", *first], folder / "encoder.onnx")
    state = named(network, _two_steps_on(network, encoded))
    token = Example("token", torch.tensor([4, 3, 4]), {0: "batch"})
    lengths = Example("source.lengths", encoded.lengths, {0: "batch"})
    given = [token, lengths, *(Example(name, tensor, axes_of(name)) for name, tensor in state.items())]
    growing = [f"new.{name}" for name in state if not name.startswith(SOURCE)]
    write_graph(Writing(network, [*state]), given, ["scores", *growing], folder / "step.onnx")


def _examples(model: Translator) -> list[Example]:
    if not isinstance(model.source, Text):
        return examples_of(model.source)
    tokens = torch.full((ROWS, VECTORS), 3)
    return [
        Example("values", tokens, {0: "batch", 1: "length"}),
        Example("lengths", torch.tensor([VECTORS, 2, 4]), {0: "batch"}),
    ]


@torch.no_grad()
def _two_steps_on(network: Network, encoded: Encoded) -> State:
    """A state whose past has a length that is neither 0 nor 1."""
    state = network.start(encoded)
    for _ in range(2):
        _, state = network.step(torch.tensor([3, 4, 3]), state)
    return state
