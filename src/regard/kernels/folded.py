"""Strided attention by folding: positions that are s apart become rows of their own, and each row reads itself alone.

Position p goes to row p mod s, place p // s. A query reads the keys of its own row, so that n²/s pairs are left of n²,
which the native core or the tiled kernel computes; causality, lengths and offsets follow, divided by s. Paper: Child et
al. 2019, arXiv 1904.10509, section 4.2; there is no copy of a pass, only of vectors.
"""

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn.functional import pad

from regard.kernels import native, tiled
from regard.kernels.readable import Readable
from regard.kernels.request import Request
from regard.kernels.terms import OffsetTerm
from regard.mechanisms.masks import Strided
from regard.shapes import Mixed


def refuses(request: Request) -> str | None:
    """Why this request cannot go this way, or None."""
    readable = request.readable
    if len(readable.others) != 1 or not isinstance(readable.others[0], Strided) or readable.graph is not None:
        return "it knows Strided alone, with Causal and Padding"
    if request.decay is not None:
        return "a decay counts positions, of which folding leaves one in s"
    if isinstance(readable.start, Tensor):
        return "rows of the batch that stand in different places fall into different folds"
    if request.bias is not None or request.query_term is not None or any(not t.straight for t in request.offsets):
        return "numbers of single pairs would have to be folded, too"
    if request.dropout:
        return "dropout is drawn by the pair, counted before folding"
    if 0 in request.sizes:
        return "there is nothing to fold"
    return None


def run(request: Request) -> Mixed:
    """Output (b, h, q, e): the weighted sums of the values."""
    inner, fold = folded(request)
    kernel = native if native.refuses(inner) is None else tiled
    return fold.unfolded(kernel.run(inner), request.sizes[2])


def every(request: Request) -> int:
    """s, of a request that is not refused."""
    strided = request.readable.others[0]
    assert isinstance(strided, Strided)
    return strided.every


class _Fold:
    """How positions fall into `every` rows; queries stand from `start` on."""

    def __init__(self, every: int, start: int) -> None:
        self.every, self.first, self.before = every, start // every, start % every

    def keys(self, rows: Tensor) -> Tensor:
        """(b, g, k, d) as (b · s, g, ⌈k/s⌉, d)."""
        return self._folded(rows, 0)

    def queries(self, rows: Tensor) -> Tensor:
        """(b, h, q, d) as (b · s, h, ·, d): some before the first and behind the last are nobody's."""
        return self._folded(rows, self.before)

    def _folded(self, rows: Tensor, before: int) -> Tensor:
        rows = pad(rows, (0, 0, before, -(before + rows.shape[2]) % self.every))
        b, heads, n, d = rows.shape
        parted = rows.view(b, heads, n // self.every, self.every, d)
        return parted.permute(0, 3, 1, 2, 4).reshape(b * self.every, heads, n // self.every, d)

    def unfolded(self, mixed: Mixed, queries: int) -> Mixed:
        """Back to where the queries were."""
        rows, h, places, e = mixed.shape
        parted = mixed.view(rows // self.every, self.every, h, places, e).permute(0, 2, 3, 1, 4)
        return parted.reshape(rows // self.every, h, places * self.every, e)[:, :, self.before : self.before + queries]

    def lengths(self, lengths: Tensor) -> Tensor:
        """Of rows (b), those of their folds (b · s)."""
        remainder = torch.arange(self.every, device=lengths.device)
        return (-((remainder - lengths[:, None]) // self.every)).clamp(min=0).flatten()

    def term(self, term: OffsetTerm, queries: int, keys: int) -> OffsetTerm:
        """Of so many folded queries and keys: what is added at every s-th offset."""
        at_none = int(term.key_at[0] - term.query_at[0]) + self.first * self.every + self.before
        table, middle = term.table[..., at_none % self.every :: self.every], at_none // self.every
        least, most = 1 - self.first - queries, keys - self.first
        table = pad(table, (max(0, -middle - least), max(0, most + middle - table.shape[-1])))
        middle += max(0, -middle - least)
        table = table[..., middle + least : middle + most]
        if table.shape[0] > 1:
            table = table.repeat_interleave(self.every, 0)
        query_at, key_at = (torch.arange(size, device=table.device) for size in (queries, keys))
        return OffsetTerm(table, query_at, key_at + queries - 1, straight=True)


def folded(request: Request) -> tuple[Request, _Fold]:
    """The request over folds, which is never strided, and how it was folded."""
    readable, (b, _, q, k) = request.readable, request.sizes
    assert isinstance(readable.start, int)
    fold = _Fold(every(request), readable.start)
    query, key, value = fold.queries(request.query), fold.keys(request.key), fold.keys(request.value)
    lengths = readable.key_lengths
    if lengths is None and k % fold.every:
        lengths = torch.full((b,), k, device=key.device)
    reading = readable.query_lengths
    within = Readable(
        causal=readable.causal,
        start=fold.first,
        key_lengths=None if lengths is None else fold.lengths(lengths),
        query_lengths=None if reading is None else fold.lengths(reading.clamp(0, q) + fold.before),
        finite=readable.finite,
    )
    row, column = request.row, request.column
    inner = replace(
        request,
        query=query,
        key=key,
        value=value,
        readable=within,
        row=None if row is None else fold.queries(row[..., None])[..., 0],
        column=None if column is None else fold.keys(column[..., None])[..., 0],
        offsets=tuple(fold.term(each, query.shape[2], key.shape[2]) for each in request.offsets),
    )
    return inner, fold
