"""The whole way from what was asked for to what a kernel computes."""

from typing import NamedTuple

import torch
from torch import Tensor

from regard.kernels.request import Request
from regard.lowering.clearing import read_by_all, without_unreadable
from regard.lowering.masks import lower_mask
from regard.lowering.positions import Ground, added, turned
from regard.lowering.scores import lower_score, project
from regard.mechanisms.legality import Choice
from regard.mechanisms.normalizers import Entmax, Normalizer, Sigmoid, SoftmaxWithSink
from regard.mechanisms.positions import Rotary
from regard.mechanisms.scores import Additive, Features
from regard.shapes import Key, Query, Value


class Asked(NamedTuple):
    """The vectors with four axes each, the choices, and where the first query stands, if it was said."""

    query: Query
    key: Key
    value: Value
    choice: Choice
    start: int | Tensor | None


def lower(asked: Asked) -> Request:
    """The request for what was asked. What nobody may read is cut off or zeroed first."""
    query, key, value, choice, _ = asked
    score, normalizer, mask, positions = choice
    fading = isinstance(score, Features) and score.decay is not None
    readable, where = lower_mask(mask, asked.query, asked.key.shape[2], asked.start, positions, fading=fading)
    if not readable.everybody or not query.shape[2] or not key.shape[2]:
        query, key, value = without_unreadable(query, key, value, readable)
        readable, where = read_by_all(readable, key.shape[2]), where._replace(keys=key.shape[2])
    projected = turning = project(score, query)
    for position in positions:
        if isinstance(position, Rotary):
            turning, key = turned(position, turning, key, where)
    lowered = lower_score(score, turning, key, normalizer)
    return Request(
        kind="additive" if isinstance(score, Additive) else "dot",
        query=lowered.query,
        key=lowered.key,
        value=value,
        scale=lowered.scale,
        weight=lowered.weight,
        readable=readable,
        normalizer=normalizer,
        parameter=_parameter(normalizer, query),
        row=lowered.row,
        column=lowered.column,
        decay=lowered.decay,
        **(added(positions, projected, lowered.scale, Ground(where, mask, readable)) if positions else {}),
    )


def _parameter(normalizer: Normalizer, query: Query) -> float | Tensor | None:
    """The normalizer's number, a tensor as (h or 1, 1, 1) in the statistics' type."""
    match normalizer:
        case SoftmaxWithSink(number) | Sigmoid(number) | Entmax(number):
            if isinstance(number, Tensor):
                wide = torch.promote_types(query.dtype, torch.float32)
                return number.to(query.device, wide).reshape(-1, 1, 1)
            return float(number)
        case _:
            return None
