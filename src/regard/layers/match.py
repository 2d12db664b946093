"""The parameters of a score: what a layer owns so that `attend` gets a mechanism."""

import torch
from torch import Tensor, nn

from regard.checks import unknown
from regard.mechanisms.catalogue import SCORES
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Dot, Score


class Match(nn.Module):
    """Owns what the named score has to learn, for `heads` heads of size `size`; called, it gives a mechanism.

    dot: nothing. bilinear: a matrix (h, d, d). additive: a vector (h, d).
    cosine: the logarithm of a temperature (h,).
    """

    def __init__(self, score: str, size: int, heads: int = 1, *, scale: float | None = None) -> None:
        super().__init__()
        if score not in SCORES:
            raise unknown("score", score, list(SCORES))
        self.score, self.scale = score, scale
        if score == "bilinear":
            self.matrix = nn.Parameter(torch.empty(heads, size, size).normal_(std=size**-0.75))
        elif score == "additive":
            self.weight = nn.Parameter(torch.empty(heads, size).normal_(std=size**-0.5))
        elif score == "cosine":
            self.log_temperature = nn.Parameter(torch.full((heads,), -2.3))

    def forward(self) -> Score:
        """The mechanism with the parameters as they are now."""
        match self.score:
            case "bilinear":
                return Bilinear(self.matrix)
            case "additive":
                return Additive(self.weight)
            case "cosine":
                return Cosine(self.log_temperature.exp())
            case _:
                return Dot(self.scale)

    def extra_repr(self) -> str:
        """What torch prints in brackets."""
        return self.score


def drawn_seed(module: nn.Module, rate: float) -> Tensor | None:
    """A fresh dropout seed in training, None otherwise."""
    return torch.randint(2**62, ()) if module.training and rate else None
