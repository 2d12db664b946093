"""The parameters of a score: what a layer owns so that `attend` gets a mechanism."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from regard.checks import unknown
from regard.mechanisms.catalogue import FEATURE_MAPS, SCORES
from regard.mechanisms.features import EluPlusOne, RandomFeatures, Rectified, directions
from regard.mechanisms.normalizers import Normalized, Normalizer
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Distance, Dot, Features, Score

FEATURES = 64
"""Random features a head, where they are chosen by name."""


class Match(nn.Module):
    """Owns what the named score has to learn, for `heads` heads of size `size`; called, it gives a mechanism.

    dot: nothing. bilinear: a matrix (h, d, d). additive: a vector (h, d). cosine: the logarithm of a temperature (h,).
    distance: the logarithm of a width (h,), √d at first. features, features-relu, features-random: nothing to learn;
    the last holds `features` random directions, which training draws anew every `redraw` updates (redrawing.py). Each
    of the three has a gate (g,), whose sigmoid is a decay, where `fading` names g heads of keys that forget:
    1 − 2^(−5 − g) at first, as in Sun et al. 2023, arXiv 2307.08621, eq. 8. A score object is taken as it is.
    """

    def __init__(
        self,
        score: str | Score,
        size: int,
        heads: int = 1,
        *,
        scale: float | None = None,
        features: int = FEATURES,
        redraw: int = 0,
        fading: int = 0,
    ) -> None:
        super().__init__()
        name, _, of = score.partition("-") if isinstance(score, str) else ("", "", "")
        if isinstance(score, str) and (name not in SCORES or (of and (name != "features" or of not in FEATURE_MAPS))):
            raise unknown("score", score, [*SCORES, *(f"features-{each}" for each in FEATURE_MAPS)])
        self.score, self.scale, self.redraw = score, scale, redraw
        self.gate: nn.Parameter | None = None
        if name == "bilinear":
            self.matrix = nn.Parameter(torch.empty(heads, size, size).normal_(std=size**-0.75))
        elif name == "additive":
            self.weight = nn.Parameter(torch.empty(heads, size).normal_(std=size**-0.5))
        elif name == "cosine":
            self.log_temperature = nn.Parameter(torch.full((heads,), -2.3))
        elif name == "distance":
            self.log_width = nn.Parameter(torch.full((heads,), size**0.5).log())
        elif of == "random":
            self.directions = nn.Parameter(torch.empty(features, size), requires_grad=False)
            self.draw()
        if name == "features" and fading:
            self.gate = nn.Parameter(torch.empty(fading))
            if not self.gate.is_meta:
                begun = 1 - 2.0 ** (-5 - torch.arange(fading))
                nn.init.zeros_(self.gate).data.add_(begun.logit())

    @property
    def normalizer(self) -> str | Normalizer:
        """What suits the score where nobody chose: random features estimate softmax, to which nothing may be added."""
        if not isinstance(self.score, str) or not self.score.startswith("features"):
            return "softmax"
        return Normalized(eps=0.0) if self.score == "features-random" else "normalized"

    def draw(self, seeds: Sequence[int] | None = None) -> None:
        """Draws the directions anew: by whole numbers, from which they follow, or as torch's own seed has it."""
        if self.directions.is_meta:  # see unfilled.py
            return
        generator = None
        if seeds is not None:
            state = np.random.SeedSequence(list(seeds)).generate_state(1, np.uint64)
            generator = torch.Generator().manual_seed(int(state[0] >> np.uint64(1)))
        with torch.no_grad():
            self.directions.copy_(directions(*self.directions.shape, generator=generator))

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
                return Features(RandomFeatures(self.directions), self._decay())
            case "dot":
                return Dot(self.scale)
            case "features" | "features-elu":
                return Features(EluPlusOne(), self._decay())
            case "features-relu":
                return Features(Rectified(), self._decay())
            case str():
                raise AssertionError(f"the constructor has refused {self.score!r}")
            case score:
                return score

    def extra_repr(self) -> str:
        """What torch prints in brackets."""
        return f"{self.score}{', fading' * (self.gate is not None)}"

    def _decay(self) -> Tensor | None:
        return None if self.gate is None else self.gate.sigmoid()


def drawn_seed(module: nn.Module, rate: float) -> Tensor | None:
    """A fresh dropout seed in training, None otherwise."""
    return torch.randint(2**62, ()) if module.training and rate else None
