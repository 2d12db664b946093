"""One step of a recurrent cell by its equations, in float64: what torch's cells compute, written out."""

from typing import NamedTuple

import torch
from torch import Tensor, nn


class Gates(NamedTuple):
    """The weights of a cell, whether torch keeps them with one step or with a layer."""

    from_input: Tensor
    from_state: Tensor
    bias_input: Tensor
    bias_state: Tensor


def gates_of(module: nn.Module) -> Gates:
    """The weights of a `RNNCell`, `GRUCell`, `LSTMCell`, or of a layer of these."""
    last = "_l0" if hasattr(module, "weight_ih_l0") else ""
    found = [getattr(module, f"{name}{last}").detach().double().cpu() for name in ("weight_ih", "weight_hh")]
    found += [getattr(module, f"{name}{last}").detach().double().cpu() for name in ("bias_ih", "bias_hh")]
    return Gates(*found)


def next_state(kind: str, gates: Gates, given: Tensor, shown: Tensor, inner: Tensor) -> tuple[Tensor, Tensor]:
    """What the cell shows next, and the LSTM's inner cell, from an input (i) and the state before (m).

        rnn   z′ = tanh(W x + U z + b)
        gru   r, u = σ(…);  n = tanh(W x + r ∘ (U z));  z′ = (1 − u) ∘ n + u ∘ z
        lstm  i, f, o = σ(…);  g = tanh(…);  cell′ = f ∘ cell + i ∘ g;  z′ = o ∘ tanh(cell′)

    Papers: Cho et al. 2014, arXiv 1406.1078; Hochreiter and Schmidhuber 1997.
    """
    x = gates.from_input @ given + gates.bias_input
    h = gates.from_state @ shown + gates.bias_state
    if kind == "rnn":
        return torch.tanh(x + h), inner
    if kind == "gru":
        (xr, xu, xn), (hr, hu, hn) = x.chunk(3), h.chunk(3)
        update = torch.sigmoid(xu + hu)
        new = torch.tanh(xn + torch.sigmoid(xr + hr) * hn)
        return (1 - update) * new + update * shown, inner
    i, f, g, o = (x + h).chunk(4)
    inner = torch.sigmoid(f) * inner + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(inner), inner
