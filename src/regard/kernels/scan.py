"""Causal sums over products: mixed[i] = Σ over j ≤ i of ⟨query[i], key[j]⟩ · value[j], without any pair beyond a chunk.

Within a chunk of c positions all pairs; between chunks a memory M = Σ key ⊗ value of what lies behind:

    mixed = hidden(query · keyᵀ) · value + query · M        M ← M + keyᵀ · value

The gradient of such a sum is three such sums, G being the gradient to `mixed`:

    to query[i] = Σ j ≤ i of ⟨G[i], value[j]⟩ · key[j]        to key[j] = Σ i ≥ j of ⟨value[j], G[i]⟩ · query[i]
                                                              to value[j] = Σ i ≥ j of ⟨key[j], query[i]⟩ · G[i]

so that one loop, which can run either way, serves derivatives of any order. Paper: Katharopoulos et al. 2020,
arXiv 2006.16236, section 3.3.1; in chunks, Hua et al. 2022, arXiv 2202.10447, section 3.3.

Cost: 2·n·(2·f·e + c·(f + e)) operations a head forward, three times that backward. Memory: the result and f·e numbers
a head; backward nothing is kept but query, key and value.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import torch
from torch import Tensor

from regard.kernels import native_scan

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


def scan(query: Tensor, key: Tensor, value: Tensor, labels: Tensor | None = None, order: Order = FORWARD) -> Tensor:
    """The sums, (b, h, n, e) in at least float32, of query (b, h, n, f), key (b, g, n, f), value (b, g, n, e).

    labels (b or 1, n), of which equal ones lie side by side: a position reads only those of its own label. Where
    the keys have more heads than the queries, each query sums over all the heads of its group.
    """
    mixed: Tensor = _Scan.apply(query, key, value, labels, order)  # type: ignore[no-untyped-call]
    return mixed


class _Scan(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, labels: Tensor | None, order: Order) -> Tensor:
        ctx.save_for_backward(query, key, value, labels)
        ctx.order = order
        with _no_autocast(query.device):
            return _scanned(query, key, value, labels, order)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        query, key, value, labels = ctx.saved_tensors
        order: Order = ctx.order
        sums = (
            (query, (gradient, value, key), order),
            (key, (value, gradient, query), order.turned),
            (value, (key, query, gradient), order.turned),
        )
        needed = zip(sums, ctx.needs_input_grad, strict=False)
        found = (scan(*of, labels, way).to(like.dtype) if wanted else None for (like, of, way), wanted in needed)
        return *found, None, None


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


def _scanned(query: Tensor, key: Tensor, value: Tensor, labels: Tensor | None, order: Order) -> Tensor:
    """The loop over chunks. Heads that share those of the other side lie side by side, as more rows of a matrix."""
    (b, heads, size, features), width = query.shape, value.shape[-1]
    groups = b * min(heads, key.shape[1])
    wide = torch.promote_types(torch.promote_types(query.dtype, value.dtype), torch.float32)
    mixed = torch.empty(b, heads, size, width, dtype=wide, device=query.device)
    if not mixed.numel() or not features:
        return mixed.zero_()
    if wide == torch.float32 and native_scan.takes(query, key, value):
        return native_scan.scanned(query, key, value, labels, reverse=order.reverse, strict=order.strict)
    memory = torch.zeros(groups, features, width, dtype=wide, device=query.device)
    for span, hidden, fresh, passing, ended in _chunks(query, labels, order):
        q, k, v = (x[:, :, span].to(wide).reshape(groups, -1, x.shape[-1]) for x in (query, key, value))
        scores = torch.bmm(q, k.mT)
        count = hidden.shape[-1]
        scores.view(b, -1, count, k.shape[1] // count, count).masked_fill_(hidden[:, None, :, None], 0.0)
        part = torch.bmm(scores, v).baddbmm_(_without(q, fresh, b), memory)
        mixed[:, :, span] = part.view(b, heads, count, width)
        memory = torch.baddbmm(_without(memory, ended, b), _without(k, passing, b).mT, v)
    return mixed


def _without(rows: Tensor, absent: Tensor | None, batch: int) -> Tensor:
    """Matrices whose rows are zero where `absent` (b or 1, c) says so, for every head and row of the batch."""
    if absent is None:
        return rows
    heads = rows.reshape(batch, -1, absent.shape[1], rows.shape[-1])
    return heads.masked_fill(absent[:, None, :, None], 0.0).view_as(rows)
