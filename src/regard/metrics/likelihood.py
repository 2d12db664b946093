"""How surprised is a model? Nats and bits for every character or dimension, and perplexity.

Called with the numbers of tokens as answers and the summed negative log-likelihoods in nats as predictions.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from regard.errors import DataError
from regard.metrics.metric import Metric, ratio
from regard.metrics.sparse import Floats


def surprise_counts(tokens: Sequence[int], nats: Sequence[float]) -> Floats:
    """For every item (items, 2): −ln p of all its tokens, and how many there are. DataError for NaN, or no tokens."""
    counts = np.stack([np.asarray(nats, np.float64), np.asarray(tokens, np.float64)], axis=1)
    if np.isnan(counts).any() or (counts[:, 1] < 0).any() or not counts[:, 1].any():
        wrong = np.isnan(counts).any(axis=1) | (counts[:, 1] < 0)
        got = f"item {int(wrong.argmax()) + 1} with {counts[wrong.argmax()].tolist()}" if wrong.any() else "no tokens"
        hint = "give −ln p summed over each item, and its number of tokens"
        raise DataError("likelihood: nats and tokens must be numbers, with some tokens", got=got, hint=hint)
    return counts


def nats_per(what: str) -> Metric:
    """−ln p for every `what`: character, token, dimension.

    >>> round(nats_per("character")([2, 2], [1.0, 2.0]), 4)
    0.75
    """
    return _metric(f"nats per {what}", lambda mean: mean)


def bits_per(what: str) -> Metric:
    """−log₂ p for every `what`: nats / ln 2.

    >>> round(bits_per("dimension")([8], [8 * 8 * 0.6931471805599453]), 4)
    8.0
    """
    return _metric(f"bits per {what}", lambda mean: mean / math.log(2))


def perplexity(what: str = "token") -> Metric:
    """exp of the nats for every `what`: among how many alike it is as hard to choose.

    >>> round(perplexity()([1, 3], [math.log(10), 3 * math.log(10)]), 4)
    10.0
    """
    return _metric(f"perplexity per {what}", np.exp)


def _metric(name: str, of_mean: Callable[[Floats], Floats]) -> Metric:
    return Metric(name, surprise_counts, lambda sums: of_mean(ratio(sums[:, 0], sums[:, 1])), "", rises=False)
