"""One call of `attend` as plain arrays: whole where it is small, else the greatest weights of each row."""

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from regard.inspect.capture.gathering import Gathered, gathered
from regard.inspect.capture.held import Held
from regard.inspect.capture.matched import as_array, matched
from regard.inspect.capture.words import mask_in_words, named, positions_in_words, score_in_words
from regard.inspect.record import Call, Floats, Top
from regard.kernels.request import Request

WHOLE = 1 << 22
"""Weights h·q·k of a call up to which everything is kept; 16 MiB in float32, and as much for its scores."""
TOP = 16
"""Weights of a row that are kept of a larger call."""
ALONG = ("diagonal", "previous", "next", "first")


class Place(NamedTuple):
    """What a call is to a network: its name, self | cross | pool, its layer, and the axes that it joins."""

    name: str
    role: str
    layer: int
    queries: str
    keys: str


def call_of(held: Held, place: Place, row: int = 0, whole: int = WHOLE) -> Call:
    """The call of one row of the batch; of more than `whole` weights only the greatest of each row are kept."""
    request, keys = held.request, held.keys
    _, h, q, _ = request.sizes
    small = h * q * keys <= whole
    request = _wide(request) if small else request
    with torch.no_grad():
        found = gathered(request, row, keys, top=TOP, whole=small)
        fast = held.output[row].detach().float().cpu()
        return Call(
            **place._asdict(),
            **_in_words(held, request),
            weights=None if found.whole is None else found.whole.numpy(),
            top=None if small else _top(found),
            sums=found.sums.numpy(),
            map=found.map.numpy(),
            facts=_facts(found, q, place.role == "self" and q == keys),
            difference=float((found.mixed - fast).abs().max()) if fast.numel() else 0.0,
            **(_numbers(held, request, row, found) if small else NOTHING),
        )


def _wide(request: Request) -> Request:
    """The same vectors in float64, so that what is kept of them is right to the last place of a float32."""
    query, key, value = (each.double() for each in (request.query, request.key, request.value))
    return request.over(query, key, value)


NOTHING: dict[str, Any] = {
    **dict.fromkeys(("readable", "query", "key", "value", "terms", "scores", "output")),
    "before": {},
}


def _in_words(held: Held, request: Request) -> dict[str, Any]:
    choice = held.steps[0].choice
    product = request.kind == "dot" and request.row is None and request.column is None
    return {
        "score": score_in_words(choice, request),
        "normalizer": named(choice.normalizer),
        "mask": mask_in_words(choice.mask),
        "position": positions_in_words(choice),
        "scale": float(request.scale) if product else None,
    }


def _numbers(held: Held, request: Request, row: int, found: Gathered) -> dict[str, Any]:
    """Everything that the weights and the output come from."""
    missing = held.keys - request.sizes[3]
    query, key, value = (each[row] for each in (request.query, request.key, request.value))
    parts = matched(request, row, held.keys)
    given = {"query": (held.query[row], query), "key": (held.key[row], _filled(key, missing))}
    return {
        "readable": parts.readable,
        "query": as_array(query),
        "key": as_array(_filled(key, missing)),
        "value": as_array(_filled(value, missing)),
        "terms": parts.terms,
        "scores": parts.scores,
        "output": found.mixed.numpy(),
        "before": {name: as_array(one) for name, (one, other) in given.items() if _differ(one, other)},
        "match": None if request.weight is None else as_array(request.weight.reshape(-1, query.shape[-1])),
        "parameter": _parameter(request),
    }


def _parameter(request: Request) -> Floats | None:
    if request.parameter is None:
        return None
    number = torch.as_tensor(request.parameter, dtype=torch.float32).detach().reshape(-1)
    return as_array(number.expand(request.sizes[1]))


def _top(found: Gathered) -> Top:
    rest = found.sums - found.best.sum(-1)
    return Top(found.at.numpy().astype(np.int32), found.best.numpy(), rest.numpy())


def _facts(found: Gathered, queries: int, itself: bool) -> dict[str, Floats]:
    """Means over the rows that read anything, one number a head."""
    alive = (found.best != 0).any(-1) if found.best.shape[-1] else found.sums > 0
    count = alive.sum(-1).clamp(min=1)
    rows = {"entropy": found.entropy, "greatest": found.best.amax(-1) if found.best.shape[-1] else found.sums}
    if itself:
        rows |= {"distance": found.distance, **dict(zip(ALONG, found.along, strict=True))}
    else:
        rows["first"] = found.along[ALONG.index("first")]
    return {name: as_array((each * alive).sum(-1) / count) for name, each in rows.items()}


def _filled(vectors: Tensor, missing: int) -> Tensor:
    """Zeros in place of keys that nobody may read, which were cut off."""
    return pad(vectors, (0, 0, 0, missing)) if missing else vectors


def _differ(one: Tensor, other: Tensor) -> bool:
    return one.shape != other.shape or not torch.equal(one.to(other.dtype), other)
