"""How unlikely given tokens are: −ln p of each, from the states that a network tells them from."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

SCORED = 512
"""Tokens whose v probabilities are held at once."""


class Surprise(NamedTuple):
    """Of each line, its end included: −ln p (lines,), how many tokens it has, and how many characters."""

    nats: NDArray[np.float64]
    tokens: NDArray[np.int64]
    characters: NDArray[np.int64]
    unknown: int

    def lines(self) -> list[str]:
        """Of each line log p, its mean a token and how many tokens, between tabs.

        >>> Surprise(np.array([3.0]), np.array([4]), np.array([9]), 0).lines()
        ['-3.000000\\t-0.750000\\t4']
        """
        told = zip(self.nats.tolist(), self.tokens.tolist(), strict=True)
        return [f"{-nats:.6f}\t{-nats / tokens:.6f}\t{tokens}" for nats, tokens in told]


def nats_of(scores: Callable[[Tensor], Tensor], states: Tensor, tokens: Tensor) -> NDArray[np.float64]:
    """−ln p (t,) of tokens (t,) by their states (t, m), of which `scores` makes log-probabilities (t, v)."""
    parts = zip(*(torch.split(side, SCORED) for side in (states, tokens)), strict=True)
    log_p = [scores(part).gather(1, token[:, None])[:, 0] for part, token in parts]
    return -torch.cat(log_p).double().cpu().numpy()
