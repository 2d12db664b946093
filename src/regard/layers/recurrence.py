"""Recurrent layers: an encoder over padded sequences and one step of a decoder's cell."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

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

    Two-way encoders give half of the width to each direction; the backward direction's last state is the one at the
    first position. Padding is never read.
    """

    def __init__(self, width: int, cell: str, layers: int, two_way: bool) -> None:
        super().__init__()
        check_cell(cell)
        size = width // 2 if two_way else width
        self.layers: nn.RNNBase = CELLS[cell][0](
            width, size, num_layers=layers, bidirectional=two_way, batch_first=True
        )

    def forward(self, inputs: States, lengths: Lengths) -> tuple[States, OneState]:
        """States (b, k, m) and the last state (b, m) of the top layer."""
        packed = pack_padded_sequence(inputs, lengths.cpu(), batch_first=True, enforce_sorted=False)
        outputs, final = self.layers(packed)
        last = final[0] if isinstance(final, tuple) else final
        ways = 2 if self.layers.bidirectional else 1
        states, _ = pad_packed_sequence(outputs, batch_first=True, total_length=inputs.shape[1])
        return states, torch.cat(tuple(last[-ways:]), -1)


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
