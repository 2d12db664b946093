"""The generator of images: a grey image grows pixel by pixel, and of every image it can be told how likely it is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from regard.data.stream import Rows
from regard.decoding.rules import Step
from regard.decoding.sampling import Sampling, sample
from regard.inputs.image.canvas import Canvas, Levels
from regard.inputs.text import END
from regard.models.nats import nats_of
from regard.networks.language import Language

FIRST = END + 1
"""The token of the darkest level; those before it are a text's, and END is what every image begins with."""
PIXELS = 8192
"""Pixels that are read together unless it is said otherwise; nothing depends on it."""
SAMPLING = Sampling()


@dataclass(frozen=True)
class LevelsAlone:
    """Nothing but a level is ever drawn."""

    def __call__(self, scores: Tensor, step: Step) -> Tensor:
        """The scores, −inf for what is no level."""
        scores = scores.clone()
        scores[:, :FIRST] = -inf
        return scores


class Painter:
    """A canvas and a language model whose words are levels of grey.

        p(image) = Π over i of p(pixel i | pixels before it, row by row)

    Paper: van den Oord et al. 2016, arXiv 1601.06759; with attention, Parmar et al. 2018, arXiv 1802.05751.
    """

    def __init__(self, canvas: Canvas, network: Language) -> None:
        self.canvas, self.network = canvas, network

    @property
    def device(self) -> torch.device:
        """Where the network lives."""
        return next(self.network.parameters()).device

    def nats(self, levels: Levels, batch_pixels: int = PIXELS) -> NDArray[np.float64]:
        """−ln p of each image (n,), from its levels (n, pixels)."""
        self.network.eval()
        found = []
        with torch.inference_mode():
            for part in _parts(len(levels), batch_pixels // self.canvas.pixels):
                before, after, _ = rows_of(levels[part]).to(self.device)
                states = self.network(before).flatten(0, 1)
                each = nats_of(self.network.scores, states, after.flatten())
                found.append(each.reshape(-1, self.canvas.pixels).sum(1))
        return np.concatenate(found) if found else np.zeros(0)

    def paint(self, given: Levels, how: Sampling = SAMPLING, *, first: int = 0, rows: int = 64) -> Levels:
        """Images as levels (n, pixels) that begin with the given ones (n, g), where g may be 0.

        Drawn from the seed and the image's number, counted from `first`; `rows` are drawn together. Cost: a step of the
        network for each pixel, whose memory is constant where attention is linear.
        """
        self.network.eval()
        how = replace(how, longest=self.canvas.pixels - given.shape[1], ends=0, rules=(LevelsAlone(),))
        painted = np.empty((len(given), self.canvas.pixels), np.uint8)
        painted[:, : given.shape[1]] = given
        for part in _parts(len(given), rows):
            begun = [[END, *(row.astype(int) + FIRST).tolist()] for row in given[part]]
            drawn = sample(self.network, begun, range(first + part.start, first + part.start + len(begun)), how)
            painted[part, given.shape[1] :] = np.array([each.tokens for each in drawn]) - FIRST
        return painted


def rows_of(levels: Levels) -> Rows:
    """Levels (n, pixels) as a network reads them: END and all but the last, and what is told after each."""
    after = torch.from_numpy(levels.astype(np.int64) + FIRST)
    before = torch.cat((torch.full_like(after[:, :1], END), after[:, :-1]), 1)
    return Rows(before, after, torch.ones_like(after, dtype=torch.bool))


def _parts(count: int, size: int) -> Iterator[slice]:
    """So many items in parts of this size."""
    for start in range(0, count, max(1, size)):
        yield slice(start, min(start + max(1, size), count))
