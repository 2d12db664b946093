"""Rows of different lengths in one batch: where a row ends, and what lies beyond set to zero."""

import torch
from torch import Tensor

from regard.shapes import Lengths, OneState, States


def inside(lengths: Lengths, positions: int) -> Tensor:
    """(b, n): whether each of n positions lies within its row.

    >>> inside(torch.tensor([2, 0]), 3).tolist()
    [[True, True, False], [False, False, False]]
    """
    return torch.arange(positions, device=lengths.device) < lengths[:, None]


def cleared(states: Tensor, lengths: Lengths) -> Tensor:
    """The same (b, n, ...) with zeros beyond each row's length, whatever stood there, NaN too.

    >>> cleared(torch.tensor([[1.0, float("nan")]]), torch.tensor([1])).tolist()
    [[1.0, 0.0]]
    """
    beyond = ~inside(lengths, states.shape[1])
    return states.masked_fill(beyond.view(*beyond.shape, *[1] * (states.dim() - 2)), 0)


def last_of(states: States, lengths: Lengths) -> OneState:
    """The state (b, m) at each row's last position; zeros for a row that has none.

    >>> last_of(torch.tensor([[[3.0], [5.0]], [[7.0], [9.0]]]), torch.tensor([1, 0])).tolist()
    [[3.0], [0.0]]
    """
    if not states.shape[1]:
        return states.sum(1)
    last = (lengths - 1).clamp(min=0)[:, None, None].expand(-1, 1, states.shape[2])
    return states.gather(1, last)[:, 0].masked_fill(lengths[:, None] == 0, 0)
