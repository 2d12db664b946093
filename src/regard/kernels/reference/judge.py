"""The judge: attention written as the definition reads, one row at a time, in float64.

It takes mechanisms, not requests, and calls nothing of theirs, so that no mistake in lowering or in a mechanism can
hide from it. Differentiable by autograd, once. Slow on purpose: no trick that a reader would have to believe.
"""

from itertools import product

import torch
from torch import Tensor

from regard.kernels.reference.dropout import keeps
from regard.kernels.reference.masks import Pair, may_read
from regard.kernels.reference.normalizers import weights_of
from regard.kernels.reference.positions import added, turned
from regard.kernels.reference.scores import left_of, match_of, prepared_key, prepared_query
from regard.mechanisms.masks import Mask
from regard.mechanisms.normalizers import Normalizer, Softmax
from regard.mechanisms.positions import Position
from regard.mechanisms.scores import Score
from regard.shapes import Key, Mixed, Query, Value, Weights


def attend(
    query: Query,
    key: Key,
    value: Value,
    *,
    mechanism: Score,
    normalizer: Normalizer = Softmax(),  # noqa: B008  (frozen)
    mask: Mask | None = None,
    positions: tuple[Position, ...] = (),
    start: int | Tensor = 0,
    dropout: tuple[float, int] = (0.0, 0),
) -> tuple[Mixed, Weights]:
    """Output (b, h, q, e) and undropped weights (b, h, q, k), in float64.

    `start` is where the first query stands (one for each row, or one for all); `dropout` is (rate, seed).
    """
    batch, heads, queries, _ = query.shape
    keys, sharing = key.shape[2], heads // key.shape[1]
    rate, seed = dropout
    rows, weight_rows = [], []
    for b, h in product(range(batch), range(heads)):
        g = h // sharing
        origin = int(start[b]) if isinstance(start, Tensor) and start.dim() else int(start)
        own_keys = [turned(prepared_key(mechanism, key[b, g, k].double(), h), positions, k) for k in range(keys)]
        for q in range(queries):
            readable = [k for k in range(keys) if may_read(mask, b, h, q, k, origin)]
            mixed = torch.zeros(value.shape[3], dtype=torch.float64)
            weights = torch.zeros(keys, dtype=torch.float64)
            if readable:
                own = prepared_query(mechanism, query[b, h, q].double(), h)
                facing, scores = turned(own, positions, origin + q), []
                for k in readable:
                    pair = Pair(b, h, q, k, origin)
                    match = match_of(mechanism, facing, own_keys[k], h) * left_of(mechanism, abs(origin + q - k), g)
                    scores.append(match + sum(added(each, pair, heads, mechanism, own, mask) for each in positions))
                shares = weights_of(normalizer, torch.stack(scores), h)
                weights = weights.index_put((torch.tensor(readable),), shares)
                for share, k in zip(shares, readable, strict=True):
                    if not rate or keeps(seed, rate, b, h, q, k):
                        mixed = mixed + share / (1 - rate) * value[b, g, k].double()
            rows.append(mixed)
            weight_rows.append(weights)
    outputs = torch.stack(rows) if rows else torch.zeros(0)
    weights = torch.stack(weight_rows) if rows else torch.zeros(0)
    shape = (batch, heads, queries)
    return outputs.reshape(*shape, value.shape[3]), weights.reshape(*shape, keys)
