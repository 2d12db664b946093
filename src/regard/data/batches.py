"""Batches of like lengths, by tokens: little padding, and the same work in each."""

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


def token_batches(
    source: NDArray[np.int64],
    target: NDArray[np.int64],
    tokens: int,
    seed: int,
    epoch: int,
    short_first: float = 0.0,
) -> list[Indices]:
    """The items of one epoch, each exactly once, in batches of at most `tokens` tokens a side, padding included.

    Items of like lengths share a batch; which ones, and the order of batches, is drawn anew each epoch from
    (seed, epoch), so a position in training is (epoch, number of the batch). An item longer than `tokens` is a
    batch of its own. `short_first` orders the first epoch: 0 at random, 1 from the shortest batch to the longest,
    between them a mixture of both.

    >>> lengths = np.array([3, 9, 3, 8, 3])
    >>> sorted(len(batch) for batch in token_batches(lengths, lengths, 9, seed=1, epoch=0))
    [1, 1, 3]
    """
    random = np.random.Generator(np.random.PCG64([seed, epoch]))
    order = np.lexsort((random.random(len(source)), source, target))
    batches = cut(source[order], target[order], tokens)
    chance = random.random(len(batches))
    if epoch == 0:
        chance = short_first * np.arange(len(batches)) / max(len(batches), 1) + (1 - short_first) * chance
    return [order[batches[i]] for i in np.argsort(chance, kind="stable")]


def cut(source: NDArray[np.int64], target: NDArray[np.int64], tokens: int) -> list[slice]:
    """Consecutive items, cut where padding to the longest would pass `tokens` on either side."""
    batches, start, widest = [], 0, 0
    for i, (here, there) in enumerate(zip(source.tolist(), target.tolist(), strict=True)):
        widest = max(widest, here, there)
        if i > start and widest * (i + 1 - start) > tokens:
            batches.append(slice(start, i))
            start, widest = i, max(here, there)
    return [*batches, slice(start, len(source))] if len(source) else batches
