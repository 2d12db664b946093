"""What the same numbers would be where they can mean nothing: a shuffled item, an untrained twin, uniform weights."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from regard.attend import Seen
from regard.inspect.capture.held import Held, held
from regard.inspect.evidence.columns import row_means
from regard.inspect.evidence.removing import said_with
from regard.inspect.subjects.base import Answer, Subject, Variant
from regard.kernels.opaque import run
from regard.mechanisms.normalizers import Softmax
from regard.planning import chosen


class Control(NamedTuple):
    """What is said of each answer (a,), and for each answer the weights (n,) of its readers; None where all alike."""

    said: Tensor
    weights: list[NDArray[np.float64]] | None


OTHER = 7_919
"""Added to a look's seed for the twin's: with the training's own it would be the network as it began."""


def controls(subject: Subject, seed: int) -> dict[str, Control]:
    """Each by its name; the twin only where the network can be built again, the shuffle where content can be moved."""
    found = {"shuffled input": _shuffled(subject, seed)} if subject.removal.moved else {}
    twin = subject.twin(seed + OTHER)
    if twin is not None:
        with torch.inference_mode():
            said, calls = held(lambda: subject.told(twin, [Variant()]))
        found["untrained twin"] = Control(said[0], reading_weights(subject, calls))
    return {**found, "uniform weights": Control(said_with(subject, uniform)[0], None)}


def reading_weights(subject: Subject, calls: Sequence[Held]) -> list[NDArray[np.float64]]:
    """For each answer the mean weights (k,) of its readers."""
    wanted = set(subject.readers([call.name for call in calls]))
    readers = [call for call in calls if call.name in wanted]
    return [np.mean([row_means(call, answer.rows) for call in readers], 0) for answer in subject.answers]


def uniform(name: str, seen: Seen, mixed: Tensor) -> Tensor:
    """The mean of the values that each query may read, in place of an output."""
    request = seen.request
    alike = replace(
        request,
        kind="dot",
        query=torch.zeros_like(request.key[:, :1, :1]).expand(*request.sizes[:3], request.key.shape[-1]),
        weight=None,
        normalizer=Softmax(),
        parameter=None,
        row=None,
        column=None,
        offsets=(),
        query_term=None,
        bias=None,
        edge_bias=None,
    )
    return run(chosen(alike, "auto"), alike)


def _shuffled(subject: Subject, seed: int) -> Control:
    """The item's content in a random order, none where it stood; its weights as they fell on the content."""
    order = np.arange(len(subject.axes[subject.judged].labels))
    ring = np.random.default_rng(seed).permutation(np.array(subject.removal.moved, np.int64))
    order[ring] = np.roll(ring, 1)
    said, calls = said_with(subject, None, Variant(order=tuple(order.tolist())))
    back = np.argsort(order)
    return Control(said, [weights[back] for weights in reading_weights(subject, calls)])


def judged_only(column: NDArray[np.float64], answer: Answer) -> NDArray[np.float64]:
    """The column, NaN where a position is not judged."""
    return column if answer.judged is None else np.where(answer.judged, column, np.nan)
