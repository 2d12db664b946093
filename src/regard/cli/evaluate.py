"""`regard evaluate MODEL DATA`: BLEU and chrF with sacrebleu's signature, and exact match, with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from regard.cli.flags import check_cli, parse
from regard.data.pairs import one_of
from regard.training.config import DataChoices


@dataclass(kw_only=True)
class EvaluateConfig(DataChoices):
    """The flags of `regard evaluate`."""

    model: str
    """folder of the model"""
    data: list[str] = field(default_factory=list)
    """one table, or two parallel files"""
    beam: int = 5
    """hypotheses kept; 1 is greedy"""
    length_penalty: float = 1.0
    """exponent of the length that scores are divided by"""
    tokenize: str | None = None
    """sacrebleu's tokenizer: 13a, zh, char, intl or none; else the references decide"""


def run(words: Sequence[str]) -> int:
    """Reads, predicts, prints scores to standard output."""
    check_cli("evaluate")
    config = parse("evaluate", EvaluateConfig, words, ["model", "data"], "Scores a model on pairs of texts.")
    from regard.cli.report import scores
    from regard.decoding.beam import Search
    from regard.folder.model import load_translator
    from regard.metrics.bleu import TOKENIZERS
    from regard.training.translate import pairs_of, skipped

    how = Search(config.beam, 1, config.length_penalty)
    if config.tokenize is not None:
        one_of("--tokenize", config.tokenize, TOKENIZERS)
    model, _ = load_translator(Path(config.model))
    pairs = pairs_of(config, config.data, config.source, config.target)
    if told := skipped(pairs, "test"):
        print(told.strip())
    print(f"{len(pairs):,} pairs, beam {config.beam}, length penalty {config.length_penalty:g}")
    for line in scores(model, pairs, how, config.tokenize):
        print(line)
    return 0
