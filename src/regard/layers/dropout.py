"""Dropout whose random numbers cost little: one byte an element, drawn eight at a time."""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """Each element falls to zero with chance `rate`, the others are divided by the chance to stay; in training only.

    The rate is rounded to whole 256ths, so that a random byte decides, and the division uses the rounded rate: the
    expectation is exact. Bits come from torch's generator of the tensor's device, so `torch.manual_seed` repeats
    them. A Bernoulli draw an element, torch's way, took a quarter of a training step on short sentences
    (docs/benchmarks.md). Comparisons are written as numbers at once: by way of booleans they took eight times as long.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, values: Tensor) -> Tensor:
        """The same shape and type."""
        if not self.training or self.rate == 0:
            return values
        falling = min(round(self.rate * 256), 255)
        random_bytes = _random_bytes(values.numel(), values.device).view(values.shape)
        kept = torch.ge(random_bytes, falling, out=torch.empty(values.shape, dtype=values.dtype, device=values.device))
        return values * kept.mul_(256 / (256 - falling))

    def extra_repr(self) -> str:
        """What torch prints in brackets."""
        return f"rate={self.rate}"


def _random_bytes(count: int, device: torch.device) -> Tensor:
    """Uniform bytes from torch's generator; eight at a time where the device draws whole 64-bit words."""
    if device.type == "mps":
        return torch.randint(256, (count,), dtype=torch.uint8, device=device)
    words = torch.empty((count + 7) // 8, dtype=torch.int64, device=device)
    return words.random_(-(2**63), None).view(torch.uint8)[:count]
