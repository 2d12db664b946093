"""Which label may follow which, where labels spell spans: in the schemes BIO, IOB1, BIOES and BILOU, strictly."""

from collections.abc import Sequence

import torch
from torch import Tensor

from regard.checks import unknown

LETTERS = {"BIO": "BI", "BIOES": "BIES", "BILOU": "BILU", "IOB1": "BI"}
"""What the labels of a scheme begin with, `O` aside."""
SAME = {"L": "E", "U": "S"}
Part = tuple[str, str]
OUTSIDE: Part = ("O", "")


def scheme_by_names(names: Sequence[str]) -> str | None:
    """`BIO`, `BIOES` or `BILOU` if every name is `O` or one of its letters, a hyphen and a kind; None for other labels.

    Names alone cannot tell IOB1 from BIO.

    >>> scheme_by_names(["O", "B-place", "I-place"]), scheme_by_names(["O", "S-place"]), scheme_by_names(["O", "NOUN"])
    ('BIO', 'BIOES', None)
    """
    parts = [name.partition("-") for name in names if name != "O"]
    if not parts or not all(kind for _, _, kind in parts):
        return None
    letters = {letter for letter, _, _ in parts}
    return next((scheme for scheme, allowed in LETTERS.items() if letters <= set(allowed)), None)


def legal_transitions(names: Sequence[str], scheme: str | None = None) -> Tensor:
    """(y + 1, y + 1) of booleans: whether label j may follow label i; row y is the start, column y the end.

    Within a span of kind X, opened by `B-X`, only `I-X` may follow, and in BIOES `E-X`, which closes it; outside, or
    where a span may end, anything that opens one, `O` and the end. A BIOES span may end after `E-X` and `S-X` only, a
    BIO span anywhere. BILOU is BIOES with L and U for E and S. In IOB1 `I-X` opens spans, and `B-X` stands only
    between two of one kind. Unless a scheme is given the names tell it (`scheme_by_names`); where they tell none,
    everything may follow everything.

    >>> legal_transitions(["O", "B-X", "I-X"]).int().tolist()
    [[1, 1, 0, 1], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 0, 1]]
    """
    if scheme is not None and scheme not in LETTERS:
        raise unknown("scheme", scheme, list(LETTERS))
    scheme = scheme or scheme_by_names(names)
    legal = torch.ones(len(names) + 1, len(names) + 1, dtype=torch.bool)
    if scheme is None:
        return legal
    parts = [*map(_part, names), OUTSIDE]
    for i, before in enumerate(parts):
        for j, after in enumerate(parts):
            legal[i, j] = _may_follow(before, after, scheme)
    return legal


def _may_follow(before: Part, after: Part, scheme: str) -> bool:
    left_open = before[0] in "BI"
    same_span = left_open and before[1] == after[1]
    if scheme == "IOB1":
        return after[0] != "B" or same_span
    if after[0] in "IE":
        return same_span
    return scheme == "BIO" or not left_open


def _part(name: str) -> Part:
    """The letter of a label, L as E and U as S, and its kind, which may hold hyphens."""
    letter, _, kind = name.partition("-")
    return SAME.get(letter, letter), kind
