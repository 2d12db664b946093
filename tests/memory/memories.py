"""Keys and origins for the tests of memories."""

from collections.abc import Callable

import torch
from torch import Tensor

from regard.memory import Memory, Origin

Opened = Callable[..., Memory]

WIDTH = 6


def vectors(count: int, seed: int = 0, width: int = WIDTH) -> Tensor:
    """Random keys."""
    return torch.randn(count, width, generator=torch.Generator().manual_seed(seed))


def origins(count: int, name: str = "lesson") -> list[Origin]:
    """A line each."""
    return [Origin(f"{name}:{number + 1}", f"the text of {number}") for number in range(count)]
