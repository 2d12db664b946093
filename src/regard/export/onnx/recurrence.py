"""Recurrences as ONNX's own operators: torch.export would unroll them to as many steps as the traced batch has."""

from typing import Any

import torch
from torch import Tensor, nn

ORDER = {"RNN": [0], "GRU": [1, 0, 2], "LSTM": [0, 3, 1, 2]}
"""Where ONNX has torch's gates: a GRU's update before its reset, an LSTM's output before its forget and cell."""


@torch.library.custom_op("regard::recurrence", mutates_args=())
def recurrence(
    vectors: Tensor, shown: Tensor, inner: Tensor, to_gates: Tensor, own: Tensor, bias: Tensor, kind: str
) -> tuple[Tensor, Tensor, Tensor]:
    """States (b, n, m) after each of the vectors (b, n, d), and the state after the last; traced, never run."""
    raise NotImplementedError


@recurrence.register_fake
def _(
    vectors: Tensor, shown: Tensor, inner: Tensor, to_gates: Tensor, own: Tensor, bias: Tensor, kind: str
) -> tuple[Tensor, Tensor, Tensor]:
    states = vectors.new_empty(*vectors.shape[:2], shown.shape[1])
    return states, torch.empty_like(shown), torch.empty_like(inner)


class Recurrence(nn.Module):
    """A layer of one direction that gives the same numbers; while torch.export traces, by one operator."""

    def __init__(self, layer: nn.RNNBase) -> None:
        super().__init__()
        self.layer, self.kind = layer, type(layer).__name__
        weights: tuple[Any, ...] = (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0)
        to_gates, own, *biases = (self._ordered(each.detach()) for each in weights)
        self.register_buffer("to_gates", to_gates[None])
        self.register_buffer("own", own[None])
        self.register_buffer("bias", torch.cat(biases)[None])

    def forward(self, vectors: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        """As the layer."""
        if not torch.compiler.is_exporting():
            found: tuple[Tensor, Any] = self.layer(vectors, state)
            return found
        shown = inner = vectors.new_zeros(vectors.shape[0], self.layer.hidden_size)
        if state is not None:
            shown, inner = (each[0] for each in state) if self.kind == "LSTM" else (state[0], inner)
        states, shown, inner = recurrence(vectors, shown, inner, self.to_gates, self.own, self.bias, self.kind)
        return states, (shown[None], inner[None]) if self.kind == "LSTM" else shown[None]

    def _ordered(self, gates: Tensor) -> Tensor:
        """Rows of torch's gates as ONNX has them."""
        parts = gates.chunk(len(ORDER[self.kind]))
        return torch.cat([parts[place] for place in ORDER[self.kind]])


def translated(vectors: Any, shown: Any, inner: Any, to_gates: Any, own: Any, bias: Any, kind: str) -> Any:
    """The operator in ONNX, which has steps before batches and a first axis for directions."""
    from onnxscript import opset20

    op: Any = opset20
    first, second = op.Constant(value_ints=[0]), op.Constant(value_ints=[1])
    steps, before = op.Transpose(vectors, perm=[1, 0, 2]), op.Unsqueeze(shown, first)
    size = int(own.shape[2])
    if kind == "LSTM":
        cell = op.Unsqueeze(inner, first)
        states, after, last = op.LSTM(steps, to_gates, own, bias, None, before, cell, hidden_size=size)
        inside = op.Squeeze(last, first)
    else:
        more = {"linear_before_reset": 1} if kind == "GRU" else {}
        states, after = getattr(op, kind)(steps, to_gates, own, bias, None, before, hidden_size=size, **more)
        inside = op.Identity(inner)
    return op.Transpose(op.Squeeze(states, second), perm=[1, 0, 2]), op.Squeeze(after, first), inside
