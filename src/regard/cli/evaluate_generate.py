"""`regard evaluate MODEL FILE…` for a generator: nats and bits for each character, perplexity for each token."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from regard.cli.flags import parse
from regard.cli.given import write_scores
from regard.cli.memory import MemoryChoices, with_memory
from regard.cli.predict_generate import GeneratorChoices, load
from regard.errors import OptionError
from regard.metrics.generated import likelihoods
from regard.models.generator import TOKENS
from regard.training.generate_config import LinesChoices
from regard.training.generate_texts import lines_of
from regard.training.progress import Silent


@dataclass(kw_only=True)
class EvaluateGenerateConfig(MemoryChoices, GeneratorChoices):
    """The flags of `regard evaluate` for a generator."""

    data: list[str] = field(default_factory=list)
    """text files, read one after the other"""
    blank: str = "error"
    """a blank line where every line is a text: error, or skip"""
    batch_tokens: int = TOKENS
    """tokens read together; the scores do not depend on it"""
    scores: str = ""
    """file to write, a line for each of the text: its log-probability, the mean a token, and tokens"""


def run(words: Sequence[str]) -> int:
    """Reads, prints scores to standard output."""
    about = "Tells how likely a text is to a model."
    config = parse("evaluate", EvaluateGenerateConfig, words, ["model", "data"], about)
    if not config.data:
        raise OptionError("regard evaluate: needs a text file", got="none", hint=f"regard evaluate {config.model} FILE")
    if config.batch_tokens < 1:
        raise OptionError("--batch-tokens: is at least 1", got=str(config.batch_tokens), hint="leave it out")
    model = load(config)
    with_memory(model, config.model, config)
    choices = LinesChoices(each_line=model.each_line, encoding=config.encoding, blank=config.blank)
    lines = lines_of(choices, config.data, Silent())
    window = model.network.options.longest
    print(f"{len(lines):,} lines, each token told from the {window // 2:,} to {window:,} before it")
    found = model.surprise(lines, config.batch_tokens)
    if config.scores:
        write_scores(config.scores, found)
    for line in likelihoods(found):
        print(line)
    return 0
