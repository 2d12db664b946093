"""Bilinear is a dot after query · W, cosine a dot after normalising, a distance a dot with a row and a column term."""

from typing import NamedTuple

import torch
from torch import Tensor

from regard.mechanisms.normalizers import Entmax, Normalizer, Softmax, Sparsemax, TopK
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Distance, Dot, Features, Score
from regard.shapes import Key, Query


class Lowered(NamedTuple):
    """What is left of a score: the vectors to match, its constants, and what is added to rows and columns."""

    query: Query
    key: Key
    scale: float = 1.0
    weight: Tensor | None = None
    row: Tensor | None = None
    column: Tensor | None = None
    decay: Tensor | None = None


def project(score: Score, query: Query) -> Query:
    """query · W for Bilinear, so that query and key have one size; the query for the others."""
    return query @ score.matrix.to(query.dtype) if isinstance(score, Bilinear) else query


def lower_score(score: Score, query: Query, key: Key, normalizer: Normalizer) -> Lowered:
    """A projected query and a key, both turned already, as one of the two kinds."""
    match score:
        case Dot(scale):
            size = max(query.shape[-1], 1)
            return Lowered(query, key, size**-0.5 if scale is None else scale)
        case Bilinear():
            return Lowered(query, key)
        case Additive(weight):
            return Lowered(query, key, weight=weight)
        case Cosine(temperature):
            if isinstance(temperature, Tensor):
                return Lowered(unit(query) / _per_head(temperature, query), unit(key))
            return Lowered(unit(query), unit(key), 1 / temperature)
        case Distance(width):
            return _distance(width, query, key, isinstance(normalizer, Softmax | Sparsemax | Entmax | TopK))
        case Features(feature_map, decay):
            return Lowered(feature_map(query), feature_map(key), decay=_logarithm(decay, query))


def unit(vectors: Tensor) -> Tensor:
    """Each vector divided by its length; the zero vector stays zero, with a gradient of zero."""
    wide = torch.promote_types(vectors.dtype, torch.float32)
    square = vectors.to(wide).square().sum(-1, keepdim=True)
    zero = square == 0
    return (vectors * square.masked_fill(zero, 1).rsqrt().masked_fill(zero, 0)).to(vectors.dtype)


def _distance(width: float | Tensor, query: Query, key: Key, shift_is_free: bool) -> Lowered:
    """−‖q − k‖²/2w² = ⟨q, k⟩/w² − ‖q‖²/2w² − ‖k‖²/2w², both seen from the first key, so that little cancels.

    The row term stays where the normalizer feels it: where adding a number to a whole row changes the weights.
    """
    wide = torch.promote_types(query.dtype, torch.float32)
    group = query.shape[1] // key.shape[1]
    if key.shape[2]:
        centre = key[:, :, :1].detach().nan_to_num(0.0, 0.0, 0.0)
        key, query = key - centre, query - centre.repeat_interleave(group, 1)
    squares = (-0.5 * each.to(wide).square().sum(-1) for each in (query, key))
    row, column = next(squares), next(squares).repeat_interleave(group, 1)
    if isinstance(width, Tensor):
        sharp = _per_head(width, query, wide) ** -2
        query, row, column, scale = (query * sharp).to(query.dtype), row * sharp[..., 0], column * sharp[..., 0], 1.0
    else:
        scale = float(width) ** -2
        row, column = row * scale, column * scale
    return Lowered(query, key, scale, row=None if shift_is_free else row, column=column)


def _logarithm(decay: float | Tensor | None, query: Query) -> Tensor | None:
    """The logarithm of a decay, (g or 1,), in the statistics' type."""
    if decay is None:
        return None
    wide = torch.promote_types(query.dtype, torch.float32)
    return torch.as_tensor(decay, dtype=wide, device=query.device).reshape(-1).log()


def _per_head(number: Tensor, query: Query, dtype: torch.dtype | None = None) -> Tensor:
    """() or (h,) as (h or 1, 1, 1)."""
    return number.to(query.device, dtype or query.dtype).reshape(-1, 1, 1)
