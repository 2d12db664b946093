"""Texts as one long row of tokens, and the stretches of it that a language model reads at once."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Whole = NDArray[np.int64]


class Stretches(NamedTuple):
    """Pieces of a stream: where each begins, how many tokens it tells, and how many of these are only context."""

    starts: Whole
    lengths: Whole
    context: Whole

    def take(self, indices: Whole) -> "Stretches":
        """The chosen ones."""
        return Stretches(*(each[indices] for each in self))


class Rows(NamedTuple):
    """Stretches as a batch (b, n): tokens, those that follow them, and where there is one to tell."""

    before: Tensor
    after: Tensor
    told: Tensor

    def to(self, device: str | torch.device) -> "Rows":
        """The same on a device."""
        return Rows(*(each.to(device) for each in self))


@dataclass(frozen=True, eq=False)
class Stream:
    """Documents end to end: of document i, tokens bounds[i] + 1 to bounds[i + 1] are told, each from those before it.

    Attributes:
        tokens: all of them, int32.
        bounds: (documents + 1,), the first 0, the last that of the last token; token bounds[i] is what document i
            begins with, the end of the one before.
    """

    tokens: NDArray[np.int32]
    bounds: Whole

    def __len__(self) -> int:
        """How many tokens are told."""
        return len(self.tokens) - 1

    def stretches(self, window: int, context: int = 0, first: int = 0) -> Stretches:
        """Every token is told once, in stretches of at most `window` tokens, `context` of which were told before.

        A document that fits into one window is one stretch; of others the first tells `first` tokens, a whole window
        if that is 0. None reaches into another document.

        >>> stream = Stream(np.arange(11, dtype=np.int32), np.array([0, 10]))
        >>> [each.tolist() for each in stream.stretches(4, context=1)]
        [[0, 3, 6], [4, 4, 4], [0, 1, 1]]
        """
        sizes, step = np.diff(self.bounds), window - context
        opening = np.where(sizes <= window, sizes, first or window)
        counts = 1 + -(-(sizes - opening) // step)
        document = np.repeat(np.arange(len(sizes)), counts)
        later = np.arange(len(document)) - np.repeat(np.cumsum(counts) - counts, counts)
        told = np.where(later == 0, 0, opening[document] + (later - 1) * step)
        before = np.where(later == 0, 0, np.minimum(context, told))
        length = np.minimum(np.where(later == 0, opening[document], step), sizes[document] - told)
        return Stretches(self.bounds[document] + told - before, length + before, before)

    def rows(self, chosen: Stretches) -> Rows:
        """The chosen stretches, one a row; zeros beyond their ends."""
        places, inside, told = _grid(chosen)
        before, after = (np.where(inside, self.tokens[np.where(inside, places + shift, 0)], 0) for shift in (0, 1))
        return Rows(torch.from_numpy(before).long(), torch.from_numpy(after).long(), torch.from_numpy(told))


def places_told(chosen: Stretches) -> Whole:
    """Which tokens the stretches tell, by number from 0, in the order of `Rows.after[Rows.told]`."""
    places, _, told = _grid(chosen)
    return places[told]


def _grid(chosen: Stretches) -> tuple[Whole, NDArray[np.bool_], NDArray[np.bool_]]:
    """(b, n): the token at each place of each row, whether there is one, and whether the one after it is told."""
    columns = np.arange(chosen.lengths.max(initial=0))
    inside = columns < chosen.lengths[:, None]
    return chosen.starts[:, None] + columns, inside, inside & (columns >= chosen.context[:, None])
