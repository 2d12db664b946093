"""`regard evaluate MODEL DATA`: BLEU and chrF with sacrebleu's signature, exact match; of phones WER and PER;
of sounds and other items WER and CER.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from regard.cli.answers import kind_of_model
from regard.cli.flags import parse
from regard.cli.memory import MemoryChoices, with_memory
from regard.cli.model import ModelChoices, WritingChoices, load, pairs_for
from regard.cli.rules import SearchChoices
from regard.data.pairs import one_of
from regard.errors import OptionError
from regard.training.config import DataChoices


@dataclass(kw_only=True)
class EvaluateConfig(MemoryChoices, SearchChoices, DataChoices, WritingChoices, ModelChoices):
    """The flags of `regard evaluate`."""

    data: list[str] = field(default_factory=list)
    """one table, or two parallel files; of other inputs a file or a folder, as for train"""
    tokenize: str | None = None
    """sacrebleu's tokenizer: 13a, zh, char, intl or none; else the references decide"""
    metric: str = "auto"
    """bleu, chrf, exact, wer (answers with any error; of items that are no texts edits a word), cer (edits a character)
    or per (edits a phone); auto is what suits the sources and the targets"""
    scores: str = ""
    """file to write, a line a pair: log p(target | source), its mean a token, and tokens; then nothing is translated"""


def run(words: Sequence[str]) -> int:
    """Reads, predicts, prints scores to standard output."""
    if (kind := kind_of_model("evaluate", words)) == "generate":
        from regard.cli import evaluate_generate

        return evaluate_generate.run(words)
    if kind == "generate-images":
        from regard.cli import evaluate_images

        return evaluate_images.run(words)
    if kind != "translate":
        from regard.cli import evaluate_answers

        return evaluate_answers.run(words)
    config = parse("evaluate", EvaluateConfig, words, ["model", "data"], "Scores a translator on pairs.")
    from regard.cli.given import score_given
    from regard.cli.scores import MEASURES, scores
    from regard.metrics.bleu import TOKENIZERS
    from regard.training.translations import skipped

    if config.tokenize is not None:
        one_of("--tokenize", config.tokenize, TOKENIZERS)
    one_of("--metric", config.metric, ["auto", *MEASURES])
    if config.scores and config.metric != "auto":
        got = f"--metric {config.metric}"
        raise OptionError("--scores: targets that are given have no measure", got=got, hint="drop one of the two")
    model = load(config)
    with_memory(model, config.model, config)
    how = config.search(config.beam, 1, model.target, config.encoding)
    pairs = pairs_for(model, config, config.data)
    if told := skipped(pairs, "test"):
        print(told.strip())
    if config.scores:
        score_given(model, pairs, config.scores)
        return 0
    print(f"{len(pairs):,} pairs, beam {config.beam}, length penalty {config.length_penalty:g}")
    for line in scores(model, pairs, how, config.tokenize, config.metric):
        print(line)
    return 0
