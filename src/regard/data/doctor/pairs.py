"""Pairs that do not look like translations, and pairs that come twice."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np

from regard.data.doctor.copies import copies, groups
from regard.data.doctor.finding import Finding, of, places
from regard.data.examples import Examples
from regard.data.item_pairs import AnyPairs, ItemPairs
from regard.data.pairs import Pairs

TIMES = 4
SHORT = 20
"""Characters of the longer side below which lengths say nothing."""


def one_side(part: AnyPairs, side: Literal["source", "target"] | str) -> Examples:
    """The sources or the targets of pairs."""
    if isinstance(part, ItemPairs):
        there = replace(part.sources, skipped=part.skipped)
        return there if side == "source" else replace(there, kind="text", items=part.targets, groups=None)
    texts, origin = (part.sources, part.origins.source) if side == "source" else (part.targets, part.origins.target)
    return Examples("text", texts, origin=origin, lines=part.origins.lines, skipped=part.skipped)


def pairs(parts: Mapping[str, AnyPairs]) -> Iterator[Finding]:
    """Findings on lengths that do not fit, sides that are equal, pairs that come twice, and groups in several parts."""
    for name, part in parts.items():
        if isinstance(part, Pairs):
            yield from _unlike(name, part)
            yield from _equal(name, part)
    sources = {name: replace(one_side(part, "source"), answers=part.targets) for name, part in parts.items()}
    yield from copies(sources, conflict="note")
    yield from groups(sources)


def _unlike(name: str, part: Pairs) -> Iterator[Finding]:
    """Pairs whose lengths are far from the usual ratio."""
    if not len(part):
        return
    sources, targets = (np.fromiter(map(len, side), np.float64) + 1 for side in (part.sources, part.targets))
    ratio = np.log(targets / sources)
    usual = float(np.median(ratio))
    odd = np.flatnonzero((np.abs(ratio - usual) > np.log(TIMES)) & (np.maximum(sources, targets) > SHORT))
    if len(odd):
        text = f"{name}: {of(len(odd), part.sources, 'pairs')} are over {TIMES} times as long or short as usual"
        text += f", which is {np.exp(usual):.2f} characters for one"
        yield Finding("warn", text, places(one_side(part, "source"), odd), "check that they belong together")


def _equal(name: str, part: Pairs) -> Iterator[Finding]:
    """Pairs whose sides are the same text with letters in it."""
    both = zip(part.sources, part.targets, strict=True)
    same = [index for index, (one, other) in enumerate(both) if one == other and any(map(str.isalpha, one))]
    if same:
        text = f"{name}: {of(len(same), part.sources, 'pairs')} have one text on both sides"
        yield Finding("warn", text, places(one_side(part, "source"), same), "leave out what is not translated")
