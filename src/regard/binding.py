"""One attention bound to its shapes: what `attend` checks and chooses at every call is checked and chosen once."""

from typing import Any, NamedTuple

import torch
from torch import Tensor

from regard.attend import attend, is_observed
from regard.checks import as_positions
from regard.errors import ShapeError, shapes
from regard.kernels.native_again import Again
from regard.kernels.request import Request
from regard.mechanisms.legality import Choice
from regard.mechanisms.masks import Mask
from regard.mechanisms.normalizers import Normalizer, Softmax
from regard.mechanisms.positions import Position
from regard.mechanisms.scores import Dot, Score
from regard.planning import chosen, requested


class _Now(NamedTuple):
    """What is known for one number of keys: their shapes, and the packed call where there is one."""

    key: torch.Size
    value: torch.Size
    again: Again | None


class Bound:
    """What `bind` gives: called with query, key and value, it gives what `attend` would; `kernel` computes it."""

    def __init__(self, given: tuple[Tensor, Tensor, Tensor], choices: dict[str, Any], kernel: str) -> None:
        query, key, value = given
        self._choices, self._query, self._dtype = choices, query.shape, query.dtype
        request = self._requested(*given)
        self.kernel = chosen(request, kernel).name
        self._everybody = request.readable.everybody
        self._now = _Now(key.shape, value.shape, self._packed(request, given))

    def __call__(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Output as `attend` gives it, for vectors as they were bound, with any number of keys."""
        now = self._now
        if key.shape != now.key or value.shape != now.value:
            now = self._now = self._grown(now, query, key, value)
        if query.shape != self._query or not query.dtype == key.dtype == value.dtype == self._dtype:
            raise self._other(query, key, value)
        if now.again is None or self._special(query, key, value):
            return attend(query, key, value, **self._choices, kernel=self.kernel)
        return now.again(query, key, value)

    @staticmethod
    def _special(query: Tensor, key: Tensor, value: Tensor) -> bool:
        """Whether this call needs more than the numbers of the output."""
        if not type(query) is type(key) is type(value) is Tensor or not (query.is_cpu and key.is_cpu and value.is_cpu):
            return True
        learning = torch.is_grad_enabled() and (query.requires_grad or key.requires_grad or value.requires_grad)
        return learning or is_observed() or torch.compiler.is_compiling()

    def _grown(self, now: _Now, query: Tensor, key: Tensor, value: Tensor) -> _Now:
        """The same for another number of keys; all else must be as it was bound."""
        keys = key.shape[-2] if key.dim() > 1 else 0
        for given, bound in ((key.shape, now.key), (value.shape, now.value)):
            if given != (*bound[:-2], keys, bound[-1]):
                raise self._other(query, key, value)
        again = now.again
        if again is not None:
            again = again.grown(keys) if self._everybody else None
            again = again or self._packed(self._requested(query, key, value), (query, key, value))
        return _Now(key.shape, value.shape, again)

    def _requested(self, query: Tensor, key: Tensor, value: Tensor) -> Request:
        own = self._choices
        choice = Choice(own["score"], own["normalizer"], own["mask"], as_positions(own["position"]))
        return requested(query, key, value, choice, own["query_start"])

    def _packed(self, request: Request, given: tuple[Tensor, Tensor, Tensor]) -> Again | None:
        """The packed call, where nothing but the three matters, as they are given."""
        query, key, value = given
        lowered, readable = (request.query, request.key.shape, request.value.shape), request.readable
        unchanged = lowered[0] is query and lowered[1:] == (key.shape, value.shape) and len(request.tensors) == 3
        by_shapes = readable.simple and readable.key_lengths is None and readable.query_lengths is None
        if not unchanged or not by_shapes or isinstance(readable.start, Tensor) or self.kernel != "native":
            return None
        return Again(request) if Again.suits(request) else None

    def _other(self, query: Tensor, key: Tensor, value: Tensor) -> ShapeError:
        now = self._now
        bound = f"query {tuple(self._query)}, key {tuple(now.key)}, value {tuple(now.value)}, {self._dtype}"
        kinds = " ".join(sorted({str(each.dtype) for each in (query, key, value)}))
        return ShapeError(
            "bound attention: all but the number of keys must be as it was bound",
            got=f"{shapes(query=query, key=key, value=value)}, {kinds}",
            hint=f"{bound}, with any number of keys; or bind again",
        )


def bind(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    *,
    score: Score = Dot(),  # noqa: B008  (frozen)
    normalizer: Normalizer = Softmax(),  # noqa: B008
    mask: Mask | None = None,
    position: Position | tuple[Position, ...] | None = None,
    query_start: int | Tensor | None = None,
    kernel: str = "auto",
) -> Bound:
    """`attend` for many calls alike, as a function of query, key and value: for loops that decode step by step.

    Arguments and results are those of `attend`, without dropout. Checks and the choice of the kernel are made here,
    for these types and shapes; later calls may differ in the number of keys alone.

    Cost: where the native kernel computes a call that holds no other tensors, a small call takes about 5 µs in all, a
    tenth of what `attend` takes (docs/benchmarks.md); with another number of keys somewhat more. Elsewhere it costs
    what `attend` does.

    Raises:
        ShapeError, OptionError: as `attend`; a later call of another shape or type.

    >>> import regard
    >>> query, cache = torch.randn(2, 4, 1, 8), torch.randn(2, 4, 9, 8)
    >>> step = bind(query, cache, cache, mask=regard.Causal())
    >>> longer = torch.cat((cache, torch.randn(2, 4, 1, 8)), 2)
    >>> torch.allclose(step(query, longer, longer), regard.attend(query, longer, longer), atol=1e-6)
    True
    """
    choices = {"score": score, "normalizer": normalizer, "mask": mask, "position": position, "query_start": query_start}
    return Bound((query, key, value), choices, kernel)
