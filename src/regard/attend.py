"""The one door: checks, lowers, plans, dispatches, and tells an observer if one is set.

weights[b, h, q, k] = normalizer over the readable k of ( score(query[q], key[k]) + position(q, k) )
output[b, h, q]     = Σ over k of weights[q, k] · value[k]
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from regard.checks import as_positions, check_dropout
from regard.kernels import dense, folded, opaque
from regard.kernels.request import Request
from regard.mechanisms.legality import Choice
from regard.mechanisms.masks import Mask
from regard.mechanisms.normalizers import Normalizer, Softmax
from regard.mechanisms.positions import Position
from regard.mechanisms.scores import Dot, Score
from regard.planning import chosen, no_autocast, pick, requested, settled


class Seen(NamedTuple):
    """What an observer is told of one call: who called, what is computed, and the weights when asked.

    `request` holds queries and keys after every transformation that enters the score, `query` and `key` as the caller
    passed them, among `keys` keys; `choice` is the caller's.
    """

    name: str
    request: Request
    keys: int
    query: Tensor
    key: Tensor
    choice: Choice

    def weights(self) -> Tensor:
        """Undropped weights (b, h, q, k); keys that nobody may read have zeros."""
        with no_autocast(self.request.query):
            read = dense.weights(self.request)
        return F.pad(read, (0, self.keys - read.shape[-1]))


class Plan(NamedTuple):
    """Which kernel computes a call, why the others do not, and what it costs.

    operations: multiplications and additions (and tanh, for additive scores) of the forward pass, as if no tile
    were empty; held: bytes that the dense computation would hold for its scores.
    """

    kernel: str
    passed_over: dict[str, str]
    operations: int
    held: int

    def __str__(self) -> str:
        others = "".join(f"\n  not {name}: {reason}" for name, reason in self.passed_over.items())
        cost = f"{self.operations:,} operations; all scores at once would hold {self.held:,} bytes"
        return f"kernel {self.kernel}: {cost}{others}"


Observer = Callable[[Seen], Callable[[Tensor], Tensor] | None]
"""Told of a call before it is computed; what it answers, if anything, is given the output (b, h, q, e) and passes on
that or another."""

_observer: ContextVar[Observer | None] = ContextVar("regard_observer", default=None)


@contextmanager
def observed(observer: Observer) -> Iterator[None]:
    """Within this block every call of `attend` is told to `observer`, on this thread and task only.

    An observer that answers with a function hears the output, too, and may change it. What torch.compile has compiled
    tells nothing: look at the model itself.
    """
    token = _observer.set(observer)
    try:
        yield
    finally:
        _observer.reset(token)


def is_observed() -> bool:
    """Whether somebody is to be told of calls."""
    return _observer.get() is not None


def attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    *,
    score: Score = Dot(),  # noqa: B008  (frozen)
    normalizer: Normalizer = Softmax(),  # noqa: B008
    mask: Mask | None = None,
    position: Position | tuple[Position, ...] | None = None,
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
        score: how well a query matches a key: `Dot`, `Bilinear`, `Additive`, `Cosine`, `Distance`, `Features`.
        normalizer: scores into weights: `Softmax`, `SoftmaxWithSink`, `ReLU`, `SquaredReLU`, `Sigmoid`, `Plain`,
            `Normalized`, `Sparsemax`, `Entmax`, `TopK`.
        mask: who may read whom, `Causal()`, `Padding(keys=, queries=)`, `Window(before, after)`, …, joined with
            `& | ~`; None is everybody. A row that may read nothing gives zero, and what nobody may read never
            matters, even if it is NaN.
        position: what the score feels of places: `Rotary`, `Alibi`, `RelativeBias`, `RelativeKeys`, `Bias`,
            `EdgeBias`; a tuple of them adds up.
        query_start: where the first query stands among the keys, a number or one for every row; k − q unless
            given, so that the last query stands at the last key.
        dropout: chance of a normalised weight to fall; the rest are divided by 1 − dropout.
        seed: number or tensor that decides which fall (kernels/hashing.py); needed with dropout.
        kernel: `auto`, or a name: then exactly that one, or an error, never another in silence.
        name: what observers see this call called.

    Cost: `plan` tells it. Memory beyond inputs and outputs: O(q + k) a head, except where `plan` says dense.

    Raises:
        ShapeError: tensors that do not fit together.
        OptionError: a choice that does not exist or not in this combination (mechanisms/legality.py).

    The classic example (X = I₃, one weight matrix for query, key and value, d = 2):

    >>> import regard
    >>> w = torch.tensor([[1, 0], [0, 1], [1, 1]], dtype=torch.float64)
    >>> regard.weights(w, w).weights.round(decimals=3).tolist()
    [[0.401, 0.198, 0.401], [0.198, 0.401, 0.401], [0.248, 0.248, 0.503]]
    >>> attend(w, w, w).round(decimals=3).tolist()
    [[0.802, 0.599], [0.599, 0.802], [0.752, 0.752]]
    """
    check_dropout(dropout, seed)
    choice = Choice(score, normalizer, mask, as_positions(position))
    with no_autocast(query):
        found = settled(query, key, value, choice, query_start) if kernel == "auto" and not dropout else None
        if found is None:
            request = requested(query, key, value, choice, query_start)
            if dropout and seed is not None:
                request = replace(request, dropout=dropout, seed=seed)
            found = chosen(request, kernel), request
        observer = None if torch.compiler.is_compiling() else _observer.get()
        hears = None if observer is None else observer(Seen(name, found[1], key.shape[-2], query, key, choice))
        mixed = opaque.run(*found)
        if hears is not None:
            mixed = hears(mixed)
    return mixed if query.dim() == 4 else mixed.reshape(*query.shape[:-1], value.shape[-1])


def plan(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    *,
    score: Score = Dot(),  # noqa: B008
    normalizer: Normalizer = Softmax(),  # noqa: B008
    mask: Mask | None = None,
    position: Position | tuple[Position, ...] | None = None,
    query_start: int | Tensor | None = None,
    dropout: float = 0.0,
) -> Plan:
    """Which kernel `attend` takes for these types and shapes, why not the others, and what it costs."""
    choice = Choice(score, normalizer, mask, as_positions(position))
    return _plan(replace(requested(query, key, value, choice, query_start), dropout=dropout))


def _plan(request: Request) -> Plan:
    name, passed_over = pick(request)
    b, h, q, k = request.sizes
    d, e = request.query.shape[-1], request.value.shape[-1]
    pairs = len(request.readable.graph.source) * b * h if request.readable.graph is not None else b * h * q * k
    if name == "folded":
        pairs //= folded.every(request)
    operations = 2 * b * h * (q + k) * d * e if name == "recurrent" else 2 * pairs * (d + e)
    held = b * h * q * k * 4 * (d if request.kind == "additive" else 1)
    return Plan(name, passed_over, operations, held)
