"""What is added to scores because of positions, held in O(q + k) numbers a head and spread out tile by tile."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

Span = slice | Tensor
"""Consecutive keys, or the numbers of some."""


class OffsetTerm(NamedTuple):
    """term[b, h, i, j] = table[b, h, key_at[j] − query_at[i]]; the table is (b or 1, h or 1, offsets).

    key_at (k,) and query_at (q,) are whole numbers whose difference always lies within the table; `straight` says
    that both count up by ones, so that a tile is a band of diagonals.
    """

    table: Tensor
    query_at: Tensor
    key_at: Tensor
    straight: bool

    def tile(self, queries: slice, keys: Span) -> Tensor:
        """The terms of a tile: (b or 1, h or 1, q, k)."""
        exported = torch.compiler.is_exporting()  # to graphs that know no windows of an open size
        if self.straight and isinstance(keys, slice) and queries.stop > queries.start and not exported:
            return self._band(queries, keys).unfold(-1, keys.stop - keys.start, 1).flip(-2)
        return self.table[..., self._index(queries, keys)]

    def collect(self, gradient: Tensor, queries: slice, keys: Span) -> None:
        """Adds the gradient of a tile (b or 1, h or 1, q, k) to the table, in place."""
        if self.straight and isinstance(keys, slice):
            q = queries.stop - queries.start
            shifted = pad(gradient.flip(-2), (0, q)).flatten(-2)[..., :-q]
            self._band(queries, keys).add_(shifted.reshape(*shifted.shape[:-1], q, -1).sum(-2))
        else:
            self.table.index_add_(-1, self._index(queries, keys).flatten(), gradient.flatten(-2))

    def _index(self, queries: slice, keys: Span) -> Tensor:
        return self.key_at[keys] - self.query_at[queries][:, None]

    def _band(self, queries: slice, keys: slice) -> Tensor:
        """The stretch of the table that a tile looks at, from its last query and first key on."""
        q, k = queries.stop - queries.start, keys.stop - keys.start
        first = keys.start + self.query_at.shape[0] - queries.stop
        return self.table.narrow(-1, first, q + k - 1)


class QueryTerm(NamedTuple):
    """term[b, h, i, j] = table[b, h, i, bucket[b, key_at[j] − query_at[i]]]; the table is (b, h, q, r).

    bucket (b or 1, offsets) holds whole numbers below r.
    """

    table: Tensor
    bucket: Tensor
    query_at: Tensor
    key_at: Tensor

    def of(self, rows: slice, heads: slice) -> "QueryTerm":
        """The same for some rows of the batch and some heads."""
        bucket = self.bucket[rows] if self.bucket.shape[0] > 1 else self.bucket
        return self._replace(table=self.table[rows, heads], bucket=bucket)

    def tile(self, queries: slice, keys: Span) -> Tensor:
        """The terms of a tile: (b, h, q, k)."""
        rows = self.table[:, :, queries]
        index = self._index(queries, keys)
        return rows.gather(-1, index.expand(*rows.shape[:2], *index.shape[2:]))

    def collect(self, gradient: Tensor, queries: slice, keys: Span) -> None:
        """Adds the gradient of a tile (b, h, q, k) to the table, in place."""
        index = self._index(queries, keys).expand(gradient.shape)
        self.table[:, :, queries].scatter_add_(-1, index, gradient)

    def _index(self, queries: slice, keys: Span) -> Tensor:
        """The bucket of each pair of a tile: (b or 1, 1, q, k)."""
        return self.bucket[:, None, self.key_at[keys] - self.query_at[queries][:, None]]
