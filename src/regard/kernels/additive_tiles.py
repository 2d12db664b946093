"""Additive scores, score[q, k] = Σ_d weight_d · tanh(query[q, d] + key[k, d]), and their slopes, tile by tile.

What is held beside inputs and results does not grow with q·k·d: a tile that stays in the processor's cache, and
features of the rows and keys that are being worked on. Sums are taken in a fixed order.
"""

from collections.abc import Iterator
from itertools import product

import torch
from torch import Tensor

from regard.kernels.additive_exact import Tanh
from regard.kernels.additive_parts import Kind, Parts, grouped
from regard.kernels.additive_signs import Features, Signs
from regard.kernels.additive_slopes import Slopes

TILE = 2**17
"""Numbers in each of the two buffers of a tile: with caches of 1 MB a core the fastest."""

FEATURES = 2**18
"""Numbers in each feature of the rows, or keys, that are worked on together."""

DIMENSIONS = 32
"""Taken together where rows and keys alone fill a tile: with more, those of a tile are few, and products slow."""

FEW = 6
"""With fewer rows or keys, features cost more than the tanh that they spare."""


def scores(query: Tensor, key: Tensor, weight: Tensor) -> Tensor:
    """Scores (p, r, k) from query (p, r, d), key (p, k, d) and weight (p or 1, d), in float32 at least.

    Infinities and NaN harm only the scores that the formula gives them to. In float32 errors are a few units in the
    last place of √d weights. Cost: r·k·d tanh at most; a fifth of that where queries and keys are many and spread
    within ±9 of their middle in each dimension, two fifths within ±35.
    """
    query, key, weight = _statistics(query, key, weight)
    found = query.new_zeros(*query.shape[:2], key.shape[1])
    for pairs, parts in _work(Signs, query, key, weight):
        for _, part in parts:
            _add_scores(part, found[pairs])
    return found


def slopes(query: Tensor, key: Tensor, weight: Tensor, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients to query, key and weight from one to the scores (p, r, k), in float32 at least.

    Cost: about twice that of `scores`, and like it, with tanh for dimensions spread beyond ±39 of their middle.
    """
    query, key, weight, gradient = _statistics(query, key, weight, gradient)
    to_query, to_key, to_weight = (torch.zeros_like(each) for each in (query.mT, key.mT, weight))
    for pairs, parts in _work(Slopes, query, key, weight):
        for dims, part in parts:
            to_query[pairs, dims], to_key[pairs, dims], of_weight = _slopes(part, gradient[pairs])
            if len(weight) == 1:
                of_weight = to_weight[:, dims] + of_weight.sum(0)
            to_weight[pairs if len(weight) > 1 else slice(1), dims] = of_weight
    return to_query.mT.contiguous(), to_key.mT.contiguous(), to_weight


def _statistics(*given: Tensor) -> list[Tensor]:
    dtype = torch.promote_types(given[0].dtype, torch.float32)
    return [each.to(dtype) for each in given]


def _work(kind: type[Kind], query: Tensor, key: Tensor, weight: Tensor) -> Iterator[tuple[slice, Parts[Kind]]]:
    """So many pairs at once that small ones fill a tile together, and their parts."""
    (p, r, d), k = query.shape, key.shape[1]
    if not min(p, r, k, d):
        return
    few = r * k < FEW * (r + k)
    together = max(DIMENSIONS, 4 * TILE // (r * k))
    for pairs in _spans(slice(0, p), max(1, together // d)):
        own = weight if len(weight) == 1 else weight[pairs]
        given = query[pairs].mT.contiguous(), key[pairs].mT.contiguous(), own
        if few:
            yield pairs, [(torch.arange(d, device=key.device), Tanh(*given))]
        else:
            yield pairs, grouped(kind, *given, most=together // (pairs.stop - pairs.start))


def _add_scores(part: Signs | Tanh, found: Tensor) -> None:
    """Adds those of a part."""
    space, block, tile = _sizes(part)
    for rows in _spans(slice(0, found.shape[1]), block):
        lefts = _tiles(part.rows(rows), rows, tile[0])
        for keys in _spans(slice(0, found.shape[2]), block):
            rights = _tiles(part.keys(keys), keys, tile[1])
            for (there, right), (here, left) in product(rights, lefts):
                found[:, here, there] += part.scores(left, right, space)


def _slopes(part: Slopes | Tanh, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients to query (p, dims, r), key (p, dims, k) and weight (p, dims) of a part."""
    to_query, to_key = torch.zeros_like(part.query), torch.zeros_like(part.key)
    to_weight = to_key.new_zeros(to_key.shape[:2])
    space, block, tile = _sizes(part)
    for rows in _spans(slice(0, gradient.shape[1]), block):
        of_rows = part.rows(rows)
        lefts = [(*each, _zeros(each[1])) for each in _tiles(of_rows, rows, tile[0])]
        for keys in _spans(slice(0, gradient.shape[2]), block):
            of_keys = part.keys(keys)
            rights = [(*each, _zeros(each[1][-1:])) for each in _tiles(of_keys, keys, tile[1])]
            for (there, right, to_right), (here, left, to_left) in product(rights, lefts):
                part.add_slopes(left, to_left, right, to_right[0], gradient[:, here, there], space)
            to_key[..., keys] += part.to_key(of_keys, *_joined(rights))
        to_query[..., rows], of_weight = part.to_query(of_rows, _joined(lefts))
        to_weight += of_weight
    return to_query, to_key, to_weight


def _sizes(part: Signs | Slopes | Tanh) -> tuple[Tensor, int, tuple[int, int]]:
    """Room for a tile, rows or keys whose features are held at once, and those of a tile: about as many of each."""
    r, k = part.query.shape[2], part.key.shape[2]
    block = max(16, FEATURES // part.width // 64 * 64)
    side = 1 << (TILE // part.depth).bit_length() // 2
    keys = min(k, block, max(side, TILE // (part.depth * min(r, side))))
    rows = min(r, block, max(1, TILE // (part.depth * keys)))
    return part.key.new_empty(2, part.depth * rows * keys), block, (rows, keys)


def _spans(whole: slice, by: int) -> list[slice]:
    """Consecutive pieces of at most `by`."""
    return [slice(at, min(at + by, whole.stop)) for at in range(whole.start, whole.stop, by)]


def _tiles(features: Features, whole: slice, by: int) -> list[tuple[slice, Features]]:
    """Consecutive pieces of at most `by`, with their features."""
    pieces = ([piece.contiguous() for piece in torch.split(each, by, dim=2)] for each in features)
    return list(zip(_spans(whole, by), zip(*pieces, strict=True), strict=True))


def _zeros(features: Features) -> Features:
    return tuple(torch.zeros_like(each) for each in features)


def _joined(tiles: list[tuple[slice, Features, Features]]) -> Features:
    """What has been added up for each feature, of all tiles together."""
    return tuple(torch.cat(each, dim=2) for each in zip(*(added for _, _, added in tiles), strict=True))
