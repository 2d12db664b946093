"""The judge: attention written as the definition reads, one row at a time, in float64.

It takes mechanisms, not requests, so that a mistake in lowering cannot hide from it. Differentiable by
autograd. Slow on purpose: no trick that a reader would have to believe.
"""

import torch
from torch import Tensor

from regard.mechanisms.masks import Causal, Mask, Padding, parts
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Dot, Score
from regard.shapes import Key, Mixed, Query, Value, Weights


def score(mechanism: Score, query: Tensor, key: Tensor, head: int) -> Tensor:
    """One number: how well one query vector matches one key vector."""
    match mechanism:
        case Dot(scale):
            return (query * key).sum() * (query.numel() ** -0.5 if scale is None else scale)
        case Bilinear(matrix):
            return torch.dot(query @ (matrix if matrix.dim() == 2 else matrix[head]).double(), key)
        case Additive(weight):
            return ((weight if weight.dim() == 1 else weight[head]).double() * torch.tanh(query + key)).sum()
        case Cosine(temperature):
            if isinstance(temperature, Tensor):
                temperature = temperature.reshape(-1)[head if temperature.numel() > 1 else 0]
            if not query.any() or not key.any():
                return query.sum() * 0
            lengths = (query.square().sum() * key.square().sum()).sqrt()
            return (query * key).sum() / lengths / temperature


def may_read(mask: Mask | None, row: int, query: int, key: int, start: int) -> bool:
    """Whether query number `query` of a row may read key number `key`."""
    for part in parts(mask):
        match part:
            case Causal():
                if key > start + query:
                    return False
            case Padding(keys, queries):
                if keys is not None and key >= int(keys[row]):
                    return False
                if queries is not None and query >= int(queries[row]):
                    return False
    return True


def keeps(seed: int, rate: float, row: int, head: int, query: int, key: int) -> bool:
    """Whether dropout keeps one weight: the hash of kernels/hashing.py in plain integers."""
    mixed = _mix64(seed)
    for number in (row, head, query):
        mixed = _mix64(mixed + number)
    x = (mixed + key * 0x9E3779B9) & 0xFFFFFFFF
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x = ((x ^ (x >> shift)) * factor) & 0xFFFFFFFF
    return x >= min(round(rate * 2**32), 2**32 - 1)


def _mix64(x: int) -> int:
    x = (x + 0x9E3779B97F4A7C15) % 2**64
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) % 2**64
    return x ^ (x >> 31)


def attend(
    query: Query,
    key: Key,
    value: Value,
    *,
    mechanism: Score,
    mask: Mask | None = None,
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
    for b in range(batch):
        origin = int(start[b]) if isinstance(start, Tensor) and start.dim() else int(start)
        for h in range(heads):
            g = h // sharing
            for q in range(queries):
                readable = [k for k in range(keys) if may_read(mask, b, q, k, origin)]
                weights = torch.zeros(keys, dtype=torch.float64)
                mixed = torch.zeros(value.shape[3], dtype=torch.float64)
                if readable:
                    one = query[b, h, q].double()
                    matches = [score(mechanism, one, key[b, g, k].double(), h) for k in readable]
                    shares = torch.stack(matches).softmax(0)
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
