"""Feature maps: what `Features` applies to queries and keys before their dot product. All are never negative."""

from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor


@final
@dataclass(frozen=True)
class EluPlusOne:
    """map(x) = elu(x) + 1: x + 1 above zero, exp(x) below; d features. Paper: arXiv 2006.16236, eq. 7."""

    def __call__(self, vectors: Tensor) -> Tensor:
        """Features of vectors (b, h, n, d)."""
        return torch.where(vectors > 0, vectors + 1, vectors.clamp(max=0).exp())


@final
@dataclass(frozen=True)
class Rectified:
    """map(x) = max(x, 0); d features. Paper: Choromanski et al. 2020, arXiv 2009.14794, "Performer-ReLU"."""

    def __call__(self, vectors: Tensor) -> Tensor:
        """Features of vectors (b, h, n, d)."""
        return vectors.relu()


@final
@dataclass(frozen=True, eq=False)
class RandomFeatures:
    """map(x)[r] = exp(⟨ω_r, x′⟩ − ‖x′‖²/2) / √f with x′ = x / d^¼: their products estimate exp(⟨q, k⟩ / √d).

    The directions ω are (f, d), or (h, f, d) with some for every head; `directions` draws them. The estimate is
    unbiased; its error falls with 1/√f and grows with the vectors' norms. With `Normalized(eps=0)` it estimates
    softmax of the scaled dot product. No maximum is taken over a sequence, so that no past hears its future; the
    price is overflow in float32 where ⟨ω, x′⟩ passes 88. Paper: arXiv 2009.14794, eq. 5 (FAVOR+).
    """

    directions: Tensor

    def __call__(self, vectors: Tensor) -> Tensor:
        """Features (b, h, n, f) of vectors (b, h, n, d)."""
        small = vectors.to(torch.promote_types(vectors.dtype, torch.float32)) * vectors.shape[-1] ** -0.25
        along = small @ self.directions.to(small.dtype).mT
        features = (along - small.square().sum(-1, keepdim=True) / 2).exp() * self.directions.shape[-2] ** -0.5
        result: Tensor = features.to(vectors.dtype)
        return result


FeatureMap = EluPlusOne | Rectified | RandomFeatures


def directions(count: int, size: int, *, heads: int = 0, generator: torch.Generator | None = None) -> Tensor:
    """(count, size) directions for `RandomFeatures`, (heads, count, size) where heads are asked for.

    Orthogonal in blocks of `size`, which are evenly distributed rotations (Mezzadri 2007, arXiv math-ph/0609050), each
    as long as a normal vector: a lower variance than independent draws. Paper: arXiv 2009.14794, section 2.4.

    >>> directions(8, 4).shape
    torch.Size([8, 4])
    """
    blocks = -(-count // size)
    normal = torch.randn(max(heads, 1), blocks, size, size, generator=generator, dtype=torch.float64)
    rotation, triangle = torch.linalg.qr(normal)
    signs = triangle.diagonal(dim1=-2, dim2=-1).sign()  # without them, some signs of the rotation are always the same
    turned = (rotation * signs[..., None, :]).flatten(1, 2)[:, :count]
    lengths = torch.randn(max(heads, 1), count, size, generator=generator, dtype=torch.float64).norm(dim=-1)
    drawn = (turned * lengths[..., None]).to(torch.get_default_dtype())
    result: Tensor = drawn if heads else drawn[0]
    return result
