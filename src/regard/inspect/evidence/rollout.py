"""Attention rollout: how much of each input position is in a state, if states were nothing but mixtures.

    r ← r · (½ · Ā + ½ · I), from the last layer of self-attention down to the first

Ā is a layer's mean over heads, each of its rows divided by its sum. Half of each state is taken to be the one before,
for the residual connection. Only rows times matrices are computed, strip by strip: memory O(q + k).
Paper: Abnar and Zuidema 2020, arXiv 2005.00928, section 4 (their matrices, from the other side).
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from regard.inspect.capture.gathering import parts
from regard.inspect.capture.held import Held

RESIDUAL = 0.5


def rolled(start: NDArray[np.float64], layers: Sequence[Held]) -> NDArray[np.float64]:
    """Shares (k,) of the input positions in a mixture `start` (k,) of states above `layers`, which go up."""
    mixture = torch.from_numpy(start / max(np.abs(start).sum(), np.finfo(np.float64).tiny))
    for layer in reversed(layers):
        mixture = RESIDUAL * mixture + (1 - RESIDUAL) * _through(mixture, layer)
    found: NDArray[np.float64] = mixture.numpy()
    return found


def _through(mixture: torch.Tensor, layer: Held) -> torch.Tensor:
    """mixture · Ā; a row that read nothing stays what it was."""
    request = layer.request
    q = request.sizes[2]
    total, sums = torch.zeros(layer.keys, dtype=torch.float64), torch.zeros(q, dtype=torch.float64)
    for part in parts(request, 0, slice(0, q)):
        sums[part.queries] += part.weights.sum((0, 2)).double()
    scaled = torch.where(sums != 0, mixture / sums.where(sums != 0, 1), 0)
    for part in parts(request, 0, slice(0, q)):
        total[part.keys] += scaled[part.queries] @ part.weights.sum(0).double()
    return total + torch.where(sums == 0, mixture, 0)
