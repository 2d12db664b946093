"""The examples of a training's files: read, looked at, and with a share set aside where no validation data is named."""

from dataclasses import replace

from regard.data.door import Read, read_examples
from regard.data.examples import Examples
from regard.errors import OptionError
from regard.training.answer import Parts, with_validation
from regard.training.answer_config import AnswerConfig
from regard.training.doctor import examined
from regard.training.progress import Watcher


def read_parts(kind: str, config: AnswerConfig, watcher: Watcher) -> Parts:
    """The examples of the configuration's files; without validation data a share is cut off and announced."""
    found = read_examples(config.data, answer=kind, choices=config)
    train = found.train
    first = f"the first answered {train.answers[0]!r:.60}" if train.answers else "without answers"
    watcher.say(f"Read {len(train):,} items of {train.kind} from {train.origin}, {first}.{skipped(train)}")
    valid, test = (_part(kind, files, config, train) for files in (config.valid, config.test))
    valid, test = valid or found.valid, test or found.test
    examined({"train": train, "valid": valid, "test": test}, watcher, strict=config.strict, answer=kind)
    return with_validation(train, valid, test, config.seed, watcher)


def _part(kind: str, files: list[str], config: AnswerConfig, train: Examples) -> Examples | None:
    if not files:
        return None
    found: Read = read_examples(files, answer=kind, choices=replace(config, folds=None, fold=None))
    if found.train.kind != train.kind:
        hint = f"--input {train.kind}"
        got = f"{found.train.kind} in {found.train.origin}"
        raise OptionError(f"data: validation and test items must be {train.kind}, too", got=got, hint=hint)
    return found.train


def skipped(examples: Examples) -> str:
    """A sentence for every reason that items were left out for; empty if none were."""
    return "".join(f" {count:,} {reason} items were left out, as chosen." for reason, count in examples.skipped.items())
