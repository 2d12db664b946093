"""Any request, strip by strip: memory grows with q + k, never with q·k, forward and backward.

Forward, each strip of queries with the keys that it may read (strips.py):

    scores = match(query, key) + terms        weights = normalizer(scores)        output = weights · value

and keeps a few numbers a row: what the normalizer needs to find the weights from the scores again. Backward computes
the scores a second time and, with G the gradient to the output:

    to value = weightsᵀ · G     to weights = G · valueᵀ     to scores = normalizer's slope     to query, key, terms

Empty tiles are skipped. Every sum has a fixed order, so that the same call gives the same bits. The gradient of a
gradient is computed by the dense kernel, at its cost. Paper for softmax: Dao et al. 2022, arXiv 2205.14135, section
3.1; here a strip holds whole rows, so that nothing is rescaled and normalizers with a threshold work, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from regard.kernels import dense
from regard.kernels.adding import Tile, added, collect
from regard.kernels.fading import collect_fading, faded
from regard.kernels.hashing import kept_at
from regard.kernels.matching import Vectors, fold, scores, slopes, unfold
from regard.kernels.normalize import rule_of
from regard.kernels.request import Request
from regard.kernels.strips import Strip, strips
from regard.shapes import Mixed


def refuses(request: Request) -> str | None:
    """Why this request cannot go this way, or None."""
    if request.readable.graph is not None:
        return "a graph's edges fill no tiles: the edges kernel reads edge by edge"
    return None


def run(request: Request) -> Mixed:
    """Output (b, h, q, e): the weighted sums of the values."""
    mixed: Mixed = _Tiled.apply(request, *request.tensors)  # type: ignore[no-untyped-call]
    return mixed


class _Tiled(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, request: Request, *tensors: Tensor) -> Tensor:
        mixed, statistics = forward(request.with_tensors(list(tensors)))
        ctx.save_for_backward(statistics, *tensors)
        ctx.form = request.with_tensors([tensor.new_empty(0) for tensor in tensors])
        return mixed

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        statistics, *tensors = ctx.saved_tensors
        if torch.is_grad_enabled():
            return None, *dense.gradients(ctx.form, tensors, gradient)
        return None, *backward(ctx.form.with_tensors(tensors), statistics, gradient)


@dataclass(frozen=True)
class Worked:
    """A strip at work: its vectors and its scores with their terms, (rows, heads, queries, keys)."""

    request: Request
    strip: Strip
    vectors: Vectors
    scores: Tensor

    @property
    def parameter(self) -> float | Tensor | None:
        """The normalizer's number for the strip's heads."""
        number = self.request.parameter
        return number[self.strip.tile.heads] if isinstance(number, Tensor) and len(number) > 1 else number

    @cached_property
    def dead(self) -> Tensor | None:
        """True for queries that may read nothing (rows or 1, heads or 1, queries, 1), or None if there is none."""
        if self.strip.allowed is None:
            return None
        dead = ~self.strip.allowed.any(-1, keepdim=True)
        return dead if dead.any() else None

    def alive(self, rows: Tensor) -> Tensor:
        """Rows (rows, heads, queries, ·), with zeros where a query may read nothing, even if a key is NaN."""
        return rows if self.dead is None else rows.masked_fill(self.dead, 0.0)

    @cached_property
    def kept(self) -> Tensor | None:
        """What dropout multiplies the weights with, or None."""
        request, tile = self.request, self.strip.tile
        if not request.dropout:
            return None
        keys = tile.keys if isinstance(tile.keys, Tensor) else _numbers(tile.keys, request.query.device)
        rows, heads, queries = (_numbers(each, keys.device) for each in (tile.rows, tile.heads, tile.queries))
        keep = kept_at(request.seed, request.dropout, (rows, heads, queries, keys))
        return keep.to(self.scores.dtype).mul_(1 / (1 - request.dropout))


def _numbers(span: slice, device: torch.device) -> Tensor:
    return torch.arange(span.start, span.stop, device=device)


def worked(request: Request, within: slice | None = None) -> Iterator[Worked]:
    """Every strip of a request with its scores; `within` asks for some consecutive queries, in whole rows."""
    exact = request.value.dtype.itemsize >= 4
    whole = within is not None or not exact or rule_of(request.normalizer).whole
    for strip in strips(request, within, whole=whole):
        vectors = Vectors.of(request, strip.tile)
        matched = faded(request, scores(request, vectors, strip.tile), strip.tile)
        terms = added(request, strip.tile)
        yield Worked(request, strip, vectors, matched if terms is None else matched.add_(terms))


def forward(request: Request) -> tuple[Mixed, Tensor]:
    """Output (b, h, q, e), and the normalizer's statistics of each row (b, h, q, width)."""
    b, h, q, _ = request.sizes
    rule = rule_of(request.normalizer)
    wide = torch.promote_types(request.query.dtype, torch.float32)
    mixed = request.value.new_zeros(b, h, q, request.value.shape[-1])
    statistics = torch.zeros(b, h, q, rule.width, dtype=wide, device=mixed.device)
    for work in worked(request):
        tile, allowed = work.strip
        weights, numbers = rule.normalize(work.scores, allowed, work.parameter)
        if work.kept is not None:
            weights = weights * work.kept
        part = torch.bmm(fold(weights.to(mixed.dtype), request.group), work.vectors.value)
        mixed[tile.rows, tile.heads, tile.queries] += work.alive(unfold(part, tile))
        statistics[tile.rows, tile.heads, tile.queries] = numbers
    return mixed, statistics


def backward(request: Request, statistics: Tensor, gradient: Tensor) -> list[Tensor]:
    """The gradients of all tensors of the request, in their order."""
    rule = rule_of(request.normalizer)
    tensors = request.tensors
    wide = torch.promote_types(request.query.dtype, torch.float32)
    total = request.with_tensors([torch.zeros_like(tensor, dtype=wide) for tensor in tensors])
    for work in worked(request):
        tile, allowed = work.strip
        upstream = work.alive(gradient[tile.rows, tile.heads, tile.queries])
        numbers = statistics[tile.rows, tile.heads, tile.queries]
        weights = rule.weigh(work.scores, allowed, numbers, work.parameter)
        _to_value(total.value, work, weights, upstream)
        to_weights = unfold(torch.bmm(fold(upstream, request.group), work.vectors.value.mT), tile).to(wide)
        if work.kept is not None:
            to_weights *= work.kept
        found = rule.slope(to_weights, weights, work.scores, allowed, numbers, work.parameter)
        _to_scores(total, work, *found)
    return [each.to(tensor.dtype) for each, tensor in zip(total.tensors, tensors, strict=True)]


def _to_value(total: Tensor, work: Worked, weights: Tensor, upstream: Tensor) -> None:
    dropped = weights if work.kept is None else weights * work.kept
    part = torch.bmm(fold(dropped.to(upstream.dtype), work.request.group).mT, fold(upstream, work.request.group))
    _add_keys(total, part, work.strip.tile, work.request.group)


def _to_scores(total: Request, work: Worked, slope: Tensor, to_parameter: Tensor | None) -> None:
    """Carries the gradient of a strip's scores on to query, key, terms and parameters, in place."""
    tile, group = work.strip.tile, work.request.group
    collect(total, slope, tile)
    slope = collect_fading(total, work.request, slope, work.scores, tile)
    query, key, weight = slopes(work.request, work.vectors, slope, tile)
    total.query[tile.rows, tile.heads, tile.queries] += work.alive(query)
    _add_keys(total.key, key, tile, group)
    if weight is not None and total.weight is not None:
        rows = total.weight.view(-1, total.weight.shape[-1])
        rows[tile.heads if len(rows) > 1 else slice(None)] += weight.sum(0) if len(rows) > 1 else weight.sum((0, 1))
    if to_parameter is not None and isinstance(total.parameter, Tensor):
        total.parameter[tile.heads if len(total.parameter) > 1 else slice(None)] += to_parameter


def _add_keys(total: Tensor, part: Tensor, tile: Tile, group: int) -> None:
    """total[rows, key heads, keys] += part (p, k, d), in place."""
    shared = slice(tile.heads.start // group, tile.heads.stop // group)
    own = total[tile.rows, shared]
    part = part.view(*own.shape[:2], *part.shape[1:]).to(total.dtype)
    if isinstance(tile.keys, slice):
        own[:, :, tile.keys] += part
    else:
        own.index_add_(2, tile.keys, part)
