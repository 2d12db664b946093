"""What enters the weights of a call that is small enough to be kept whole: scores, terms, and who may read whom."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from regard.inspect.record import Booleans, Floats
from regard.kernels import dense
from regard.kernels.adding import added, whole
from regard.kernels.request import Request


class Matched(NamedTuple):
    """Scores (h, q, k), what positions and biases add (1 or h, q, k), and who may read whom (1 or h, q, k)."""

    scores: Floats
    terms: Floats | None
    readable: Booleans | None


def matched(request: Request, row: int, keys: int) -> Matched:
    """Of one row of the batch, with so many keys as the caller passed; None is nothing added, and everybody."""
    _, _, q, k = request.sizes
    bare = replace(request, offsets=(), query_term=None, bias=None, edge_bias=None)
    terms = added(replace(request, row=None, column=None), whole(request))
    allowed = request.readable.dense(q, k, request.query.device)
    if allowed is None and k < keys:
        allowed = torch.ones(1, 1, q, k, dtype=torch.bool)
    return Matched(
        _of_row(dense.scores(bare), row, q, keys),
        None if terms is None else _of_row(terms, row, q, keys),
        None if allowed is None else _of_row(allowed.to(torch.float32), row, q, keys) > 0,
    )


def as_array(tensor: Tensor) -> Floats:
    """In float32, on the host."""
    found: Floats = tensor.detach().float().cpu().numpy()
    return np.ascontiguousarray(found)


def _of_row(numbers: Tensor, row: int, queries: int, keys: int) -> Floats:
    """One row of what broadcasts to (b, h, q, k), its queries and keys spread out."""
    own = numbers[row if numbers.shape[0] > 1 else 0]
    own = own.expand(-1, queries, own.shape[-1])
    return as_array(pad(own, (0, keys - own.shape[-1])) if own.shape[-1] > 1 or keys == 1 else own.expand(-1, -1, keys))
