"""Scores into weights, over the keys that a query may read: a masked key is absent, not −∞."""

from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True)
class Softmax:
    """weights[q, k] = exp(score[q, k]) / Σ over readable k′ of exp(score[q, k′]).

    Every row sums to one; a row that may read nothing is zero.
    Paper: Bahdanau et al. 2014, arXiv 1409.0473, eq. 6.
    """


Normalizer = Softmax
