"""The threshold of entmax, without sorting: the τ at which Σ max(x − τ, 0)^p is one, where p = 1/(α − 1).

x are the scores of a row times (α − 1), less the largest of them, so that τ lies between −1, where the largest
weight alone is one, and −k^(1 − α), where k equal weights together are. Newton's steps on the p-norm
N = (Σ max(x − τ, 0)^p)^(1/p), which is one where the sum is, and in τ a line where one key is left:

    τ += (N − 1) · (Σ max(x − τ, 0)^p)^(2 − α) / Σ max(x − τ, 0)^(p − 1)

Fewer keys have a lower τ. So a long row starts from the τ of the maxima of its blocks, which are most of the keys
that matter: 1 to 5 steps are left of 5 to 10.
"""

import torch
from torch import Tensor

from regard.kernels.normalize.masking import kept

Alpha = float | Tensor

BLOCK = 32
"""Keys of which one goes into the search for a start."""
MOST_STEPS = 200
"""More than halving alone would need; a dozen is usual, 40 happen beyond α = 3."""


def found(x: Tensor, alpha: Alpha) -> Tensor:
    """τ of every row, (…, 1), within few units in the last place; any number if a row has no key.

    No row hears of another: one that has arrived stays, however long others take. A step costs four passes over x,
    more if powers are no products, and one number sent to the host.
    """
    short = x.shape[-1] < 16 * BLOCK
    start = x.new_full((*x.shape[:-1], 1), -1.0) if short else found(_maxima(x), alpha)
    return _climbed(x, alpha, start) if isinstance(alpha, float) and alpha <= 2 else _enclosed(x, alpha, start)


def _climbed(x: Tensor, alpha: float, at: Tensor) -> Tensor:
    """For α ≤ 2, where N is convex in τ: steps from below never pass the root, and N − 1 times its slope falls to a
    quarter with each, at least."""
    above, going = torch.empty_like(x), torch.ones_like(at, dtype=torch.bool)
    for _ in range(MOST_STEPS):
        total, rate = moments_(torch.sub(x, at, out=above).relu_(), alpha)
        rate.clamp_min_(0.5)  # at least one where there is a key
        excess = (total if alpha == 2 else total ** (alpha - 1)) - 1
        step = excess / rate if alpha == 2 else excess * total ** (2 - alpha) / rate
        at = torch.where(going, at + step, at)
        going &= excess > 16 * torch.finfo(x.dtype).eps
        if not going.any():
            break
    return at


def _enclosed(x: Tensor, alpha: Alpha, at: Tensor) -> Tensor:
    """For any α. Above 2 the slope is infinite where a key comes in: a step that leaves the bracket, or has brought N
    little nearer to one, is replaced by halving the bracket, in ratio, because τ may be 10⁻¹²."""
    low = torch.full_like(at, -1.0)
    least = 0.9 * float(max(x.shape[-1], 1)) ** (1 - alpha)  # a little less, so that rounding does not step over it
    high = (low * least).clamp_max_(-torch.finfo(x.dtype).tiny)
    above, arrived = torch.empty_like(x), torch.zeros_like(at, dtype=torch.bool)
    before = torch.full_like(at, torch.inf)
    tolerance = 16 * torch.finfo(x.dtype).eps
    for _ in range(MOST_STEPS):
        total, rate = moments_(torch.sub(x, at, out=above).relu_(), alpha)
        excess = total ** (alpha - 1) - 1
        step = excess * total ** (2 - alpha) / rate
        low, high = torch.where(excess >= 0, at, low), torch.where(excess < 0, at, high)
        near = ~(step.abs() > tolerance * at.abs())
        ahead = at + step
        halve = ~near & ((ahead < low) | (ahead > high) | (excess.abs() > 0.75 * before))
        ahead = torch.where(halve, -(low * high).sqrt(), ahead)
        before = excess.abs()
        at = torch.where(arrived, at, ahead)
        arrived |= near | (high - low <= tolerance * high.abs())
        if arrived.all():
            break
    return at


def _maxima(x: Tensor) -> Tensor:
    """The largest of every block of keys, each block taken from all over the row."""
    even = x.shape[-1] // BLOCK * BLOCK
    maxima = x[..., :even].reshape(*x.shape[:-1], BLOCK, -1).amax(-2)
    return maxima if even == x.shape[-1] else torch.cat((maxima, x[..., even:].amax(-1, keepdim=True)), -1)


def moments_(above: Tensor, alpha: Alpha) -> tuple[Tensor, Tensor]:
    """Σ z^p and Σ z^(p − 1) over the positive z = `above`, (…, 1) each; what `above` holds afterwards is of no use."""
    if is_(alpha, 2):
        return above.sum(-1, keepdim=True), above.sign_().sum(-1, keepdim=True)
    if is_(alpha, 1.5):
        rate = above.sum(-1, keepdim=True)
        return above.square_().sum(-1, keepdim=True), rate
    rates = kept(above.pow(1 / (alpha - 1) - 1), above)
    return above.mul_(rates).sum(-1, keepdim=True), rates.sum(-1, keepdim=True)


def raised_(above: Tensor, alpha: Alpha) -> Tensor:
    """above^(1/(α − 1)), written to `above`."""
    if is_(alpha, 2):
        return above
    if is_(alpha, 1.5):
        return above.square_()
    return above.pow_(1 / (alpha - 1))


def is_(alpha: Alpha, number: float) -> bool:
    """Whether α is known to be a number for which powers are products."""
    return isinstance(alpha, float) and alpha == number
