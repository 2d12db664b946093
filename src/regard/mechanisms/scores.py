"""How well does this query match that key: the score, first of the independent choices."""

from dataclasses import dataclass
from typing import final

from torch import Tensor

from regard.mechanisms.features import FeatureMap


@final
@dataclass(frozen=True)
class Dot:
    """score[q, k] = scale · ⟨query[q], key[k]⟩, with scale 1/√d unless given.

    The scale keeps the scores of unit-variance vectors near unit variance.
    Cost: 2·q·k·d operations a head. Paper: Vaswani et al. 2017, arXiv 1706.03762, eq. 1.
    """

    scale: float | None = None


@final
@dataclass(frozen=True, eq=False)
class Bilinear:
    """score[q, k] = query[q]ᵀ · matrix · key[k], unscaled.

    The matrix is (d, d′), or (h, d, d′) with one for every query head; d′ is the key's size.
    Cost: that of `Dot`, and q·d·d′ for the product with the matrix.
    Paper: Luong et al. 2015, arXiv 1508.04025, section 3.1, "general".
    """

    matrix: Tensor


@final
@dataclass(frozen=True, eq=False)
class Additive:
    """score[q, k] = Σ_d weight[d] · tanh(query[q, d] + key[k, d]), unscaled.

    A network with one hidden layer of d units. The weight is (d,), or (h, d) with one for every query head.
    Cost: q·k·d tanh; the dense kernel also holds that many numbers.
    Paper: Bahdanau et al. 2014, arXiv 1409.0473, appendix A.1.2. Differs: their W_a and U_a are applied
    before, by the layer that owns them, so `query` and `key` here are W_a·s and U_a·h.
    """

    weight: Tensor


@final
@dataclass(frozen=True, eq=False)
class Cosine:
    """score[q, k] = cos(query[q], key[k]) / temperature; a zero vector scores 0 and gets no gradient.

    The temperature is a positive number, or a tensor () or (h,) that may be learned.
    Cost: that of `Dot`, and the two norms. Paper: Graves et al. 2014, arXiv 1410.5401, eq. 6 (their β is
    1/temperature).
    """

    temperature: float | Tensor = 1.0


@final
@dataclass(frozen=True, eq=False)
class Distance:
    """score[q, k] = −‖query[q] − key[k]‖² / (2 · width²): never positive, 0 where the two are equal.

    The width is a positive number, or a tensor () or (h,) that may be learned. With `Softmax`, weights are those of
    kernel regression. Cost: that of `Dot`. Paper: Kim et al. 2020, arXiv 2006.04710, section 3.2.
    """

    width: float | Tensor = 1.0


@final
@dataclass(frozen=True, eq=False)
class Features:
    """score[q, k] = ⟨map(query[q]), map(key[k])⟩ · decay^|q − k|, unscaled; never negative by the maps of features.py.

    With `Normalized` or `Plain`, and no mask or `Causal`, `Padding`, `Documents`, the sum over keys is taken first:
    cost q·f·e + k·f·e for f features instead of q·k·(f + e), and causally a recurrence with a state,
    S ← decay · S + map(key) ⊗ value. The decay is above 0 and at most 1: a number, or a tensor () or (g,), one for each
    head of keys, that may be learned; None is 1. q counts as positions do, from `query_start`. With a decay, documents
    and queries that are not the keys' own positions are computed tile by tile.
    Papers: Katharopoulos et al. 2020, arXiv 2006.16236, section 3.2; decay as in Sun et al. 2023, arXiv 2307.08621.
    """

    map: FeatureMap
    decay: float | Tensor | None = None


Score = Dot | Bilinear | Additive | Cosine | Distance | Features
