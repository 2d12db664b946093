"""The k nearest of many keys, exactly: products of strips of keys, of which only what beats the k-th best is looked at.

    ‖q − k‖² = ‖q‖² − 2·(q · k − ‖k‖²/2)

The bracket is a matrix product and an addition; its greatest values are the nearest keys. It is taken in float32, of
whose k + SPARE best the k nearest are chosen by the squared differences themselves, in float64. So an entry can be
missed only where more than SPARE others lie within the rounding of the bracket, about 10⁻⁶ of ‖q‖² + ‖k‖².
Cost: 2·q·n·m operations, and the keys are read once for every GROUP queries.
"""

from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor

STRIP = 16384
"""Keys whose products are held at once: with GROUP queries, 8 MB."""
RUN = 128
"""Keys of which the best alone is compared first."""
GROUP = 128
"""Queries that read a strip together."""
SPARE = 8


class Best:
    """The `k` greatest scores of each of `rows` queries so far, in no order, and the numbers of their keys."""

    def __init__(self, rows: int, k: int) -> None:
        self.scores = torch.full((rows, k), -torch.inf)
        self.numbers = torch.zeros(rows, k, dtype=torch.int64)
        self._worst = torch.full((rows, 1), -torch.inf)

    def offer(self, scores: Tensor, start: int) -> None:
        """Scores (strip, rows) of keys from number `start` on; a strip is whole runs, −inf where there are no keys."""
        runs = scores.view(-1, RUN, scores.shape[1])
        rows, run = (self._worst < runs.amax(1).T).nonzero(as_tuple=True)
        if not len(rows):
            return
        if self._worst[0] == -torch.inf:  # nearly all are better than nothing
            best, places = scores.T.topk(min(self.scores.shape[1], len(scores)))
            self._take(slice(None), best, places + start)
            return
        found = runs[run, :, rows]
        which, place = (found > self._worst[rows]).nonzero(as_tuple=True)
        owner, values = rows[which], found[which, place]
        touched, owner, counts = torch.unique_consecutive(owner, return_inverse=True, return_counts=True)
        column = torch.arange(len(owner)) - (counts.cumsum(0) - counts)[owner]
        shape = len(touched), int(counts.max())
        best, numbers = torch.full(shape, -torch.inf), torch.zeros(shape, dtype=torch.int64)
        best[owner, column], numbers[owner, column] = values, start + run[which] * RUN + place
        self._take(touched, best, numbers)

    def _take(self, rows: Tensor | slice, scores: Tensor, numbers: Tensor) -> None:
        """Of what there was and what is new in these rows, the greatest."""
        every, known = torch.cat((self.scores[rows], scores), 1), torch.cat((self.numbers[rows], numbers), 1)
        best, places = every.topk(self.scores.shape[1])
        self.scores[rows], self.numbers[rows] = best, known.gather(1, places)
        self._worst[rows] = best[:, -1:]


def nearest(
    queries: Tensor, sizes: Sequence[int], read: Callable[[], Iterable[tuple[Tensor, Tensor]]], k: int
) -> tuple[Tensor, Tensor]:
    """Squared distances (q, k) in float32 and numbers (q, k) of the nearest keys; of equal ones the first comes first.

    `read` reads parts of these sizes, of k keys at least in all, from the first on: keys (n, m) and norms (n). A part
    is not looked at again once the next has been asked for.
    """
    few = candidates(queries, read(), min(k + SPARE, sum(sizes))).sort(1).values
    starts = torch.tensor([0, *sizes]).cumsum(0)
    groups = zip(torch.split(queries, GROUP), torch.split(few, GROUP), strict=True)
    found = [_sorted(group, numbers, starts, (keys for keys, _ in read())) for group, numbers in groups]
    distances, numbers = (torch.cat(each) for each in zip(*found, strict=True))
    return distances[:, :k].float(), numbers[:, :k]


def _sorted(queries: Tensor, numbers: Tensor, starts: Tensor, parts: Iterable[Tensor]) -> tuple[Tensor, Tensor]:
    """Squared distances in float64 and numbers, both (q, c), nearest first, of candidates (q, c) in their order."""
    owner = torch.bucketize(numbers, starts, right=True) - 1
    chosen = torch.empty(*numbers.shape, queries.shape[1])
    for place, keys in enumerate(parts):
        rows, columns = (owner == place).nonzero(as_tuple=True)
        if len(rows):
            chosen[rows, columns] = keys[numbers[rows, columns] - starts[place]]
    every = (chosen.double() - queries.double()[:, None]).square().sum(-1)
    distances, order = every.sort(dim=1, stable=True)
    return distances, numbers.gather(1, order)


def candidates(queries: Tensor, parts: Iterable[tuple[Tensor, Tensor]], k: int) -> Tensor:
    """Numbers (q, k) of the keys with the greatest q · k − ‖k‖²/2, in no order; `parts` are keys (n, m) and norms (n).

    There must be at least k keys. Keys are numbered from the first part on.
    """
    best = [Best(len(group), k) for group in torch.split(queries, GROUP)]
    room, start = torch.empty(STRIP * min(GROUP, len(queries))), 0
    for keys, norms in parts:
        for strip, half in zip(torch.split(keys, STRIP), torch.split(norms, STRIP), strict=True):
            whole = -(-len(strip) // RUN) * RUN
            for group, kept in zip(torch.split(queries, GROUP), best, strict=True):
                scores = room[: whole * len(group)].view(whole, len(group))
                scores[len(strip) :] = -torch.inf
                torch.mm(strip, group.T, out=scores[: len(strip)])
                scores[: len(strip)] -= half[:, None]
                kept.offer(scores, start)
            start += len(strip)
    return torch.cat([kept.numbers for kept in best])
