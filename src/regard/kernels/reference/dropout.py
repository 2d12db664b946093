"""Dropout's hash in plain integers."""


def keeps(seed: int, rate: float, row: int, head: int, query: int, key: int) -> bool:
    """Whether dropout keeps one weight: what kernels/hashing.py documents."""
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
