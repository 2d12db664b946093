"""The parameters of a score: what a layer owns so that `attend` gets a mechanism."""

import torch
from torch import Tensor, nn

from regard.checks import unknown
from regard.mechanisms.catalogue import FEATURE_MAPS, SCORES
from regard.mechanisms.features import EluPlusOne, FeatureMap, RandomFeatures, Rectified, directions
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Distance, Dot, Features, Score

FEATURES = 64
"""Random features a head, where they are chosen by name."""


class Match(nn.Module):
    """Owns what the named score has to learn, for `heads` heads of size `size`; called, it gives a mechanism.

    dot: nothing. bilinear: a matrix (h, d, d). additive: a vector (h, d). cosine: the logarithm of a temperature (h,).
    distance: the logarithm of a width (h,), √d at first. features, features-relu, features-random: nothing to learn;
    the last holds random directions. A score object is taken as it is.
    """

    def __init__(self, score: str | Score, size: int, heads: int = 1, *, scale: float | None = None) -> None:
        super().__init__()
        name, _, of = score.partition("-") if isinstance(score, str) else ("", "", "")
        if isinstance(score, str) and (name not in SCORES or (of and (name != "features" or of not in FEATURE_MAPS))):
            raise unknown("score", score, [*SCORES, *(f"features-{each}" for each in FEATURE_MAPS)])
        self.score, self.scale = score, scale
        self.map: FeatureMap | None = None
        if name == "bilinear":
            self.matrix = nn.Parameter(torch.empty(heads, size, size).normal_(std=size**-0.75))
        elif name == "additive":
            self.weight = nn.Parameter(torch.empty(heads, size).normal_(std=size**-0.5))
        elif name == "cosine":
            self.log_temperature = nn.Parameter(torch.full((heads,), -2.3))
        elif name == "distance":
            self.log_width = nn.Parameter(torch.full((heads,), size**0.5).log())
        elif of == "random":
            self.directions: Tensor
            self.register_buffer("directions", directions(FEATURES, size))
        elif name == "features":
            self.map = Rectified() if of == "relu" else EluPlusOne()

    def forward(self) -> Score:
        """The mechanism with the parameters as they are now."""
        match self.score:
            case "bilinear":
                return Bilinear(self.matrix)
            case "additive":
                return Additive(self.weight)
            case "cosine":
                return Cosine(self.log_temperature.exp())
            case "distance":
                return Distance(self.log_width.exp())
            case "features-random":
                return Features(RandomFeatures(self.directions))
            case "dot":
                return Dot(self.scale)
            case str():
                assert self.map is not None
                return Features(self.map)
            case score:
                return score

    def extra_repr(self) -> str:
        """What torch prints in brackets."""
        return str(self.score)


def drawn_seed(module: nn.Module, rate: float) -> Tensor | None:
    """A fresh dropout seed in training, None otherwise."""
    return torch.randint(2**62, ()) if module.training and rate else None
