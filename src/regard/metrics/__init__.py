"""Scores of what a model wrote, each with its interval: BLEU, chrF, exact match, alignment share."""

from regard.metrics.alignment_share import AlignmentShare, Gold, alignment_share
from regard.metrics.bleu import bleu, bleu_counts, bleu_of_counts
from regard.metrics.chrf import chrf, chrf_counts, chrf_of_counts
from regard.metrics.corpus import CorpusScore
from regard.metrics.exact import ExactMatch, exact_match
from regard.metrics.intervals import Comparison, Interval, bootstrap, compare, wilson
from regard.metrics.scripts import default_tokenize

__all__ = [
    "AlignmentShare",
    "Comparison",
    "CorpusScore",
    "ExactMatch",
    "Gold",
    "Interval",
    "alignment_share",
    "bleu",
    "bleu_counts",
    "bleu_of_counts",
    "bootstrap",
    "chrf",
    "chrf_counts",
    "chrf_of_counts",
    "compare",
    "default_tokenize",
    "exact_match",
    "wilson",
]
