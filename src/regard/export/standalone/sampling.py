"""Drawing the next token in numpy: the same numbers as regard draws, from the same seeds."""

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from regard.errors import OptionError
from regard.export.standalone.graphs import Array


@dataclass(frozen=True)
class Sampling:
    """Temperature (0 takes the likeliest), the `top_k` likeliest (0 is all), the share `top_p`, a seed.

    `longest` is the most tokens that are drawn, `ends` how many line ends end a text (0: none does).
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 1
    longest: int = 500
    ends: int = 1

    def __post_init__(self) -> None:
        """Raises OptionError for a number that makes no sense."""
        least = {"temperature": 0, "top_k": 0, "seed": 0, "longest": 1, "ends": 0}
        for name, lowest in least.items():
            value = getattr(self, name)
            if not (isfinite(value) and value >= lowest):
                rule = f"sampling: {name.replace('_', '-')} must be at least {lowest}"
                raise OptionError(rule, got=str(value), hint="leave it out to have the default")
        if not 0 < self.top_p <= 1:
            got = str(self.top_p)
            raise OptionError("sampling: top-p must be above 0 and at most 1", got=got, hint="0.95, or 1 for all")

    def pick(self, scores: Array, chances: Array) -> Array:
        """A token (b) for each row of log-probabilities (b, v), by a number (b) from 0 to 1 that is drawn evenly.

        >>> scores = np.log([[0.5, 0.3, 0.2]])
        >>> [int(Sampling().pick(scores, np.array([chance]))[0]) for chance in (0.4, 0.6, 0.9)]
        [0, 1, 2]
        """
        if self.temperature == 0:
            return np.asarray(scores.argmax(-1))
        wide = scores.astype(np.float64)
        order = np.argsort(-wide, -1, kind="stable")
        ranked = np.take_along_axis(wide, order, -1)
        p = np.exp((ranked - ranked[:, :1]) / self.temperature)
        p /= p.sum(-1, keepdims=True)
        if self.top_k:
            p[:, self.top_k :] = 0
        p /= p.sum(-1, keepdims=True)
        reached = p.cumsum(-1)
        inside = (reached - p < self.top_p) & (p > 0)
        place = (reached <= (chances * (p * inside).sum(-1))[:, None]).sum(-1)
        return np.take_along_axis(order, np.minimum(place, inside.sum(-1) - 1)[:, None], 1)[:, 0]


def barred(scores: Array, end: int) -> Array:
    """Scores without padding, the unknown token and the beginning, which are never written."""
    found = scores.copy()
    found[:, :end] = -inf
    return found
