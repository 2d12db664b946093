"""Cutting a share of pairs off for validation: the same pairs every time, on every machine."""

from hashlib import blake2b

from regard.data.pairs import Pairs
from regard.errors import DataError, OptionError

FEWEST = 10


def split(pairs: Pairs, size: float | int | None = None, seed: int = 0) -> tuple[Pairs, Pairs]:
    """Two parts, (train, valid), each in the order of `pairs`.

    `size` is a share (0.05) or a count (500) for the second part; None chooses `default_size`. Pairs of one
    source stay together, so that no source is in both parts; for their sake the second part may come out
    smaller. The choice depends on the seed and the texts of the sources, not on their order.
    Raises DataError for fewer than 10 pairs or too few sources, OptionError for a size that leaves nothing.
    """
    if len(pairs) < FEWEST:
        hint = "give more pairs, or validation data of its own: --valid FILE"
        got = f"{len(pairs)} pairs in {pairs.origins.source}"
        raise DataError(f"split: needs at least {FEWEST} pairs", got=got, hint=hint)
    chosen = _chosen(pairs.sources, _count(size, len(pairs)), seed)
    if not chosen:
        got = f"{len(set(pairs.sources)):,} sources in {len(pairs):,} pairs"
        hint = "give validation data of its own: --valid FILE"
        raise DataError("split: needs a source rare enough to be set apart", got=got, hint=hint)
    train = [index for index in range(len(pairs)) if index not in chosen]
    return pairs.take(train), pairs.take(sorted(chosen))


def default_size(pairs: int) -> int:
    """How many of so many pairs to validate on: 5 %, from 100 to 1,000; of fewer than 1,000 pairs 10 %.

    >>> [default_size(pairs) for pairs in (50, 1_000, 10_000, 1_000_000)]
    [5, 100, 500, 1000]
    """
    return pairs // 10 if pairs < 1_000 else min(max(pairs // 20, 100), 1_000)


def _count(size: float | int | None, pairs: int) -> int:
    """A share or a count as a count that leaves something on both sides."""
    if size is None:
        return default_size(pairs)
    count = size if isinstance(size, int) else max(1, round(size * pairs)) if 0 < size < 1 else 0
    if not 0 < count < pairs:
        hint = f"a share such as 0.05, or a count from 1 to {pairs - 1:,}"
        raise OptionError("split: size must leave pairs on both sides", got=f"{size} of {pairs:,}", hint=hint)
    return count


def _chosen(sources: list[str], count: int, seed: int) -> set[int]:
    """Indices of at most `count` pairs, whole groups of the same source, in the order of their hashes."""
    groups: dict[str, list[int]] = {}
    for index, source in enumerate(sources):
        groups.setdefault(source, []).append(index)

    def rank(source: str) -> bytes:
        return blake2b(f"{seed} {source}".encode("utf-8", "surrogatepass"), digest_size=16).digest()

    chosen: set[int] = set()
    for source in sorted(groups, key=rank):
        if len(chosen) + len(groups[source]) <= count:
            chosen.update(groups[source])
            if len(chosen) == count:
                break
    return chosen
