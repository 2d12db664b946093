"""How much of a head is a convolution: the share of its weights that lies at one offset, for all queries the same."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from regard.errors import ShapeError

Floats = NDArray[np.float64]


class Offset(NamedTuple):
    """Of each head the offset (h, axes) that its queries read most, in steps, and the share (h,) that it has.

    A share of one is a place of a convolution's kernel; `chance` (h,) is what even weights would give that offset.
    """

    offset: NDArray[np.int64]
    share: Floats
    chance: Floats


def offsets(weights: NDArray[np.floating], places: NDArray[np.integer]) -> Offset:
    """What one offset has of the weights (h, n, n) of vectors at places (n,) or (n, axes), whole numbers.

    The share is a mean over the queries that have a key at the offset, so that edges count no less than the middle; an
    offset that fewer than half of the queries have is passed over. Paper: Cordonnier et al. 2020, arXiv 1911.03584,
    section 4, which looks at the same centres of attention.

    >>> even = np.full((1, 4, 4), 0.25)
    >>> previous = np.eye(4, k=-1)[None]
    >>> found = offsets(np.concatenate((even, previous)), np.arange(4))
    >>> found.offset[1].tolist(), found.share.tolist(), found.chance.tolist()
    ([-1], [0.25, 1.0], [0.25, 0.25])
    """
    at = places.reshape(len(places), -1).astype(np.int64)
    if weights.ndim != 3 or weights.shape[1:] != (len(at), len(at)):
        got = f"weights {weights.shape}, places {places.shape}"
        raise ShapeError("offsets: weights must be (h, n, n) over n places", got=got, hint="one layer's self-attention")
    apart = (at[None] - at[:, None]).reshape(len(at) ** 2, -1)
    known, number = np.unique(apart, axis=0, return_inverse=True)
    number = number.reshape(-1)
    queries = np.bincount(number, minlength=len(known))
    sums = np.stack([np.bincount(number, head.reshape(-1), len(known)) for head in weights.astype(np.float64)])
    means = np.where(2 * queries >= len(at), sums / queries, -1.0)
    best = means.argmax(1)
    share = means[np.arange(len(means)), best]
    return Offset(known[best], share, np.full(len(share), 1 / len(at)))
