"""Recurrent layers: an encoder over padded sequences and one step of a decoder's cell."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from regard.checks import unknown
from regard.shapes import Lengths, OneState, States

CELLS: dict[str, tuple[Callable[..., nn.RNNBase], Callable[..., nn.RNNCellBase]]] = {
    "gru": (nn.GRU, nn.GRUCell),
    "lstm": (nn.LSTM, nn.LSTMCell),
    "rnn": (nn.RNN, nn.RNNCell),
}


class CellState(NamedTuple):
    """A recurrent cell's state: what it shows (b, m), and the LSTM's inner cell (b, m), zero for the others."""

    shown: OneState
    inner: OneState

    def select(self, rows: Tensor) -> "CellState":
        """The given rows, in that order."""
        return CellState(self.shown.index_select(0, rows), self.inner.index_select(0, rows))


def check_cell(name: str) -> None:
    """An error unless the cell has that name."""
    if name not in CELLS:
        raise unknown("cell", name, list(CELLS))


class RecurrentEncoder(nn.Module):
    """States (b, k, m) of a whole sequence, and the last one (b, m): what remains when it has been read.

    Two-way encoders give half of the width to each direction; the backward direction reads each sequence from its own
    end, so its last state is the one at the first position. No state within a length depends on the padding beyond.
    """

    def __init__(self, width: int, cell: str, layers: int, two_way: bool) -> None:
        super().__init__()
        check_cell(cell)
        kind, size = CELLS[cell][0], width // 2 if two_way else width
        self.ahead = nn.ModuleList(kind(width, size, batch_first=True) for _ in range(layers))
        self.back = nn.ModuleList(kind(width, size, batch_first=True) for _ in range(layers if two_way else 0))

    def forward(self, inputs: States, lengths: Lengths) -> tuple[States, OneState]:
        """States (b, k, m) and the last state (b, m) of the top layer.

        Reversing each sequence and padding it costs less than torch's packed sequences, whose backward fills as many
        numbers for every step as the whole input has (docs/benchmarks.md).
        """
        states, last = inputs, (lengths - 1).clamp_min(0)[:, None, None]
        for i, layer in enumerate(self.ahead):
            ahead = layer(states)[0]
            final = ahead.gather(1, last.expand(-1, 1, ahead.shape[2]))[:, 0]
            if self.back:
                back = backwards(self.back[i](backwards(states, lengths))[0], lengths)
                final, ahead = torch.cat((final, back[:, 0]), -1), torch.cat((ahead, back), -1)
            states = ahead
        return states, final


def backwards(states: States, lengths: Lengths) -> States:
    """Every sequence from its end to its beginning; padding stays where it is.

    >>> backwards(torch.tensor([[[1.0], [2.0], [0.0]]]), torch.tensor([2])).flatten().tolist()
    [2.0, 1.0, 0.0]
    """
    here = torch.arange(states.shape[1], device=states.device)
    there = torch.where(here < lengths[:, None], lengths[:, None] - 1 - here, here)
    return states.gather(1, there[..., None].expand_as(states))


class Steps(nn.Module):
    """Steps of a GRU, an LSTM or a plain RNN over vectors that are all known, in one call."""

    def __init__(self, inputs: int, width: int, cell: str) -> None:
        super().__init__()
        check_cell(cell)
        self.kind = cell
        self.layer: nn.Module = CELLS[cell][0](inputs, width, batch_first=True)

    def forward(self, vectors: States, state: CellState) -> tuple[States, CellState]:
        """What the cell shows after each vector (b, q, i), and the state after the last, from the state before."""
        shown, inner = (each[None].contiguous() for each in state)
        if self.kind == "lstm":
            states, (shown, inner) = self.layer(vectors, (shown, inner))
        else:
            states, shown = self.layer(vectors, shown)
        return states, CellState(shown[0], inner[0])


class Cell(nn.Module):
    """One step of a GRU, an LSTM or a plain RNN, all with the same state."""

    def __init__(self, inputs: int, width: int, cell: str) -> None:
        super().__init__()
        check_cell(cell)
        self.kind = cell
        self.cell: nn.Module = CELLS[cell][1](inputs, width)

    def forward(self, vector: OneState, state: CellState) -> CellState:
        """The next state, from an input (b, i) and the state before."""
        if self.kind == "lstm":
            return CellState(*self.cell(vector, (state.shown, state.inner)))
        return CellState(self.cell(vector, state.shown), state.inner)
