"""The weights themselves: a slice, the greatest of each row, sums of rows and columns; or all, for their price."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from regard.checks import as_positions
from regard.errors import OptionError
from regard.kernels import dense, reading
from regard.kernels.request import Request
from regard.mechanisms.legality import Choice
from regard.mechanisms.masks import Mask
from regard.mechanisms.normalizers import Normalizer, Softmax
from regard.mechanisms.positions import Position
from regard.mechanisms.scores import Dot, Score
from regard.planning import no_autocast, requested

LIMIT = 1 << 30
"""Bytes of weights that are given without being asked twice."""


class Read(NamedTuple):
    """What was read: weights (*b, h, q, k); or with `top`, weights and keys (*b, h, q, top), the greatest first."""

    weights: Tensor
    keys: Tensor | None = None


class Summary(NamedTuple):
    """What rows and columns of the weights amount to.

    entropy (*b, h, q) in nats; columns (*b, h, k), the weight each key gets from all queries; blocks
    (*b, h, ⌈q/size⌉, ⌈k/size⌉), the greatest weight in each square of size × size.
    """

    entropy: Tensor
    columns: Tensor
    blocks: Tensor


def weights(
    query: Tensor,
    key: Tensor,
    *,
    score: Score = Dot(),  # noqa: B008
    normalizer: Normalizer = Softmax(),  # noqa: B008
    mask: Mask | None = None,
    position: Position | tuple[Position, ...] | None = None,
    query_start: int | Tensor | None = None,
    queries: slice | int | None = None,
    heads: slice | int | None = None,
    top: int | None = None,
    full: bool = False,
) -> Read:
    """The weights that `attend` averages with, undropped: (*b, h, q, k).

    query, key, score, normalizer, mask, position and query_start are those of `attend`.

    Args:
        queries: some consecutive queries, a slice without steps, or the number of one.
        heads: some heads, likewise.
        top: only so many of each row, the greatest first, and the keys they belong to (−1 where there are no more).
        full: yes, more than 1 GiB.

    Memory: what comes out and one strip. All weights together can be differentiated; a part of them, with
    `queries`, `heads` or `top`, is for reading: it carries no gradient.

    >>> import math, torch
    >>> query, key = torch.tensor([[1.0]]), torch.tensor([[0.0], [math.log(3)]])
    >>> weights(query, key).weights.round(decimals=2).tolist()
    [[0.25, 0.75]]
    >>> weights(query, key, top=1).keys.tolist()
    [[1]]
    """
    with no_autocast(query):
        choice = Choice(score, normalizer, mask, as_positions(position))
        request = requested(query, key, key, choice, query_start)
        wanted = _span("queries", queries, request.sizes[2])
        chosen = _span("heads", heads, request.sizes[1])
        keys = key.shape[-2]
        if top is not None and top < 1:
            raise OptionError("weights: top counts keys", got=str(top), hint="top=16")
        _check_cost(request, wanted, chosen, top if top is not None else keys, full=full)
        if top is None and queries is None and heads is None:
            every = F.pad(dense.weights(request), (0, keys - request.sizes[3]))
            return Read(every.reshape(*query.shape[:-1], keys))
        with torch.no_grad():
            return _part(request, query, wanted, chosen, (keys, top))


def _part(request: Request, query: Tensor, queries: slice, heads: slice, width: tuple[int, int | None]) -> Read:
    keys, top = width
    found = reading.greatest(request, queries, top) if top is not None else (reading.some(request, queries),)
    axes = query.shape[:-3] if query.dim() > 3 else ()
    lead = (*axes, heads.stop - heads.start) if query.dim() > 2 else ()
    shaped = [each[:, heads].reshape(*lead, *each.shape[2:]) for each in found]
    if top is None:
        return Read(F.pad(shaped[0], (0, keys - request.sizes[3])))
    return Read(*shaped)


def summary(
    query: Tensor,
    key: Tensor,
    *,
    score: Score = Dot(),  # noqa: B008
    normalizer: Normalizer = Softmax(),  # noqa: B008
    mask: Mask | None = None,
    position: Position | tuple[Position, ...] | None = None,
    query_start: int | Tensor | None = None,
    block: int = 64,
) -> Summary:
    """Entropy of the rows, sums of the columns, and greatest weights of blocks. The choices are those of `attend`.

    Memory: what comes out and one strip. For reading: carries no gradient.
    """
    if block < 1:
        raise OptionError("summary: block counts queries and keys", got=str(block), hint="block=64")
    with no_autocast(query), torch.no_grad():
        choice = Choice(score, normalizer, mask, as_positions(position))
        request = requested(query, key, key, choice, query_start)
        entropy, columns, blocks = reading.summary(request, block)
        missing = key.shape[-2] - request.sizes[3]
        more = -(-key.shape[-2] // block) - blocks.shape[-1]
        lead = query.shape[:-2]
        return Summary(
            entropy.reshape(*lead, -1),
            F.pad(columns, (0, missing)).reshape(*lead, -1),
            F.pad(blocks, (0, more)).reshape(*lead, blocks.shape[-2], -1),
        )


def _span(what: str, asked: slice | int | None, size: int) -> slice:
    if asked is None:
        return slice(0, size)
    if isinstance(asked, int):
        asked = slice(asked, asked + 1) if asked >= 0 else slice(asked + size, asked + size + 1)
    start, stop, step = asked.indices(size)
    if step != 1 or stop <= start:
        raise OptionError(
            f"weights: {what} are some of {size}, side by side", got=str(asked), hint=f"{what}=slice(0, 8)"
        )
    return slice(start, stop)


def _check_cost(request: Request, queries: slice, heads: slice, width: int, *, full: bool) -> None:
    b, every, _, _ = request.sizes
    rows = b * every * (queries.stop - queries.start)
    held = rows * width * request.query.element_size()
    if held > LIMIT and not full:
        raise OptionError(
            f"weights: they would hold {held / 1e9:.1f} GB",
            got=f"{rows:,} rows of {width:,} weights",
            hint="top=16, queries=slice(0, 100), `regard.summary(...)`, or full=True",
        )
