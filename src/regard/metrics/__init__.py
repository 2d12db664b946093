"""Scores of what a model answered, each with its interval, and comparisons of two models."""

from regard.metrics.alignment_share import AlignmentShare, Gold, alignment_share
from regard.metrics.answers import main_score, measures, metric_name, paired, scores
from regard.metrics.bleu import bleu, bleu_counts, bleu_of_counts
from regard.metrics.chrf import chrf, chrf_counts, chrf_of_counts
from regard.metrics.classification import Confusion, accuracy, confusion, macro_f1, micro_f1, per_class, recall_of
from regard.metrics.corpus import CorpusScore
from regard.metrics.edit import (
    character_error_rate,
    edit_distance,
    error_rate,
    phone_error_rate,
    word_error_rate,
    wrong_sequences,
)
from regard.metrics.exact import ExactMatch, exact_match
from regard.metrics.intervals import Comparison, Interval, bootstrap, compare, wilson
from regard.metrics.likelihood import bits_per, nats_per, perplexity
from regard.metrics.metric import Metric, Score
from regard.metrics.regression import mean_absolute_error, r_squared, root_mean_squared_error
from regard.metrics.scripts import default_tokenize
from regard.metrics.span_f1 import per_kind, span_f1, span_precision, span_recall
from regard.metrics.table import ClassScore, as_table
from regard.metrics.tags import new_word_accuracy, tag_accuracy

__all__ = [
    "AlignmentShare",
    "ClassScore",
    "Comparison",
    "Confusion",
    "CorpusScore",
    "ExactMatch",
    "Gold",
    "Interval",
    "Metric",
    "Score",
    "accuracy",
    "alignment_share",
    "as_table",
    "bits_per",
    "bleu",
    "bleu_counts",
    "bleu_of_counts",
    "bootstrap",
    "character_error_rate",
    "chrf",
    "chrf_counts",
    "chrf_of_counts",
    "compare",
    "confusion",
    "default_tokenize",
    "edit_distance",
    "error_rate",
    "exact_match",
    "macro_f1",
    "main_score",
    "mean_absolute_error",
    "measures",
    "metric_name",
    "micro_f1",
    "nats_per",
    "new_word_accuracy",
    "paired",
    "per_class",
    "per_kind",
    "perplexity",
    "phone_error_rate",
    "r_squared",
    "recall_of",
    "root_mean_squared_error",
    "scores",
    "span_f1",
    "span_precision",
    "span_recall",
    "tag_accuracy",
    "wilson",
    "word_error_rate",
    "wrong_sequences",
]
