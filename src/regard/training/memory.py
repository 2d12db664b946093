"""A step that memory does not hold is read in halves, whose gradients add up to the same."""

import torch

from regard.data.batches import Indices
from regard.errors import RegardError

HALVINGS = 6
"""How often a batch is halved before training gives up."""


class ShortOfMemory(RegardError, MemoryError):
    """A training whose smallest batches do not fit into memory."""


def is_memory(error: BaseException) -> bool:
    """Whether this says that memory ran out, on a processor or a device."""
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def halved(batches: list[Indices]) -> list[Indices]:
    """Each batch in two, those of one item as they are."""
    halves = (part for batch in batches for part in (batch[: len(batch) // 2], batch[len(batch) // 2 :]))
    return [part for part in halves if len(part)]


def gave_up(step: int, error: BaseException, batches: list[Indices]) -> ShortOfMemory:
    """The error where halving did not help."""
    items = max(map(len, batches))
    return ShortOfMemory(
        f"training, step {step:,}: memory must hold a batch, and did not when it was halved; the step was not made",
        got=f"{items:,} item{'s' * (items > 1)} at a time: {' '.join(str(error).split())[:120]}",
        hint="a smaller --batch-tokens, network or --longest; other programs that hold memory",
    )
