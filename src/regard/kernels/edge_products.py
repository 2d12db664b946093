"""Products along edges that never hold edges · d numbers; derivatives of any order.

    matched[edge] = ⟨left[its target], right[its source]⟩
    mixed[target] = Σ over its edges of weights[edge] · values[source of the edge]

The derivatives of each are the two again, along the edges and against them. Vectors of nodes are (heads, nodes, d),
numbers of edges (heads, edges). Where one side has fewer heads, as many neighbours of the other side share each.
Cost of each: edges · d multiplications a head, and at every edge a vector a head read from its source.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from regard.kernels.links import Links


def matched(links: Links, left: Tensor, right: Tensor) -> Tensor:
    """⟨left[target], right[source]⟩ of every edge: (heads, edges)."""
    products: Tensor = _Matched.apply(links, left, right)  # type: ignore[no-untyped-call]
    return products


def mixed(links: Links, weights: Tensor, values: Tensor, heads: int) -> Tensor:
    """Σ over each target's edges of weights · values[source]: (heads, targets, e), added up where heads are shared."""
    sums: Tensor = _Mixed.apply(links, weights, values, heads)  # type: ignore[no-untyped-call]
    return sums


def mixed_against(links: Links, weights: Tensor, values: Tensor, heads: int) -> Tensor:
    """Σ over each source's edges of weights · values[target]: (heads, sources, e)."""
    against, order = links.against
    return mixed(against, weights.index_select(1, order), values, heads)


class _Matched(torch.autograd.Function):
    """Some edges at a time, all heads of a node together: one piece of memory at each end of an edge."""

    @staticmethod
    def forward(ctx: Any, links: Links, left: Tensor, right: Tensor) -> Tensor:
        ctx.links = links
        ctx.save_for_backward(left, right)
        most, fewest = max(len(left), len(right)), min(len(left), len(right))
        products = left.new_empty(most, len(links.target))
        at_target, at_source = _rows(left, fewest), _rows(right, fewest)
        for part, target, source in links.chunks(most * left.shape[-1]):
            product, factor = at_target.index_select(0, target), at_source.index_select(0, source)
            if len(left) < len(right):
                product, factor = factor, product
            products[:, part] = product.mul_(factor).sum(-1).flatten(1).T
        return products

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        left, right = ctx.saved_tensors
        to_left = mixed(ctx.links, gradient, right, len(left)) if ctx.needs_input_grad[1] else None
        to_right = mixed_against(ctx.links, gradient, left, len(right)) if ctx.needs_input_grad[2] else None
        return None, to_left, to_right


class _Mixed(torch.autograd.Function):
    """One head at a time, so that its vectors stay in cache; sums lie in memory with all heads of a node together."""

    @staticmethod
    def forward(ctx: Any, links: Links, weights: Tensor, values: Tensor, heads: int) -> Tensor:
        ctx.links = links
        ctx.save_for_backward(weights, values)
        sums = values.new_zeros(links.targets, heads, values.shape[-1]).transpose(0, 1)
        for i, weight in enumerate(weights if sums.numel() and weights.numel() else ()):
            table = values[i * len(values) // len(weights)].contiguous()
            sums[i * heads // len(weights)] += F.embedding_bag(
                links.source, table, links.start, mode="sum", per_sample_weights=weight, include_last_offset=True
            )
        return sums

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        weights, values = ctx.saved_tensors
        to_weights = matched(ctx.links, gradient, values) if ctx.needs_input_grad[1] else None
        to_values = mixed_against(ctx.links, weights, gradient, len(values)) if ctx.needs_input_grad[2] else None
        return None, to_weights, to_values, None


def _rows(vectors: Tensor, fewest: int) -> Tensor:
    """(heads, nodes, d) as (nodes, fewest, heads / fewest, d), a node's numbers side by side."""
    heads, nodes, d = vectors.shape
    return vectors.transpose(0, 1).contiguous().view(nodes, fewest, heads // fewest if fewest else 1, d)


def tanh_matched(links: Links, left: Tensor, right: Tensor, weight: Tensor) -> Tensor:
    """Σ_d weight · tanh(left[target] + right[source]) of every edge: (heads, edges).

    left is (heads, targets, d), right (heads or fewer, sources, d), weight (heads, d).
    """
    at_target, at_source = _rows(left, len(right)), _rows(right, len(right))
    weight = weight.reshape(at_target.shape[1:])
    scores: Tensor = _TanhMatched.apply(links, at_target, at_source, weight)  # type: ignore[no-untyped-call]
    return scores


class _TanhMatched(torch.autograd.Function):
    """Over rows of nodes. Backward computes tanh a second time; a second derivative holds edges · d numbers."""

    @staticmethod
    def forward(ctx: Any, links: Links, left: Tensor, right: Tensor, weight: Tensor) -> Tensor:
        ctx.links = links
        ctx.save_for_backward(left, right, weight)
        scores = left.new_empty(weight.shape[0] * weight.shape[1], len(links.target))
        for part, target, source in links.chunks(weight.numel()):
            hidden = (left.index_select(0, target) + right.index_select(0, source)).tanh_()
            scores[:, part] = hidden.mul_(weight).sum(-1).flatten(1).T
        return scores

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        left, right, weight = ctx.saved_tensors
        if torch.is_grad_enabled():
            return None, *_connected(ctx.links, ctx.saved_tensors, gradient)
        to_left, to_right, to_weight = (torch.zeros_like(each) for each in (left, right, weight))
        for part, target, source in ctx.links.chunks(weight.numel()):
            hidden = (left.index_select(0, target) + right.index_select(0, source)).tanh_()
            slope = gradient[:, part].T.view(len(target), *weight.shape[:2], 1)
            to_weight += (hidden * slope).sum(0)
            slope = hidden.square_().neg_().add_(1).mul_(weight).mul_(slope)
            to_left.index_add_(0, target, slope)
            to_right.index_add_(0, source, slope.sum(2, keepdim=True))
        return None, to_left, to_right, to_weight


def _connected(links: Links, tensors: tuple[Tensor, ...], gradient: Tensor) -> list[Tensor | None]:
    """The gradients as functions of everything, all edges at once."""
    left, right, weight = tensors
    hidden = (left.index_select(0, links.target) + right.index_select(0, links.source)).tanh()
    scores = (hidden * weight).sum(-1).flatten(1).T
    wanted = [each for each in tensors if each.requires_grad]
    found = iter(torch.autograd.grad(scores, wanted, gradient, create_graph=True))
    return [next(found) if each.requires_grad else None for each in tensors]
