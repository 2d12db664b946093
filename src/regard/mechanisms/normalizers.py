"""Scores into weights, over the keys that a query may read: a masked key is absent, not −∞.

s are the scores of one query with its readable keys. A row that may read nothing is zero, whatever the normalizer.
"""

from dataclasses import dataclass
from typing import final

from torch import Tensor


@final
@dataclass(frozen=True)
class Softmax:
    """weights[k] = exp(s[k]) / Σ exp(s). Every row sums to one. Paper: Bahdanau et al. 2014, arXiv 1409.0473, eq. 6."""


@final
@dataclass(frozen=True, eq=False)
class SoftmaxWithSink:
    """weights[k] = exp(s[k]) / (exp(sink) + Σ exp(s)): a key that takes its share and gives nothing.

    Rows sum to less than one. The sink is a number or a tensor () or (h,) that may be learned; 0 is "softmax plus one".
    Paper: Xiao et al. 2023, arXiv 2309.17453, section 3.2.
    """

    sink: float | Tensor = 0.0


@final
@dataclass(frozen=True)
class ReLU:
    """weights[k] = max(s[k], 0), divided by the number of readable keys if `per_key`.

    Paper: Wortsman et al. 2023, arXiv 2309.08586.
    """

    per_key: bool = False


@final
@dataclass(frozen=True)
class SquaredReLU:
    """weights[k] = max(s[k], 0)², divided by the number of readable keys if `per_key`.

    Paper: Hua et al. 2022, arXiv 2202.10447, section 3.1.
    """

    per_key: bool = False


@final
@dataclass(frozen=True, eq=False)
class Sigmoid:
    """weights[k] = 1 / (1 + exp(−s[k] − bias)), divided by the number of readable keys if `per_key`.

    The bias is a number or a tensor () or (h,) that may be learned; −ln k starts near softmax.
    Paper: Ramapuram et al. 2024, arXiv 2409.04431.
    """

    bias: float | Tensor = 0.0
    per_key: bool = False


@final
@dataclass(frozen=True)
class Plain:
    """weights[k] = s[k], divided by the number of readable keys if `per_key`. Paper: linear attention without a sum."""

    per_key: bool = False


@final
@dataclass(frozen=True)
class Normalized:
    """weights[k] = s[k] / (Σ s + eps), for scores that are never negative, such as those of `Features`.

    Paper: Katharopoulos et al. 2020, arXiv 2006.16236, eq. 4.
    """

    eps: float = 1e-6


@final
@dataclass(frozen=True)
class Sparsemax:
    """weights[k] = max(s[k] − τ, 0), with the τ that makes the row sum to one: most are exactly zero.

    Paper: Martins and Astudillo 2016, arXiv 1602.02068, eq. 2.
    """


@final
@dataclass(frozen=True, eq=False)
class Entmax:
    """weights[k] = max((α − 1)·s[k] − τ, 0)^(1/(α − 1)), with the τ that makes the row sum to one.

    α is a number above 1, or a tensor () or (h,) that may be learned; 2 is sparsemax, towards 1 it nears softmax.
    Paper: Peters et al. 2019, arXiv 1905.05702, eq. 10; Correia et al. 2019, arXiv 1909.00015 for learning α.
    """

    alpha: float | Tensor = 1.5


@final
@dataclass(frozen=True)
class TopK:
    """weights[k] = exp(s[k]) / Σ exp(s) over the `count` greatest scores, 0 for the others; equal ones are all read.

    Every pair is scored, so that it costs what softmax does, and finding the greatest; what it saves is reading: a row
    has no more than `count` weights, unless scores are equal. With every key among them it is softmax.
    In half precision scores are rounded before the greatest are found.
    Paper: Gupta et al. 2021, arXiv 2106.06899.
    """

    count: int = 16


Normalizer = Softmax | SoftmaxWithSink | ReLU | SquaredReLU | Sigmoid | Plain | Normalized | Sparsemax | Entmax | TopK
