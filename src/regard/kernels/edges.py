"""A graph, edge by edge: time and memory grow with its edges, forward and backward.

    scores (b, h, edges)  →  weights, over the edges of each target  →  Σ over them of weights · value[source]

What is kept for the backward are a few numbers an edge and head, never d of them; every step is differentiable, so that
derivatives of derivatives cost time and memory by the edge, too (edges · d for additive scores). On a CPU every sum has
a fixed order.
"""

import torch
from torch import Tensor

from regard.kernels.edge_products import matched, mixed, tanh_matched
from regard.kernels.edge_weights import weights_of
from regard.kernels.hashing import kept_pairs
from regard.kernels.links import Links, taken
from regard.kernels.readable import Graph
from regard.kernels.request import Request
from regard.shapes import Mixed


def refuses(request: Request) -> str | None:
    """Why this request cannot go this way, or None."""
    if request.readable.graph is None:
        return "who may read whom is no graph: Edges, alone or joined by & with masks that are the same for every row"
    if request.offsets or request.query_term is not None:
        return "it adds terms that follow from positions, and nodes of a graph have none"
    return None


def run(request: Request) -> Mixed:
    """Output (b, h, q, e): the weighted sums of the values."""
    graph, (b, h, q, k) = _graph(request), request.sizes
    links = Links(graph.target, graph.source, q, k)
    weights = weights_of(_scores(request, links), links, request.normalizer, request.parameter)
    if request.dropout:
        keep = kept_pairs(request.seed, request.dropout, (b, h, q), graph.target, graph.source)
        weights = weights * keep * (1 / (1 - request.dropout))
    sums = mixed(links, weights.flatten(0, 1), _heads(request.value), b * h)
    return sums.view(b, h, *sums.shape[1:]).to(request.value.dtype)


def _graph(request: Request) -> Graph:
    assert request.readable.graph is not None
    return request.readable.graph


def _heads(vectors: Tensor) -> Tensor:
    """(b, h, n, d) as (b · h, n, d), in the statistics' type."""
    return vectors.to(torch.promote_types(vectors.dtype, torch.float32)).flatten(0, 1)


def _scores(request: Request, links: Links) -> Tensor:
    """Scores (b, h, edges) in the statistics' type, with all terms."""
    b, h, _, _ = request.sizes
    query, key = _heads(request.query), _heads(request.key)
    if request.kind == "dot":
        scores = matched(links, query, key) * request.scale
    else:
        assert request.weight is not None
        weight = request.weight.to(query.dtype).expand(b, h, query.shape[-1])
        scores = tanh_matched(links, query, key, weight.flatten(0, 1))
    scores = scores.view(b, h, scores.shape[-1])
    for term in _terms(request, links):
        scores = scores + term
    return scores


def _terms(request: Request, links: Links) -> list[Tensor]:
    """What is added to the scores: (b or 1, h or 1, edges) each."""
    terms = []
    if request.row is not None:
        terms.append(links.spread(request.row))
    if request.column is not None:
        terms.append(taken(request.column, links.source))
    if request.bias is not None:
        terms.append(_at(request.bias, links))
    if request.edge_bias is not None:
        terms.append(_graph(request).merged(request.edge_bias))
    return terms


def _at(bias: Tensor, links: Links) -> Tensor:
    """A bias (b or 1, h or 1, q or 1, k or 1) at each edge: (b or 1, h or 1, edges)."""
    _, _, q, k = bias.shape
    row = links.target * k if q > 1 else torch.zeros_like(links.target)
    return taken(bias.flatten(2), row + links.source if k > 1 else row)
