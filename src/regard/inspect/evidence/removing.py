"""What changes when a part is gone: each position of the item, each head of each call."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from regard.attend import Seen
from regard.inspect.capture.held import Held, held
from regard.inspect.record import Floats
from regard.inspect.subjects.base import Subject, Variant
from regard.inspect.subjects.variants import spans

MOST = 256
"""Removals of one look; of a longer item runs of positions are removed together."""
READ = 1 << 18
"""Positions that are read for all removals together."""


class Occluded(NamedTuple):
    """Changes (answers, n), and how many positions were removed at once."""

    changes: Floats
    together: int


def occluded(subject: Subject, base: Tensor) -> Occluded:
    """By how much each answer changes when a position is removed; `base` (a,) is what is said of the whole item."""
    count = len(subject.axes[subject.judged].labels)
    if not subject.removal.how:
        return Occluded(np.full((len(base), count), np.nan, np.float32), 1)
    every = list(spans(count, max(1, min(MOST, READ // max(count, 1)))))
    with torch.inference_mode():
        said = subject.told(subject.network, [Variant(without=run) for run in every])
    each = (said - base).float().cpu().numpy().T
    lengths = [len(run) for run in every]
    return Occluded(np.repeat(each, lengths, axis=1).astype(np.float32), lengths[0])


def ablated(subject: Subject, calls: Sequence[Held], base: Tensor) -> dict[str, Floats] | None:
    """For each call, by its own name, the changes (answers, h) when one head's output is zero.

    None where that would be more reading than `READ`.
    """
    count = max(len(axis.labels) for axis in subject.axes.values())
    heads = {call.name: call.request.sizes[1] for call in calls}
    if sum(heads.values()) * count > READ:
        return None
    found: dict[str, NDArray[np.float32]] = {}
    for name, number in heads.items():
        each = [said_without(subject, name, head) - base for head in range(number)]
        found[name] = torch.stack(each, 1).float().cpu().numpy()
    return found


def said_without(subject: Subject, name: str, head: int) -> Tensor:
    """What is said of each answer (a,) when a call's head gives zero."""

    def change(called: str, seen: Seen, mixed: Tensor) -> Tensor:
        if called != name:
            return mixed
        mixed = mixed.clone()
        mixed[:, head] = 0
        return mixed

    return said_with(subject, change)[0]


def said_with(
    subject: Subject, change: Callable[[str, Seen, Tensor], Tensor] | None, variant: Variant | None = None
) -> tuple[Tensor, list[Held]]:
    """What is said of each answer (a,), and the calls of that pass."""
    with torch.inference_mode():
        said, calls = held(lambda: subject.told(subject.network, [variant or Variant()]), change)
    return said[0], calls
