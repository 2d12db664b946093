"""How many multiplications and additions the products of a step are, by torch's own count of the textbook's."""

from functools import cache

import torch
from benchmarks.training.contestants import PRECISIONS, Contestant, made
from torch.utils.flop_counter import FlopCounterMode

from regard.inputs.batch import Batch as Source
from regard.training.data import Batch


def operations(group: str, batch: Batch) -> int:
    """Forward and backward, padding included."""
    return _counted(group, tuple(batch.source.values.shape), tuple(batch.target_in.shape))


@cache
def _counted(group: str, source: tuple[int, int], target: tuple[int, int]) -> int:
    ids = torch.ones(target, dtype=torch.long)
    full = torch.full((source[0],), source[1])
    read = Source(torch.ones(source, dtype=torch.long), full)
    batch = Batch(read, ids, ids, torch.full((target[0],), target[1]))
    with FlopCounterMode(display=False) as counter:
        loss = made(Contestant(group, "textbook", PRECISIONS[0])).loss(batch)  # type: ignore[operator]
        loss.backward()
    return counter.get_total_flops()
