"""Room for what the native core's backward writes, and the gradients that it becomes."""

from typing import NamedTuple

import torch
from torch import Tensor

from regard.kernels.native_call import TILES, Plan, like_rows, up
from regard.kernels.native_terms import TermSlopes, like
from regard.kernels.request import Request
from regard.mechanisms.normalizers import Sigmoid, SoftmaxWithSink
from regard.native import BACK, address, vectors

FEW_STEPS, FEW_NUMBERS = 16, 1 << 16
"""Gradients to so many numbers of keys, from so many tiles of queries, are added up in the core's scratch."""


class Slopes(NamedTuple):
    """Gradients to query, key and value; sums of the latter two by chunk, padded, in float32; gradients to what was
    added to rows (b, h, q), to a sink by row, to what was added to columns by chunk (chunks, b, h, k), and sums of
    shares for those to additive weights (chunks, b, h, padded d)."""

    query: Tensor
    key: Tensor
    value: Tensor
    key_sums: Tensor | None
    value_sums: Tensor | None
    row: Tensor | None
    sink: Tensor | None
    column: Tensor | None
    weight: Tensor | None
    terms: TermSlopes

    @classmethod
    def of(cls, request: Request, plan: Plan, *, summed: bool = True) -> "Slopes":
        """Room for the gradients of a request; nothing is written yet. Narrow calls need no sums on the way."""
        b, h, q, k = request.sizes
        query, key, value = (like_rows(each, *each.shape) for each in (request.query, request.key, request.value))
        additive = request.weight is not None
        learned = type(request.normalizer) if isinstance(request.parameter, Tensor) else None
        return cls(
            query=query,
            key=key,
            value=value,
            key_sums=_sums(key, plan) if summed else None,
            value_sums=_sums(value, plan) if summed else None,
            row=torch.empty(b, h, q) if additive or request.row is not None or learned is Sigmoid else None,
            sink=torch.empty(b, h, q) if learned is SoftmaxWithSink else None,
            column=torch.empty(plan.chunks, b, h, k) if request.column is not None else None,
            weight=torch.empty(plan.chunks, b, h, _padded(key.shape[-1])) if additive else None,
            terms=TermSlopes.of(request, plan),
        )

    def packed(self, gradient: Tensor) -> bytes:
        """Where the gradient to the output is, and where the others and their sums go."""
        sums = (self.key_sums, self.value_sums, self.row, self.sink, self.column, self.weight)
        own = (*vectors(gradient), *vectors(self.query), *vectors(self.key), *vectors(self.value))
        return BACK.pack(*own, *map(address, sums))

    def gradients(self, request: Request) -> list[Tensor | None]:
        """The gradients to the tensors of the request, in their order; None for terms of pairs that ask for none."""
        found: list[Tensor | None] = [self.query, self.key, self.value]
        if request.weight is not None and self.weight is not None and self.row is not None:
            found.append(_to_weight(request.weight, self.row, self.weight))
        rows = self.row if self.sink is None else self.sink
        if isinstance(request.parameter, Tensor) and rows is not None:
            found.append(like(request.parameter, rows.sum((0, 2))[:, None, None]))
        if request.row is not None and self.row is not None:
            found.append(like(request.row, self.row))
        if request.column is not None and self.column is not None:
            found.append(like(request.column, self.column.sum(0)))
        if request.bias is not None:
            found.append(self.terms.of_bias(request))
        return found + self.terms.of_tables(request)


def _to_weight(weight: Tensor, row: Tensor, shares: Tensor) -> Tensor:
    """Σ g · (1 − 2·r), from sums of g by row (b, h, q) and of g · r by chunk (chunks, b, h, padded d)."""
    size = weight.shape[-1]
    of_heads = row.sum((0, 2))[:, None] - 2 * shares.sum((0, 1))[:, :size]
    heads = weight.numel() // max(size, 1)
    return of_heads.sum_to_size(heads, size).view(weight.shape).to(weight.dtype)


def _padded(size: int) -> int:
    return up(size, TILES[-1])


def _sums(slope: Tensor, plan: Plan) -> Tensor | None:
    """Room for a float32 sum by chunk, in rows of whole registers: the gradient itself where that is what it is.

    None where the core adds up a few keys in its own scratch, within one call.
    """
    *outer, size = slope.shape
    if plan.chunks == 1 and slope.dtype == torch.float32 and size % TILES[-1] == 0 and slope.is_contiguous():
        return slope
    if plan.chunks == 1 and plan.steps <= FEW_STEPS and outer[-1] * size <= FEW_NUMBERS:
        return None
    return torch.empty(plan.chunks, *outer, _padded(size))
