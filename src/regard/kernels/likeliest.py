"""The likeliest words of rows of scores, without ever writing the probabilities of the others."""

import torch
from torch import Tensor

from regard.kernels.native_call import TYPES, done
from regard.native import BEST, address, library, why_not

MOST = 64
"""Words of a row beyond which sorting is faster."""


def likeliest(scores: Tensor, count: int, lowest: int = 0) -> tuple[Tensor, Tensor]:
    """Log-probabilities (r, c) in float32 of the c likeliest words of each row, likeliest first, and the words (r, c).

    Scores (r, v) are of float32 or bfloat16; log p = score − log Σ exp(score), over all words, but those before
    `lowest` are never among the best. Of equal scores the first word comes first; where fewer than c are left, what
    follows has −∞ and no meaning. A score of NaN makes all of its row NaN.

    >>> values, words = likeliest(torch.tensor([[0.5, 0.2, 0.3]]).log(), 2)
    >>> words.tolist(), [round(each, 4) for each in values.exp()[0].tolist()]
    ([[0, 2]], [0.5, 0.3])
    """
    native = scores.device.type == "cpu" and scores.dtype in TYPES and scores.stride(-1) == 1
    if not native or count > MOST or why_not() is not None:
        return _sorted(scores, count, lowest)
    rows, size = scores.shape
    values, words = scores.new_empty(rows, count, dtype=torch.float32), torch.empty(rows, count, dtype=torch.int64)
    where = map(address, (scores, values, words))
    half = TYPES.index(scores.dtype)
    what = (scores.stride(0), rows, size, lowest, count, half, torch.get_num_threads())
    done(library().best(BEST.pack(*where, *what)))
    return values, words


def _sorted(scores: Tensor, count: int, lowest: int) -> tuple[Tensor, Tensor]:
    """The same in plain torch."""
    words = scores.float().log_softmax(-1)
    words[:, :lowest] = -torch.inf
    least = min(count, words.shape[-1])
    values, places = words.topk(least, dim=-1)
    if least < count:
        values = torch.nn.functional.pad(values, (0, count - least), value=-torch.inf)
        places = torch.nn.functional.pad(places, (0, count - least), value=lowest)
    return values, places
