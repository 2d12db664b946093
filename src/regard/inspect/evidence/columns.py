"""What is read off one pass for each position: weights, weights times values, and weights times their gradients."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from regard.inspect.capture.gathering import parts
from regard.inspect.capture.held import Held

Column = NDArray[np.float64]


def read_columns(readers: Sequence[Held], rows: slice, gradients: Sequence[Tensor | None]) -> dict[str, Column]:
    """`weight`, `norm` and `gradient` (k,) of the rows that belong to an answer.

        weight[k] = mean over readers, heads and rows of α[h, q, k]
        norm[k] = mean over readers, heads and rows of ‖α[h, q, k] · value[h, k]‖
        gradient[k] = sum over readers, heads and rows of α[h, q, k] · ∂answer/∂α[h, q, k]

    ∂answer/∂α[h, q, k] is ⟨∂answer/∂output[h, q], value[h, k]⟩. `gradients` (b, h, q, e) are those of the outputs; None
    where the answer does not depend on one.
    """
    total = {name: np.zeros(readers[0].keys) for name in ("weight", "norm", "gradient")}
    count = 0
    for held, gradient in zip(readers, gradients, strict=True):
        request = held.request
        value = request.value[0].detach().float().cpu().repeat_interleave(request.group, 0)
        wanted = slice(*rows.indices(request.sizes[2])[:2])
        count += request.sizes[1] * (wanted.stop - wanted.start)
        for part in parts(request, 0, wanted):
            own, keys = value[part.heads], part.numbers.numpy()
            read = part.weights.sum(1)
            total["weight"][keys] += _summed(read)
            total["norm"][keys] += _summed(part.weights.abs().sum(1) * own.norm(dim=-1)[:, part.keys])
            if gradient is not None:
                slope = gradient[0, part.heads, part.queries].float().cpu() @ own.mT[..., part.keys]
                total["gradient"][keys] += _summed((part.weights * slope).sum(1))
    return {name: each if name == "gradient" else each / count for name, each in total.items()}


def row_means(held: Held, rows: slice) -> NDArray[np.float64]:
    """Weights (k,) of some rows, means over heads and rows."""
    request = held.request
    wanted = slice(*rows.indices(request.sizes[2])[:2])
    total = np.zeros(held.keys)
    for part in parts(request, 0, wanted):
        total[part.numbers.numpy()] += _summed(part.weights.sum(1))
    return total / (request.sizes[1] * max(wanted.stop - wanted.start, 1))


def _summed(numbers: Tensor) -> NDArray[Any]:
    """Over heads."""
    found: NDArray[Any] = numbers.to(torch.float64).sum(0).numpy()
    return found
