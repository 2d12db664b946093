"""A language model as one graph: tokens and what is carried in, scores and what is carried out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from regard.export.onnx.reading import ROWS, made_ready
from regard.export.onnx.tracing import Example, write_graph
from regard.layers.recurrence import CellState
from regard.layers.state import KeyValue
from regard.models.generator import Generator
from regard.networks.language.base import Language
from regard.networks.language.recurrent import Held
from regard.networks.language.transformer import LanguageTransformer, Past


class Advancing(nn.Module):
    """Tokens (b, n) and the state's tensors in; log-probabilities (b, v) after the last and the new state out."""

    def __init__(self, network: Language) -> None:
        super().__init__()
        self.network = network

    def forward(self, *given: Tensor) -> tuple[Tensor, ...]:
        """The tokens, then the state."""
        tokens, *state = given
        pairs = list(zip(state[::2], state[1::2], strict=True))
        before: Any = Held(tuple(CellState(*pair) for pair in pairs))
        if isinstance(self.network, LanguageTransformer):
            before = _past(pairs)
        states, after = self.network.advance(tokens, before)
        return self.network.scores(states[:, -1]), *_tensors(after)


def write_generating(model: Generator, folder: Path) -> None:
    """`step.onnx`: a state of no past is the beginning; of a recurrence, zeros are."""
    network = model.network
    made_ready(network, network.options.longest)
    tokens = torch.full((ROWS, 2), 3)
    past = isinstance(network, LanguageTransformer)
    with torch.no_grad():
        state = _tensors(network.advance(tokens, _beginning(network))[1])
    axes = {0: "batch", 2: "past"} if past else {0: "batch"}
    names = [f"state.{i}" for i in range(len(state))]
    given = [Example(name, tensor, axes) for name, tensor in zip(names, state, strict=True)]
    more = Example("tokens", torch.full((ROWS, 4), 3), {0: "batch", 1: "more"})
    write_graph(
        Advancing(network), [more, *given], ["scores", *(f"new.{name}" for name in names)], folder / "step.onnx"
    )


def _beginning(network: Language) -> Past | None:
    """Of keys none: what goes on from keys carries keys, whatever the attention."""
    if not isinstance(network, LanguageTransformer):
        return None
    sizes = (
        ROWS,
        network.options.key_heads or network.options.heads,
        0,
        network.options.width // network.options.heads,
    )
    return _past([(torch.zeros(sizes), torch.zeros(sizes))] * network.options.layers)


def _past(pairs: Sequence[tuple[Tensor, ...]]) -> Past:
    """Keys and values as a state."""
    return Past(tuple(KeyValue(*pair) for pair in pairs), pairs[0][0].shape[2])


def _tensors(state: Any) -> Sequence[Tensor]:
    """The tensors of a state, two of each layer."""
    each: Any = state.blocks if isinstance(state, Past) else state.layers
    return [tensor for pair in each for tensor in pair]
