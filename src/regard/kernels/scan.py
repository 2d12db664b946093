"""Causal sums over products: mixed[i] = Σ over j ≤ i of ⟨query[i], key[j]⟩ · value[j], without any pair beyond a chunk.

Within a chunk of c positions all pairs; between chunks a memory M = Σ key ⊗ value of what lies behind:

    mixed = hidden(query · keyᵀ) · value + query · M        M ← M + keyᵀ · value

The gradient of such a sum is three such sums, G being the gradient to `mixed`:

    to query[i] = Σ j ≤ i of ⟨G[i], value[j]⟩ · key[j]        to key[j] = Σ i ≥ j of ⟨value[j], G[i]⟩ · query[i]
                                                              to value[j] = Σ i ≥ j of ⟨key[j], query[i]⟩ · G[i]

so that one loop, which can run either way, serves derivatives of any order. With a decay γ each pair counts γ^|i − j|,
in the gradients too, and M ← γ^c · M + …; the gradient to ln γ is the sum of all pairs times their distance:

    Σ over i of i · (⟨query[i], its gradient⟩ − ⟨key[i], its gradient⟩)

Papers: Katharopoulos et al. 2020, arXiv 2006.16236, section 3.3.1; in chunks, Hua et al. 2022, arXiv 2202.10447,
section 3.3; with a decay, Sun et al. 2023, arXiv 2307.08621, section 2.3.

Cost: 2·n·(2·f·e + c·(f + e)) operations a head forward, three times that backward. Memory: the result and f·e numbers
a head; backward nothing is kept but query, key and value.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import torch
from torch import Tensor

from regard.kernels import native_scan
from regard.kernels.ages import Ages

CHUNK = 64
"""Positions computed pair by pair. On one core, 8 heads, f = e = 64, n = 8,192, float32: 46, 42, 47 and 65 ms with 32,
64, 96 and 128."""


class Order(NamedTuple):
    """Who comes before whom: position i reads j ≤ i, or j ≥ i where `reverse`; not itself where `strict`."""

    reverse: bool = False
    strict: bool = False

    @property
    def turned(self) -> "Order":
        """The order of the gradients to key and value: from the end."""
        return self._replace(reverse=not self.reverse)

    def spans(self, size: int) -> Iterator[slice]:
        """Chunks of positions, in the order in which they are read."""
        firsts = range(0, size, CHUNK)
        for first in reversed(firsts) if self.reverse else firsts:
            yield slice(first, min(first + CHUNK, size))

    def hides(self, device: torch.device) -> Tensor:
        """True where, within a chunk, a position (the rows) may not read another (the columns)."""
        pairs = torch.ones(CHUNK, CHUNK, dtype=torch.bool, device=device)
        return pairs.tril(-1 + self.strict) if self.reverse else pairs.triu(1 - self.strict)


FORWARD = Order()


def scan(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    labels: Tensor | None = None,
    order: Order = FORWARD,
    decay: Tensor | None = None,
) -> Tensor:
    """The sums, (b, h, n, e) in at least float32, of query (b, h, n, f), key (b, g, n, f), value (b, g, n, e).

    labels (b or 1, n), of which equal ones lie side by side: a position reads only those of its own label. Where
    the keys have more heads than the queries, each query sums over all the heads of its group. decay (groups or 1,) is
    ln γ of each group of heads that share a memory; with labels there is none.
    """
    assert labels is None or decay is None
    mixed: Tensor = _Scan.apply(query, key, value, labels, order, decay)  # type: ignore[no-untyped-call]
    return mixed


class _Scan(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        labels: Tensor | None,
        order: Order,
        decay: Tensor | None,
    ) -> Tensor:
        ctx.save_for_backward(query, key, value, labels, decay)
        ctx.order = order
        with _no_autocast(query.device):
            return _scanned(query, key, value, labels, order, decay)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        query, key, value, labels, decay = ctx.saved_tensors
        order: Order = ctx.order
        sums = (
            ((gradient, value, key), order),
            ((value, gradient, query), order.turned),
            ((key, query, gradient), order.turned),
        )
        fades: bool = ctx.needs_input_grad[5]
        asked = [wanted or (fades and i < 2) for i, wanted in enumerate(ctx.needs_input_grad[:3])]
        found = [
            scan(*of, labels, way, decay) if wanted else None for (of, way), wanted in zip(sums, asked, strict=True)
        ]
        to_decay = None
        if fades:
            assert decay is not None and found[0] is not None and found[1] is not None
            to_decay = _to_decay(query * found[0], key * found[1], decay, order)
        kinds = zip(found, (query, key, value), ctx.needs_input_grad, strict=False)
        own = (None if each is None or not wanted else each.to(like.dtype) for each, like, wanted in kinds)
        return *own, None, None, to_decay


def _to_decay(query: Tensor, key: Tensor, decay: Tensor, order: Order) -> Tensor:
    """The gradient to ln γ, from query and key (b, ·, n, f), each times its own gradient.

    Both add up to the same, so that positions may be counted from anywhere: from the middle less cancels.
    """
    b, size, groups = query.shape[0], query.shape[2], min(query.shape[1], key.shape[1])
    place = torch.arange(size, dtype=torch.float64, device=query.device) - (size - 1) / 2
    sides = (each.double().sum(-1).reshape(b, groups, -1, size).sum((0, 2)) for each in (query, key))
    found = (next(sides) - next(sides)) @ place * (-1 if order.reverse else 1)
    return (found.sum()[None] if len(decay) == 1 else found).to(decay.dtype)


def _no_autocast(device: torch.device) -> AbstractContextManager[object]:
    """For a backward pass within autocast: sums over thousands of keys need their float32."""
    kind = device.type
    return torch.autocast(kind, enabled=False) if torch.amp.is_autocast_available(kind) else nullcontext()


class _Chunk(NamedTuple):
    """Positions read at once, and where labels part them: what is hidden (b or 1, c, c), which of them do not read
    the memory or will not stay in it (b or 1, c), and whether the memory ends here (b or 1, 1)."""

    span: slice
    hidden: Tensor
    fresh: Tensor | None = None
    passing: Tensor | None = None
    ended: Tensor | None = None


def _chunks(query: Tensor, labels: Tensor | None, order: Order) -> Iterator[_Chunk]:
    pairs = order.hides(query.device)
    before: Tensor | None = None
    for span in order.spans(query.shape[2]):
        hidden = pairs[None, : span.stop - span.start, : span.stop - span.start]
        if labels is None:
            yield _Chunk(span, hidden)
            continue
        here = labels[:, span]
        last = here[:, :1] if order.reverse else here[:, -1:]
        before = last if before is None else before
        yield _Chunk(span, hidden | (here[:, :, None] != here[:, None]), here != before, here != last, before != last)
        before = last


def _scanned(
    query: Tensor, key: Tensor, value: Tensor, labels: Tensor | None, order: Order, decay: Tensor | None
) -> Tensor:
    """The loop over chunks. Heads that share those of the other side lie side by side, as more rows of a matrix."""
    (b, heads, size, features), width = query.shape, value.shape[-1]
    groups = b * min(heads, key.shape[1])
    wide = torch.promote_types(torch.promote_types(query.dtype, value.dtype), torch.float32)
    mixed = torch.empty(b, heads, size, width, dtype=wide, device=query.device)
    if not mixed.numel() or not features:
        return mixed.zero_()
    if wide == torch.float32 and decay is None and native_scan.takes(query, key, value):
        return native_scan.scanned(query, key, value, labels, reverse=order.reverse, strict=order.strict)
    memory = torch.zeros(groups, features, width, dtype=wide, device=query.device)
    ages = None if decay is None else Ages(decay.to(wide), groups, b, reverse=order.reverse)
    for span, hidden, fresh, passing, ended in _chunks(query, labels, order):
        q, k, v = (x[:, :, span].to(wide).reshape(groups, -1, x.shape[-1]) for x in (query, key, value))
        scores = torch.bmm(q, k.mT)
        count = hidden.shape[-1]
        scores.view(b, -1, count, k.shape[1] // count, count).masked_fill_(hidden[:, None, :, None], 0.0)
        if ages is not None:
            scores, q, k = ages.of_pairs(scores, count), ages.reading(q, count), ages.staying(k, count)
        part = torch.bmm(scores, v).baddbmm_(_without(q, fresh, b), memory)
        mixed[:, :, span] = part.view(b, heads, count, width)
        if ages is not None:
            memory = ages.of_memory(memory, count)
        memory = torch.baddbmm(_without(memory, ended, b), _without(k, passing, b).mT, v)
    return mixed


def _without(rows: Tensor, absent: Tensor | None, batch: int) -> Tensor:
    """Matrices whose rows are zero where `absent` (b or 1, c) says so, for every head and row of the batch."""
    if absent is None:
        return rows
    heads = rows.reshape(batch, -1, absent.shape[1], rows.shape[-1])
    return heads.masked_fill(absent[:, None, :, None], 0.0).view_as(rows)
