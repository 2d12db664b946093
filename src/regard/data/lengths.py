"""What to do with pairs that are too long for a model: refuse, leave out, or let the caller cut them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from regard.data.item_pairs import AnyPairs
from regard.data.pairs import one_of
from regard.errors import DataError, OptionError


class Limited(NamedTuple):
    """The pairs to go on with, their indices among those given, and how many of them are still to be cut."""

    pairs: AnyPairs
    kept: Sequence[int]
    truncated: int


def limit_lengths(
    pairs: AnyPairs,
    lengths_source: Sequence[int],
    lengths_target: Sequence[int],
    *,
    longest: int,
    too_long: str = "error",
) -> Limited:
    """Pairs whose sides both have at most `longest` tokens, by the token counts of all sources and targets.

    too_long="error" raises DataError with the file and line of the first longer pair and the count of all;
    "skip" leaves them out and counts them in `skipped["too long"]`; "truncate" keeps them and says how many
    the caller has to cut. Raises DataError too if no pair is left.
    """
    one_of("too_long", too_long, ("error", "skip", "truncate"))
    if longest < 1:
        raise OptionError("longest: must be at least one token", got=str(longest), hint="say, 512")
    sides = zip(lengths_source, lengths_target, strict=True)
    long = [index for index, (left, right) in enumerate(sides) if left > longest or right > longest]
    everything = range(len(pairs))
    if not long or too_long == "truncate":
        return Limited(pairs, everything, len(long))
    if too_long == "error":
        raise _too_long(pairs, lengths_source, lengths_target, longest, long)
    left_out = set(long)
    kept = [index for index in everything if index not in left_out]
    if not kept:
        got = f"all {len(pairs):,} pairs longer"
        hint = f"raise --longest above {longest:,}"
        raise DataError(f"longest: {longest:,} tokens must leave pairs", got=got, hint=hint)
    rest = pairs.take(kept)
    skipped = {**pairs.skipped, "too long": len(long)}
    return Limited(replace(rest, skipped=skipped), kept, 0)


def _too_long(
    pairs: AnyPairs, sources: Sequence[int], targets: Sequence[int], longest: int, long: list[int]
) -> DataError:
    """The error that names the first pair that is too long and counts all."""
    first = long[0]
    counts, side = (sources, "source") if sources[first] > longest else (targets, "target")
    most = max(max(sources[index], targets[index]) for index in long)
    return DataError(
        f"{pairs.where(first, 'source' if side == 'source' else 'target')}: "
        f"the {side} may have at most {longest:,} tokens",
        got=f"{counts[first]:,} tokens; {len(long):,} of {len(pairs):,} pairs are too long",
        hint=f"--too-long skip or truncate, or --longest {most}",
    )
