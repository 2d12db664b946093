"""Scores of translations as printed lines, of the measures that suit what is written."""

from collections.abc import Callable

from regard.data.pairs import Pairs
from regard.decoding.beam import Search
from regard.metrics.bleu import bleu
from regard.metrics.chrf import chrf
from regard.metrics.edit import phone_error_rate, wrong_counts, wrong_sequences
from regard.metrics.exact import exact_match
from regard.models.translator import Translator

Lines = list[str]

MEASURES = {"bleu": "BLEU", "chrf": "chrF", "exact": "exact match", "wer": "WER", "per": "PER"}
"""Measures as people call them."""


def scores(model: Translator, pairs: Pairs, how: Search, tokenize: str | None = None, metric: str = "auto") -> Lines:
    """A line for each measure, `auto` for those that suit, and one for how many targets did not end."""
    found = [candidates[0] for candidates in model.translate(pairs.sources, how, where=pairs.where)]
    predictions = [candidate.text for candidate in found]
    known = _measures(tokenize)
    names = suitable(model) if metric == "auto" else [metric]
    lines = [known[name](predictions, pairs.targets) for name in names]
    if cut := sum(not candidate.ended for candidate in found):
        lines.append(f"stopped at the longest length, before their end: {cut:,} of {len(found):,}")
    return lines


def suitable(model: Translator) -> Lines:
    """WER and PER where targets are spelled in signs, such as phones; else BLEU, chrF and exact match."""
    return ["wer", "per"] if model.target.kind == "spaced" else ["bleu", "chrf", "exact"]


def _measures(tokenize: str | None) -> dict[str, Callable[[Lines, Lines], str]]:
    return {
        "bleu": lambda predictions, references: str(bleu(predictions, references, tokenize=tokenize)),
        "chrf": lambda predictions, references: str(chrf(predictions, references)),
        "exact": lambda predictions, references: str(exact_match(predictions, references)),
        "wer": _wer,
        "per": lambda predictions, references: str(phone_error_rate.score(references, predictions)),
    }


def _wer(predictions: Lines, references: Lines) -> str:
    """The share of answers with any error: what SIGMORPHON's tasks call word error rate."""
    wrong = sum(count for count, _ in wrong_counts(references, predictions))
    score = wrong_sequences.score(references, predictions)._replace(name="WER")
    return f"{score}  {wrong:,} of {len(references):,} answers wrong"
