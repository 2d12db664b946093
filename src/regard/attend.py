"""The one door: checks, lowers, plans, dispatches, and tells an observer if one is set.

weights[b, h, q, k] = normalizer over the readable k of score(query[q], key[k])
output[b, h, q]     = Σ over k of weights[q, k] · value[k]
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import replace
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from regard.checks import check_choices, check_dropout, check_shapes, unknown
from regard.errors import OptionError
from regard.kernels import dense
from regard.kernels.catalogue import KERNELS, Kernel, prefers
from regard.kernels.request import Request
from regard.lowering import lower_mask, lower_score, without_unreadable
from regard.mechanisms.masks import Mask
from regard.mechanisms.normalizers import Normalizer, Softmax
from regard.mechanisms.scores import Dot, Score


class Seen(NamedTuple):
    """What an observer is told of one call: who called, what is computed, and the weights when asked."""

    name: str
    request: Request
    keys: int

    def weights(self) -> Tensor:
        """Undropped weights (b, h, q, k); keys that nobody may read have zeros."""
        with _no_autocast(self.request.query):
            read = dense.weights(self.request)
        return F.pad(read, (0, self.keys - read.shape[-1]))


class Plan(NamedTuple):
    """Which kernel computes a call, and why the others do not."""

    kernel: str
    passed_over: dict[str, str]

    def __str__(self) -> str:
        others = "".join(f"\n  not {name}: {reason}" for name, reason in self.passed_over.items())
        return f"kernel {self.kernel}{others}"


class Read(NamedTuple):
    """What was read: the weights (*b, h, q, k); a row sums to one, or is zero if it may read nothing."""

    weights: Tensor


_observer: ContextVar[Callable[[Seen], None] | None] = ContextVar("regard_observer", default=None)


@contextmanager
def observed(observer: Callable[[Seen], None]) -> Iterator[None]:
    """Within this block every call of `attend` is told to `observer`, on this thread and task only."""
    token = _observer.set(observer)
    try:
        yield
    finally:
        _observer.reset(token)


def attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    *,
    score: Score = Dot(),  # noqa: B008  (frozen)
    normalizer: Normalizer = Softmax(),  # noqa: B008
    mask: Mask | None = None,
    query_start: int | Tensor | None = None,
    dropout: float = 0.0,
    seed: int | Tensor | None = None,
    kernel: str = "auto",
    name: str = "",
) -> Tensor:
    """Each query's weighted sum of the values: (*b, h, q, e), in the value's dtype.

    Args:
        query: (*b, h, q, d); with three axes (h, q, d), with two (q, d).
        key: (*b, g, k, d); query head h reads key head h // (h / g).
        value: (*b, g, k, e).
        score: how well a query matches a key: `Dot`, `Bilinear`, `Additive`, `Cosine`.
        normalizer: scores into weights: `Softmax`.
        mask: who may read whom, `Causal()`, `Padding(keys=, queries=)`, joined with `&`; None is everybody.
            A row that may read nothing gives zero, and what nobody may read never matters, even if it is NaN.
        query_start: where the first query stands among the keys, a number or one for every row; k − q unless
            given, so that the last query stands at the last key.
        dropout: chance of a normalised weight to fall; the rest are divided by 1 − dropout.
        seed: number or tensor that decides which fall (kernels/hashing.py); needed with dropout.
        kernel: `auto`, or a name: then exactly that one, or an error, never another in silence.
        name: what observers see this call called.

    Raises:
        ShapeError: tensors that do not fit together.
        OptionError: a choice that does not exist or not in this combination.

    The classic example (X = I₃, one weight matrix for query, key and value, d = 2):

    >>> w = torch.tensor([[1, 0], [0, 1], [1, 1]], dtype=torch.float64)
    >>> weights(w, w).weights.round(decimals=3).tolist()
    [[0.401, 0.198, 0.401], [0.198, 0.401, 0.401], [0.248, 0.248, 0.503]]
    >>> attend(w, w, w).round(decimals=3).tolist()
    [[0.802, 0.599], [0.599, 0.802], [0.752, 0.752]]
    """
    check_dropout(dropout, seed)
    with _no_autocast(query):
        request = _request(query, key, value, score, normalizer, mask, query_start)
        if dropout and seed is not None:
            request = replace(request, dropout=dropout, seed=seed)
        chosen = _chosen(request, kernel)
        if (observer := _observer.get()) is not None:
            observer(Seen(name, request, key.shape[-2]))
        return chosen.run(request).reshape(*query.shape[:-1], value.shape[-1])


def weights(
    query: Tensor,
    key: Tensor,
    *,
    score: Score = Dot(),  # noqa: B008
    normalizer: Normalizer = Softmax(),  # noqa: B008
    mask: Mask | None = None,
    query_start: int | Tensor | None = None,
) -> Read:
    """The weights that `attend` averages with, (*b, h, q, k). Arguments as there. Memory: q·k a head."""
    with _no_autocast(query):
        request = _request(query, key, key, score, normalizer, mask, query_start)
        read = Seen("", request, key.shape[-2]).weights()
    return Read(read.reshape(*query.shape[:-1], key.shape[-2]))


def plan(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    *,
    score: Score = Dot(),  # noqa: B008
    normalizer: Normalizer = Softmax(),  # noqa: B008
    mask: Mask | None = None,
    query_start: int | Tensor | None = None,
    dropout: float = 0.0,
) -> Plan:
    """Which kernel `attend` takes for these types and shapes, and why not the others. Arguments as there."""
    request = _request(query, key, value, score, normalizer, mask, query_start)
    return _plan(replace(request, dropout=dropout))


def _request(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    score: Score,
    normalizer: Normalizer,
    mask: Mask | None,
    query_start: int | Tensor | None,
) -> Request:
    check_choices(score, normalizer, mask)
    check_shapes(query, key, value, score)
    query, key, value = _four_axes(query), _four_axes(key), _four_axes(value)
    readable = lower_mask(mask, query, key.shape[2], query_start)
    query, key, value = without_unreadable(query, key, value, readable)
    kind, query, key, scale, weight = lower_score(score, query, key)
    return Request(kind, query, key, value, scale, weight, readable, normalizer)


def _no_autocast(tensor: Tensor) -> AbstractContextManager[object]:
    kind = tensor.device.type
    return torch.autocast(kind, enabled=False) if torch.amp.is_autocast_available(kind) else nullcontext()


def _four_axes(tensor: Tensor) -> Tensor:
    if tensor.dim() == 4:
        return tensor
    if tensor.dim() < 4:
        return tensor.reshape((1,) * (4 - tensor.dim()) + tuple(tensor.shape))
    return tensor.flatten(0, -4)


def _chosen(request: Request, name: str) -> Kernel:
    if name == "auto":
        return KERNELS[_plan(request).kernel]
    if name not in KERNELS:
        raise unknown("attend: kernel", name, ["auto", *KERNELS])
    if (reason := KERNELS[name].refuses(request)) is not None:
        raise OptionError(f"attend: kernel {name!r} must support the request", got=reason, hint="kernel='auto'")
    return KERNELS[name]


def _plan(request: Request) -> Plan:
    passed_over: dict[str, str] = {}
    for kernel in KERNELS.values():
        reason = kernel.refuses(request) or prefers(kernel, request)
        if reason is None:
            return Plan(kernel.name, passed_over)
        passed_over[kernel.name] = reason
    raise AssertionError("the dense kernel refuses nothing")
