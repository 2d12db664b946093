"""A request as a call of the native core: how it is cut up, addresses, strides and numbers."""

from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

from regard.kernels.hashing import falling
from regard.kernels.request import Request
from regard.mechanisms.masks import Mask, Window
from regard.mechanisms.normalizers import (
    Entmax,
    Normalized,
    Plain,
    ReLU,
    Sigmoid,
    Softmax,
    SoftmaxWithSink,
    Sparsemax,
    SquaredReLU,
)
from regard.native import WHERE, What, address, library, packed, vectors

KINDS = (Softmax, ReLU, SquaredReLU, Sigmoid, Plain, Normalized, Sparsemax, Entmax)
"""Normalizers in the order of src/native/call.h; a sink is softmax with a parameter."""
TYPES = (torch.float32, torch.bfloat16)

TILES = (64, 32, 16)
"""Queries that may be worked on together, most first; sums of gradients are padded to the last."""
PIECES = 16
"""So many pieces of work, where sizes allow it, keep threads busy; call.h counts on no more chunks."""
LINE = 32
"""Numbers of bfloat16 in a line of the cache; `turned_row` of call.h is an odd number of them."""
KEPT = 1 << 21
"""Up to so many additive scores are kept for the backward pass; computing them again would cost a third of it."""
AT_ONCE = 2e10
"""Operations of one part of a call: a tenth of a second, more or less."""
FAR = 1 << 41
"""Further than from the furthest place where the core lets a query stand (src/native/masks.h) to any key."""
NOTHING = (None, None, None)
"""Told of a mask and terms that are not there."""


class Plan(NamedTuple):
    """How a request is cut up; by its sizes alone, so that the same request gives the same bits everywhere.

    tile: queries that are worked on together; tiles: of a head; chunks: parts of the tiles that share a key head, each
    of which adds up gradients to keys for itself; steps: tiles of a chunk.
    """

    tile: int
    tiles: int
    chunks: int
    steps: int

    @classmethod
    def of(cls, request: Request) -> "Plan":
        """The plan for a request."""
        b, h, q, _ = request.sizes
        return _plan(b * h, b * request.key.shape[1], q)


@lru_cache(1024)
def _plan(heads: int, shared: int, queries: int) -> Plan:
    least = TILES[-1]
    enough = [tile for tile in TILES if heads * -(-queries // tile) >= PIECES]
    tile = min(enough[0] if enough else least, max(least, up(queries, least)))
    tiles = -(-queries // tile)
    together = tiles * (heads // max(shared, 1))
    chunks = max(1, min(together, -(-PIECES // max(shared, 1))))
    return Plan(tile, tiles, chunks, max(1, -(-together // chunks)))


class Made(NamedTuple):
    """What forward makes: output (b, h, q, e); statistics of each row (b, h, q, 2), of which src/native/weights.h says
    what they are; and additive scores, tile by tile, if backward will want them and they are few."""

    mixed: Tensor
    statistics: Tensor | None
    scores: Tensor | None

    @classmethod
    def of(cls, request: Request, plan: Plan, keep: bool) -> "Made":
        """Room for it."""
        b, h, q, k = request.sizes
        numbers = b * h * plan.tiles * k * plan.tile
        kept = torch.empty(numbers) if keep and request.weight is not None and numbers <= KEPT else None
        mixed = like_rows(request.query, b, h, q, request.value.shape[-1])
        return cls(mixed, torch.empty(b, h, q, 2) if keep else None, kept)


class Held(NamedTuple):
    """The tensors that a call points to, without gaps in their last axis: they must live until it returns."""

    query: Tensor
    key: Tensor
    value: Tensor
    parameter: Tensor | None = None
    row: Tensor | None = None
    column: Tensor | None = None
    starts: Tensor | None = None
    key_lengths: Tensor | None = None
    query_lengths: Tensor | None = None
    weight: Tensor | None = None
    shares: Tensor | None = None

    @classmethod
    def of(cls, request: Request, *, wide: bool = True) -> "Held":
        """Those of a request; wide calls want room for what is made of keys."""
        (b, h, q, k), readable = request.sizes, request.readable
        start = readable.start if isinstance(readable.start, Tensor) else None
        return cls(
            dense_rows(request.query),
            dense_rows(request.key),
            dense_rows(request.value),
            _parameter(request),
            None if request.row is None else _floats(request.row, b, h, q),
            None if request.column is None else _floats(request.column, b, h, k),
            None if start is None else _whole(start, b),
            None if readable.key_lengths is None else _whole(readable.key_lengths, b),
            None if readable.query_lengths is None else _whole(readable.query_lengths, b),
            None if request.weight is None else _weight(request.weight),
            _shares(request.key) if wide and request.weight is not None else None,
        )

    def packed(
        self,
        made: Made,
        told: tuple[Tensor | None, ...] = NOTHING,
        partial: Tensor | None = None,
        turned: Tensor | None = None,
    ) -> bytes:
        """Where all of them are, what forward makes, what is told of mask and terms, room for what parts leave and for
        what `room_to_turn` says."""
        query, key, value, *given, weight, shares = self
        own = (*vectors(query), *vectors(key), *vectors(value), *vectors(made.mixed))
        others = (made.statistics, *given, *told, weight, shares, made.scores, partial, turned)
        return WHERE.pack(*own, *map(address, others))


def _parameter(request: Request) -> Tensor | None:
    """A sink or a bias for each head."""
    number, heads = request.parameter, request.sizes[1]
    if number is None or isinstance(request.normalizer, Entmax):
        return None
    return _floats(number.flatten(), heads) if isinstance(number, Tensor) else torch.full((heads,), number)


def _weight(weight: Tensor) -> Tensor:
    """The weights of additive scores (1 or h, padded d)."""
    size = weight.shape[-1]
    return pad(weight.detach().reshape(-1, size).to(torch.float32), (0, up(size, TILES[-1]) - size)).contiguous()


def _shares(key: Tensor) -> Tensor:
    """Room for what additive scores make of keys (b, g, k + 2, padded d)."""
    b, g, k, size = key.shape
    return torch.empty(b, g, k + 2, up(size, TILES[-1]))


def room_to_turn(vectors: Tensor, request: Request, plan: Plan) -> Tensor | None:
    """Room for values, or in the backward pass keys, with places side by side (b, g, padded size, a bit more than k):
    tiles of bfloat16 want them so, and more than one tile of queries can share them. Else None."""
    b, g, k, size = vectors.shape
    shared = plan.tiles * request.group > 1 and k >= LINE
    if not (library().tiled and vectors.dtype == torch.bfloat16 and request.weight is None and shared):
        return None
    return vectors.new_empty(b, g, up(size, TILES[-1]), (-(-k // LINE) | 1) * LINE)


def _floats(numbers: Tensor, *sizes: int) -> Tensor:
    return numbers.detach().to(torch.float32).expand(*sizes).contiguous()


def _whole(numbers: Tensor, batch: int) -> Tensor:
    return numbers.to(torch.int64).expand(batch).contiguous()


def dense_rows(tensor: Tensor) -> Tensor:
    """The tensor, copied if its last axis has gaps."""
    return tensor if tensor.stride(-1) == 1 or tensor.shape[-1] <= 1 else tensor.contiguous()


def like_rows(tensor: Tensor, *sizes: int) -> Tensor:
    """Room for vectors (b, heads, n, size), whose heads lie as those of a tensor do: outside of places, or within, as
    layers split them and join them again."""
    b, heads, n, size = sizes
    if tensor.stride(1) < tensor.stride(2):
        return tensor.new_empty(b, n, heads, size).transpose(1, 2)
    return tensor.new_empty(sizes)


def what(request: Request, plan: Plan) -> bytes:
    """Sizes, normalizer, reach and dropout."""
    normalizer, readable = request.normalizer, request.readable
    before, after = _reach(readable.others)
    start = 0 if isinstance(readable.start, Tensor) else max(-FAR, min(FAR, readable.start))
    (b, h, q, d), (_, g, k, e) = request.query.shape, request.value.shape
    asked = What(
        *(b, h, g, q, k, d, e),
        half=TYPES.index(request.query.dtype),
        tile=plan.tile,
        chunks=plan.chunks,
        threads=torch.get_num_threads(),
        kind=KINDS.index(Softmax if isinstance(normalizer, SoftmaxWithSink) else type(normalizer)),
        per_key=int(getattr(normalizer, "per_key", False)),
        scale=float(request.scale) if request.weight is None else 1.0,
        eps=float(getattr(normalizer, "eps", 0.0)),
        causal=int(readable.causal),
        start=start,
        before=before,
        after=after,
        weights=0 if request.weight is None else request.weight.numel() // max(d, 1),
    )
    return packed(asked if not request.dropout else _dropping(asked, request))


def _reach(masks: tuple[Mask, ...]) -> tuple[int, int]:
    """How far back and ahead windows let a query see."""
    windows = [each for each in masks if isinstance(each, Window)]
    return min((FAR, *(each.before for each in windows))), min((FAR, *(each.after for each in windows)))


def _dropping(asked: What, request: Request) -> What:
    seed = int(request.seed) & (2**64 - 1)
    kept = 1 / (1 - request.dropout)
    return asked._replace(seed=seed - (seed >> 63 << 64), falling=falling(request.dropout), kept=kept)


def items_at_once(cost: int) -> int:
    """How many items of so many operations each go into one part of a call; enough for all threads."""
    return max(4 * torch.get_num_threads(), int(AT_ONCE / cost))


def done(missing: int) -> None:
    """Looks at what a function of the core returned."""
    if missing:
        raise MemoryError("attend: no memory for the tiles of the native kernel")


def up(size: int, to: int) -> int:
    """The next multiple."""
    return -(-size // to) * to
