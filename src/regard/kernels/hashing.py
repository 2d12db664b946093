"""Dropout by a documented hash: which weights fall depends on (seed, b, h, q, k) and on nothing else.

    row[b, h, q] = mix64(mix64(mix64(mix64(seed) + b) + h) + q)   mod 2³²
    bits[k]      = mix32(row + k · 0x9E3779B9)                     mod 2³²
    keep         = bits ≥ min(round(p · 2³²), 2³² − 1)

mix64 is the finaliser of splitmix64 (Steele et al. 2014), mix32 the first four steps of Wellons' lowbias32.
Sizes do not enter, so a kernel that works in tiles, or a row computed alone, drops the same weights.
Sums wrap; torch's integers are signed, which changes no bit, and the comparison is shifted by 2³¹.
"""

import torch
from torch import Tensor

_GOLDEN = 0x9E3779B9


def _signed(value: int, bits: int) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def _shifted(x: Tensor, by: int, bits: int) -> Tensor:
    """x >> by as if x were unsigned."""
    return (x >> by) & ((1 << (bits - by)) - 1)


def _mix64(x: Tensor) -> Tensor:
    x = x + _signed(0x9E3779B97F4A7C15, 64)
    x = (x ^ _shifted(x, 30, 64)) * _signed(0xBF58476D1CE4E5B9, 64)
    x = (x ^ _shifted(x, 27, 64)) * _signed(0x94D049BB133111EB, 64)
    return x ^ _shifted(x, 31, 64)


def _mix32(x: Tensor) -> Tensor:
    """In place: this runs over every weight."""
    x ^= _shifted(x, 16, 32)
    x *= _signed(0x7FEB352D, 32)
    x ^= _shifted(x, 15, 32)
    x *= _signed(0x846CA68B, 32)
    return x


def kept(seed: int | Tensor, rate: float, sizes: tuple[int, int, int, int], device: torch.device) -> Tensor:
    """Which weights dropout keeps: a boolean (b, h, q, k) for those sizes; each falls with chance `rate`."""
    b, h, q, k = (torch.arange(size, device=device) for size in sizes)
    return kept_at(seed, rate, (b, h, q, k))


def kept_at(seed: int | Tensor, rate: float, places: tuple[Tensor, Tensor, Tensor, Tensor]) -> Tensor:
    """As `kept`, for some rows of the batch, heads, queries and keys, given by their numbers."""
    b, h, q, k = places
    return _kept(_rows(seed, b, h, q)[..., None], k, rate)


def kept_pairs(seed: int | Tensor, rate: float, sizes: tuple[int, int, int], query: Tensor, key: Tensor) -> Tensor:
    """As `kept`, for a list of pairs of a query and a key, (pairs,) each, and all of (b, h, q): (b, h, pairs)."""
    b, h, q = (torch.arange(size, device=key.device) for size in sizes)
    return _kept(_rows(seed, b, h, q).index_select(2, query), key, rate)


def falling(rate: float) -> int:
    """The weights whose bits lie below this number fall."""
    return min(round(rate * 2**32), 2**32 - 1)


def _rows(seed: int | Tensor, b: Tensor, h: Tensor, q: Tensor) -> Tensor:
    seed = _signed(seed, 64) if isinstance(seed, int) else seed
    row = _mix64(torch.as_tensor(seed, dtype=torch.int64, device=q.device))
    return _mix64(_mix64(_mix64(row + b)[:, None] + h)[:, :, None] + q).to(torch.int32)


def _kept(rows: Tensor, key: Tensor, rate: float) -> Tensor:
    bits = _mix32(rows + (key * _GOLDEN).to(torch.int32))
    return bits.bitwise_xor_(_signed(1 << 31, 32)) >= _signed(falling(rate) ^ (1 << 31), 32)
