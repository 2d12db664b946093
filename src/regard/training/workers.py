"""Several processes that train one model: `torchrun --nproc-per-node 2 -m regard train …`.

Each worker reads its share of every batch; gradients are added up, so that all make the same update, the one that a
single process would make of the whole batch. The first alone writes, speaks and decides what depends on a clock or a
signal. A checkpoint knows nothing of how many there were.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import torch
from torch import Tensor, distributed, nn

from regard.data.batches import Indices
from regard.errors import RegardError
from regard.folder.lock import locked

PATIENCE = timedelta(hours=24)
"""How long workers wait while the first validates; one that dies is noticed at once."""


class WorkerError(RegardError, RuntimeError):
    """A training whose other workers are gone."""


@dataclass(frozen=True)
class Workers:
    """This process, `rank`, of `count`."""

    rank: int = 0
    count: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the one that writes and speaks."""
        return self.rank == 0

    def share(self, indices: Indices) -> Indices:
        """This worker's items of a batch; together the workers have each once."""
        return indices[self.rank :: self.count]

    def agreed(self, numbers: Callable[[], list[float]]) -> list[float]:
        """The numbers that the first worker finds, on every one."""
        if self.count == 1:
            return numbers()
        told: list[list[float] | None] = [numbers() if self.first else None]
        _together(lambda: distributed.broadcast_object_list(told, src=0))
        return told[0] or []

    def summed(self, number: float) -> float:
        """The number, added up over all workers."""
        if self.count == 1:
            return number
        told = torch.tensor([number], dtype=torch.float64)
        _together(lambda: distributed.all_reduce(told))
        return float(told)

    def added(self, network: nn.Module, loss: float) -> float:
        """The loss added up over all workers; the gradients of the network are, too, in place."""
        if self.count == 1:
            return loss
        learned = [each for each in network.parameters() if each.requires_grad]
        for each in learned:
            each.grad = torch.zeros_like(each) if each.grad is None else each.grad
        parts: list[Tensor] = [each.grad for each in learned if each.grad is not None]
        flat = torch.cat([each.flatten() for each in parts])
        _together(lambda: distributed.all_reduce(flat))
        for part, summed in zip(parts, torch.split(flat, [each.numel() for each in parts]), strict=True):
            part.copy_(summed.view_as(part))
        return self.summed(loss)


ALONE = Workers()


@cache
def workers() -> Workers:
    """This process among those that torchrun has started; alone without it."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1 or "RANK" not in os.environ:
        return ALONE
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    distributed.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo", timeout=PATIENCE)
    return Workers(distributed.get_rank(), distributed.get_world_size())


def is_first() -> bool:
    """Whether this process is the one that speaks, asked before anything is joined."""
    return os.environ.get("RANK", "0") == "0"


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """The folder's lock, which the first worker takes for all."""
    if not is_first():
        yield
        return
    with locked(folder):
        yield


def _together(speak: Callable[[], object]) -> None:
    """What all workers do at once. Raises WorkerError where one is gone."""
    try:
        speak()
    except RuntimeError as error:
        raise WorkerError(
            "training: every worker must go on to the end; what was learned until the last checkpoint is kept",
            got=f"one that is gone: {' '.join(str(error).split())[:160]}",
            hint="the same command again goes on, with as many workers as you like",
        ) from error
