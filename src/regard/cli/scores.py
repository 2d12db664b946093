"""Scores of translations as printed lines, of the measures that suit what is written."""

from collections.abc import Callable

from regard.data.item_pairs import AnyPairs
from regard.decoding.beam import Search
from regard.inputs.text import Text
from regard.metrics.bleu import bleu
from regard.metrics.chrf import chrf
from regard.metrics.edit import (
    character_error_rate,
    phone_error_rate,
    word_error_rate,
    wrong_counts,
    wrong_sequences,
)
from regard.metrics.exact import exact_match
from regard.models.translator import Translator

Lines = list[str]
Measure = Callable[[Lines, Lines], str]

MEASURES = {"bleu": "BLEU", "chrf": "chrF", "exact": "exact match", "wer": "WER", "cer": "CER", "per": "PER"}
"""Measures as people call them."""


def scores(model: Translator, pairs: AnyPairs, how: Search, tokenize: str | None = None, metric: str = "auto") -> Lines:
    """A line for each measure, `auto` for those that suit, and one for how many targets did not end."""
    found = [candidates[0] for candidates in model.translate(pairs.sources, how, where=pairs.where)]
    predictions = [candidate.text for candidate in found]
    known = _measures(tokenize) | ({} if isinstance(model.source, Text) else OF_ITEMS)
    names = suitable(model) if metric == "auto" else [metric]
    lines = [known[name](predictions, pairs.targets) for name in names]
    if cut := sum(not candidate.ended for candidate in found):
        lines.append(f"stopped at the longest length, before their end: {cut:,} of {len(found):,}")
    return lines


def suitable(model: Translator) -> Lines:
    """WER and CER of items; of texts WER and PER where targets are spelled in signs, such as phones; else BLEU, chrF
    and exact match.
    """
    if not isinstance(model.source, Text):
        return ["wer", "cer", "exact"]
    return ["wer", "per"] if model.target.kind == "spaced" else ["bleu", "chrf", "exact"]


def _measures(tokenize: str | None) -> dict[str, Measure]:
    return {
        "bleu": lambda predictions, references: str(bleu(predictions, references, tokenize=tokenize)),
        "chrf": lambda predictions, references: str(chrf(predictions, references)),
        "exact": lambda predictions, references: str(exact_match(predictions, references)),
        "wer": _wer,
        "cer": lambda predictions, references: str(character_error_rate.score(references, predictions)),
        "per": lambda predictions, references: str(phone_error_rate.score(references, predictions)),
    }


def _wer(predictions: Lines, references: Lines) -> str:
    """The share of answers with any error: what SIGMORPHON's tasks call word error rate."""
    wrong = sum(count for count, _ in wrong_counts(references, predictions))
    score = wrong_sequences.score(references, predictions)._replace(name="WER")
    return f"{score}  {wrong:,} of {len(references):,} answers wrong"


OF_ITEMS: dict[str, Measure] = {
    "wer": lambda predictions, references: str(word_error_rate.score(references, predictions)),
}
"""What is measured otherwise where sources are no texts: edits a word, as speech recognition has it."""
