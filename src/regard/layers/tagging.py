"""Which label may follow which, where labels spell spans: BIO (`B-X I-X O`) and BIOES (also `E-X S-X`), strictly."""

from collections.abc import Sequence

import torch
from torch import Tensor

SCHEMES = ("BIO", "BIOES")
"""Named by the letters that begin their labels."""


def scheme_of(names: Sequence[str]) -> str | None:
    """`BIOES` or `BIO` if every name is `O` or one of its letters, a hyphen and a kind; None for other labels.

    >>> scheme_of(["O", "B-place", "I-place"]), scheme_of(["O", "S-place"]), scheme_of(["NOUN", "I-place"])
    ('BIO', 'BIOES', None)
    """
    parts = [_parts(name) for name in names if name != "O"]
    if not parts or any(not kind or letter == "O" for letter, kind in parts):
        return None
    letters = {letter for letter, _ in parts}
    return next((scheme for scheme in SCHEMES if letters <= set(scheme)), None)


def legal_transitions(names: Sequence[str]) -> Tensor:
    """(y + 1, y + 1) of booleans: whether label j may follow label i; row y is the start, column y the end.

    Within a span of kind X, opened by `B-X`, only `I-X` may follow, and in BIOES `E-X`, which closes it; outside, or
    where a span may end, anything that opens one, `O` and the end. A BIOES span may end after `E-X` and `S-X` only, a
    BIO span anywhere. Where the names are of no scheme (`scheme_of`), everything may follow everything.

    >>> legal_transitions(["O", "B-X", "I-X"]).int().tolist()
    [[1, 1, 0, 1], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 0, 1]]
    """
    scheme, edge = scheme_of(names), ("O", "")
    parts = [edge if name == "O" else _parts(name) for name in names]
    legal = torch.ones(len(names) + 1, len(names) + 1, dtype=torch.bool)
    if scheme is None:
        return legal
    for i, before in enumerate([*parts, edge]):
        for j, after in enumerate([*parts, edge]):
            legal[i, j] = _may_follow(before, after, scheme)
    return legal


def _may_follow(before: tuple[str, str], after: tuple[str, str], scheme: str) -> bool:
    open_before, goes_on = before[0] in "BI", after[0] in "IE"
    if goes_on:
        return open_before and before[1] == after[1]
    return scheme == "BIO" or not open_before


def _parts(name: str) -> tuple[str, str]:
    """The letter and the kind of a label; a kind may hold hyphens."""
    letter, _, kind = name.partition("-")
    return letter, kind
