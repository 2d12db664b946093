"""`regard evaluate MODEL DATA` for labels, classes and numbers: every measure with its interval."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from regard.cli.answers import AnswererChoices, load
from regard.cli.flags import parse
from regard.cli.memory import MemoryChoices, with_memory
from regard.cli.unsure import UnsureChoices, told
from regard.data.door import read_examples
from regard.data.examples import Examples
from regard.data.files import shown
from regard.errors import OptionError
from regard.metrics.answers import paired, scores
from regard.metrics.classification import recall_of


@dataclass(kw_only=True)
class EvaluateAnswersConfig(MemoryChoices, UnsureChoices, AnswererChoices):
    """The flags of `regard evaluate` for such a model."""

    paired: str | None = None
    """folder of another model: how much more it scores, with an interval over the same items"""


def run(words: Sequence[str]) -> int:
    """Reads, answers, prints scores to standard output."""
    about = "Scores a model on items whose answers are known."
    config = parse("evaluate", EvaluateAnswersConfig, words, ["model", "data"], about)
    model = load(config)
    with_memory(model, config.model, config)
    config.check_unsure(model)
    kind = model.targets.kind
    read = read_examples(config.data, answer=kind, choices=replace(config, input=model.given.kind))
    examples = read.test or read.train
    answers = examples.answers or []
    predictions = told(model, examples, config, config.batch_tokens)
    print(f"{len(examples):,} items of {examples.origin}")
    for score in scores(kind, answers, predictions):
        print(score)
    for line in _by_file(kind, examples, predictions):
        print(line)
    if config.unknown_below and config.unknown in answers:
        print(recall_of(config.unknown).score(answers, predictions))
    if config.paired is not None:
        other = load(replace(config, model=config.paired))
        if other.targets.kind != kind or other.given.kind != model.given.kind:
            got = f"{other.targets.kind} of {other.given.kind}"
            hint = f"a model that answers {kind} of {model.given.kind}"
            raise OptionError("--paired: both models must answer the same", got=got, hint=hint)
        print(f"{Path(config.paired)} against it, on the same items:")
        for name, more in paired(kind, answers, predictions, told(other, examples, config, config.batch_tokens)):
            print(f"{name} {more}")
    return 0


def _by_file(kind: str, examples: Examples, predictions: Sequence[Any]) -> Iterator[str]:
    """Where items come from several files, the main score of each, with its interval; of one class the errors."""
    answers = examples.answers or []
    for name in dict.fromkeys(examples.files):
        own = [index for index, file in enumerate(examples.files) if file == name]
        score = scores(kind, [answers[index] for index in own], [predictions[index] for index in own])[0]
        error = f", errors {100 - score.value:.1f} %" if score.name == "accuracy" else ""
        yield f"{shown(name)}: {len(own):,} items, {score}{error}"
