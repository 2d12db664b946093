"""The recurrent language model: one state of constant size holds the whole past; what attention is compared with."""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from regard.layers.blocks import Residual
from regard.layers.dropout import Dropout
from regard.layers.output import Output
from regard.layers.recurrence import CELLS, CellState, check_cell
from regard.layers.state import State
from regard.networks.base import NetworkOptions
from regard.networks.language.base import Language
from regard.shapes import States, Tokens


class Held(NamedTuple):
    """What a recurrence carries: the state of each layer's cell."""

    layers: tuple[CellState, ...]

    def select(self, rows: Tensor, *, same_source: bool = False) -> "Held":
        """The given rows, in that order."""
        return Held(tuple(each.select(rows) for each in self.layers))


class LanguageRecurrent(Language):
    """Layers of GRU, LSTM or RNN, each with a residual, over one table of tokens, which scores the next ones, too.

    Mikolov et al. 2010, "Recurrent neural network based language model". Steps of a recurrence multiply matrices too
    small for bf16 to pay: they run in float32.
    """

    def __init__(self, options: NetworkOptions, words: int) -> None:
        super().__init__()
        check_cell(options.cell)
        self.options, width = options, options.width
        self.table = nn.Embedding(words, width)
        self.output = Output(self.table)
        self.dropout = Dropout(options.dropout)
        kind = CELLS[options.cell][0]
        self.layers = nn.ModuleList(kind(width, width, batch_first=True) for _ in range(options.layers))
        self.around = nn.ModuleList(Residual(width, "pre", options.dropout) for _ in range(options.layers))
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.table.weight, std=width**-0.5)

    def advance(self, tokens: Tokens, state: State | None = None) -> tuple[States, Held]:
        """States (b, n, m) after each of n more tokens (b, n), and the cells' states after the last."""
        assert state is None or isinstance(state, Held)
        held: list[CellState] = []

        def through(layer: nn.Module, vectors: States, before: CellState | None) -> States:
            ahead, after = layer(vectors, self._given(before))
            shown, inner = after if isinstance(after, tuple) else (after, torch.zeros_like(after))
            held.append(CellState(shown[0], inner[0]))
            return ahead  # type: ignore[no-any-return]

        with torch.autocast(tokens.device.type, enabled=False):
            states = self.dropout(self.table(tokens) * math.sqrt(self.options.width))
            for i, (layer, around) in enumerate(zip(self.layers, self.around, strict=True)):
                before = None if state is None else state.layers[i]
                states = around(states, lambda x, layer=layer, before=before: through(layer, x, before))
            return self.norm(states), Held(tuple(held))

    def _given(self, before: CellState | None) -> Tensor | tuple[Tensor, Tensor] | None:
        """A cell's state as torch's layers take it."""
        if before is None:
            return None
        shown, inner = (each[None].contiguous() for each in before)
        return (shown, inner) if self.options.cell == "lstm" else shown
