"""Terms of pairs for the native core, and room for the gradients to them (src/native/terms.h)."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

from regard.kernels.native_call import Plan
from regard.kernels.request import Request
from regard.kernels.terms import OffsetTerm
from regard.native import address, vectors

SPARE = 16
"""Numbers after the end of a straight table, which a register may reach over to."""
AT_ONCE = 4
"""Key heads of a row that keep threads busy enough."""
NO_VECTORS = (0, 0, 0, 0)


class TermSlopes(NamedTuple):
    """Sums of gradients, None where none is asked for: to each table (chunks, b, h, its size), to the numbers of each
    query (b, h, q, buckets), to the bias (b or 1, h or 1, q, k)."""

    tables: tuple[Tensor | None, ...] = ()
    rows: Tensor | None = None
    bias: Tensor | None = None

    @classmethod
    def of(cls, request: Request, plan: Plan) -> "TermSlopes":
        """Zeros for what asks for a gradient."""
        b, h, q, k = request.sizes
        asked = [term.table if term.table.requires_grad else None for term in request.offsets]
        sizes = [term.table.shape[-1] + SPARE * term.straight for term in request.offsets]
        rows, bias = request.query_term, request.bias
        return cls(
            tuple(
                None if each is None else torch.zeros(plan.chunks, b, h, size)
                for each, size in zip(asked, sizes, strict=True)
            ),
            torch.zeros(rows.table.shape) if rows is not None and rows.table.requires_grad else None,
            torch.zeros(*bias.shape[:2], q, k) if bias is not None and bias.requires_grad else None,
        )

    def apart(self, request: Request, plan: Plan) -> list[range]:
        """The backward pass's items (chunks, b, key heads), in parts of which none writes to a bias of another's."""
        b, g = request.key.shape[:2]
        if self.bias is None or self.bias.shape[0] == b or self.sharing(request):
            return [range(plan.chunks * b * g)]
        return [range(first, first + g) for first in range(0, plan.chunks * b * g, max(g, 1))]

    def sharing(self, request: Request) -> int:
        """How many rows times heads a bias has whose gradient is summed in a pass of its own; 0 if it is not.

        Rows that share a bias are worked on one after another instead, where there are key heads enough to do so.
        """
        b, h, g = (*request.sizes[:2], request.key.shape[1])
        if self.bias is None or self.bias.shape[:2] == (b, h) or (self.bias.shape[1] == h and g >= AT_ONCE):
            return 0
        return self.bias.shape[0] * self.bias.shape[1]

    def of_bias(self, request: Request) -> Tensor | None:
        """The gradient to the bias."""
        return None if self.bias is None or request.bias is None else like(request.bias, self.bias)

    def of_tables(self, request: Request) -> list[Tensor | None]:
        """The gradients to the tables of offsets and of queries, in the request's order."""
        found: list[Tensor | None] = []
        for term, sums in zip(request.offsets, self.tables, strict=True):
            if sums is not None:
                sums = sums.sum(0)
                sums = sums[..., : -SPARE or None].flip(-1) if term.straight else sums
            found.append(None if sums is None else like(term.table, sums))
        if request.query_term is not None:
            found.append(None if self.rows is None else self.rows.to(request.query_term.table.dtype))
        return found


def like(tensor: Tensor, slope: Tensor) -> Tensor:
    """A gradient summed to the axes of what it belongs to, in its type."""
    return slope.sum_to_size(tensor.shape).to(tensor.dtype)


class Terms(NamedTuple):
    """What a call is told of the terms of pairs; it must live until the call returns."""

    told: Tensor | None = None
    held: tuple[Tensor, ...] = ()

    @classmethod
    def of(cls, request: Request, slopes: TermSlopes | None = None) -> "Terms":
        """Those of a request; backward also where their gradients are added up."""
        if not request.offsets and request.query_term is None and request.bias is None:
            return cls()
        sums = TermSlopes((None,) * len(request.offsets)) if slopes is None else slopes
        held: list[Tensor] = []
        offsets = [_offsets(each, to, held) for each, to in zip(request.offsets, sums.tables, strict=True)]
        table = torch.tensor(offsets, dtype=torch.int64)
        fields = (table.data_ptr(), len(offsets), *_rows(request, sums.rows, held), *_bias(request, held))
        to_bias = NO_VECTORS if sums.bias is None else _vectors(sums.bias)
        return cls(torch.tensor((*fields, *to_bias, int(sums.sharing(request) > 0))), (table, *held))


def _offsets(term: OffsetTerm, slopes: Tensor | None, held: list[Tensor]) -> tuple[int, ...]:
    """The fields of `Offsets`."""
    table = term.table.detach().float()
    table = pad(table.flip(-1), (0, SPARE)) if term.straight else table.contiguous()
    places = () if term.straight else (term.query_at.contiguous(), term.key_at.contiguous())
    held += [table, *places]
    row, head = (0 if table.shape[axis] == 1 else table.stride(axis) for axis in (0, 1))
    at = [each.data_ptr() for each in places] or [0, 0]
    return table.data_ptr(), row, head, table.shape[-1], *at, address(slopes)


def _rows(request: Request, slopes: Tensor | None, held: list[Tensor]) -> tuple[int, ...]:
    """The fields for numbers of each query."""
    if request.query_term is None:
        return (0,) * 7
    table, *places = request.query_term
    own, bucket, query_at, key_at = table.detach().float().contiguous(), *(each.contiguous() for each in places)
    held += [own, bucket, query_at, key_at]
    bucket_row = 0 if len(bucket) == 1 else bucket.stride(0)
    where = (bucket.data_ptr(), query_at.data_ptr(), key_at.data_ptr())
    return own.data_ptr(), own.shape[-1], bucket_row, *where, address(slopes)


def _bias(request: Request, held: list[Tensor]) -> tuple[int, ...]:
    """The fields of the bias, copied only where its last axis has gaps."""
    if request.bias is None:
        return NO_VECTORS
    bias = request.bias.detach().float()
    bias = bias.expand(*bias.shape[:3], request.sizes[3])
    held.append(bias if bias.stride(-1) == 1 else bias.contiguous())
    return _vectors(held[-1])


def _vectors(tensor: Tensor) -> tuple[int, ...]:
    """Where it lies, and its first three strides, 0 along axes of one."""
    at, *strides = vectors(tensor)
    return at, *(0 if size == 1 else stride for size, stride in zip(tensor.shape, strides, strict=False))
