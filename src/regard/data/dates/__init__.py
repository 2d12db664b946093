"""Dates the way people write them, in many languages, with the ISO date and the gold alignment of each."""

from regard.data.dates.lines import Line, Link, lines
from regard.data.dates.locales import LEFT_OUT, LOCALES
from regard.data.dates.pairs import pair_lines
from regard.data.dates.patterns import patterns
from regard.data.dates.summary import describe
from regard.data.dates.writing import Span, Written, write, written

__all__ = [
    "LEFT_OUT",
    "LOCALES",
    "Line",
    "Link",
    "Span",
    "Written",
    "describe",
    "lines",
    "pair_lines",
    "patterns",
    "write",
    "written",
]
