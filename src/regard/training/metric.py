"""What the weights of a translator are chosen by."""

from collections.abc import Callable

from regard.data.item_pairs import AnyPairs, ItemPairs
from regard.inputs.text import Text
from regard.metrics.bleu import bleu
from regard.metrics.edit import character_error_rate, phone_error_rate, word_error_rate, wrong_sequences
from regard.metrics.exact import exact_match
from regard.metrics.scripts import default_tokenize

NAMES = {"bleu": "BLEU", "exact": "exact match", "wer": "WER", "per": "PER"}
"""Metrics as people call them, in percent; WER is the share of answers with any error, as in SIGMORPHON's tasks."""

Metric = Callable[[list[str], list[str]], float]
"""Predictions and references to a score in percent."""


def metric_name(name: str, target: Text, valid: AnyPairs) -> str:
    """`auto` becomes WER where targets are spelled in signs, such as phones; exact match where most are a single word
    of a script that has spaces; else BLEU. Of sources that are no texts WER, or CER in a script without spaces.
    """
    if name != "auto":
        return name
    if isinstance(valid, ItemPairs):
        return "wer" if default_tokenize(valid.targets) == "13a" else "cer"
    if target.kind == "spaced":
        return "wer"
    if default_tokenize(valid.targets) != "13a":
        return "bleu"
    single = sum(len(line.split()) == 1 and len(line) <= 24 for line in valid.targets)
    return "exact" if 2 * single > len(valid) else "bleu"


def metric_of(name: str, items: bool = False) -> Metric:
    """The metric of that name, for sources that are items or texts. Where sacrebleu is absent, MissingError at once."""
    match name:
        case "wer" if items:
            return lambda predictions, references: word_error_rate(references, predictions)
        case "cer":
            return lambda predictions, references: character_error_rate(references, predictions)
        case "exact":
            return lambda predictions, references: exact_match(predictions, references).score
        case "wer":
            return lambda predictions, references: wrong_sequences(references, predictions)
        case "per":
            return lambda predictions, references: phone_error_rate(references, predictions)
    bleu(["a"], ["a"], samples=1)
    return lambda predictions, references: bleu(predictions, references, samples=1).score
