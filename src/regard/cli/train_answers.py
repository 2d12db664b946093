"""`regard train label|classify|regress DATA --model DIR`: examples in, a model folder out."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from regard.cli.flags import parse
from regard.cli.watch import Watch
from regard.data.door import Read, read_examples
from regard.data.examples import Examples
from regard.errors import OptionError
from regard.metrics.answers import scores
from regard.training.answer import Parts, TrainedAnswerer, train_answerer, with_validation
from regard.training.answer_checks import check_answer_choices
from regard.training.answer_config import AnswerConfig
from regard.training.baseline import Baseline, baselines
from regard.training.doctor import examined
from regard.training.progress import Watcher

if TYPE_CHECKING:
    from rich.console import Console

ABOUT = {
    "label": "Trains a model that labels every vector of an item: the words of a text, the nodes of a graph.",
    "classify": "Trains a model that tells classes of texts, sounds, images, graphs, series or sets of vectors.",
    "regress": "Trains a model that gives a number for a text, a sound, an image, a graph, a series or a set.",
}


def run(kind: str, words: Sequence[str]) -> int:
    """Trains with a progress bar, reports, says what to type next; Ctrl-C saves."""
    config = parse(f"train {kind}", AnswerConfig, words, ["data"], ABOUT[kind])
    check_answer_choices(kind, config)
    from rich.console import Console

    console = Console(stderr=True)
    watch = Watch(console, unit="answers")
    try:
        with watch:
            parts = read_parts(kind, config, watch)
            trained = train_answerer(kind, config, watch, parts)
    except KeyboardInterrupt:
        told = watch.interrupted(Path(config.model), config.overwrite)
        console.print(told, highlight=False, markup=False, soft_wrap=True)
        return 130
    report(kind, trained, console)
    return 0


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
    found: Read = read_examples(files, answer=kind, choices=config)
    if found.train.kind != train.kind:
        hint = f"--input {train.kind}"
        got = f"{found.train.kind} in {found.train.origin}"
        raise OptionError(f"data: validation and test items must be {train.kind}, too", got=got, hint=hint)
    return found.train


def skipped(examples: Examples) -> str:
    """A sentence for every reason that items were left out for; empty if none were."""
    return "".join(f" {count:,} {reason} items were left out, as chosen." for reason, count in examples.skipped.items())


def report(kind: str, trained: TrainedAnswerer, console: "Console") -> None:
    """Prints how it went, the scores beside the baselines', and what to type next."""
    model, outcome, folder, parts = trained

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    minutes = outcome.position.seconds / 60
    say(f"\nDone after {outcome.position.step:,} updates, {minutes:.1f} minutes: {outcome.reason}.")
    for name, score in outcome.scores.items():
        kept = ", which are kept" * (name == outcome.chosen)
        say(f"  {outcome.metric} {score:.2f} on the validation items: {name} weights{kept}")
    tested, called = (parts.valid, "Validation") if parts.test is None else (parts.test, "Test")
    say(f"{called}, {len(tested):,} items:")
    for each in scores(kind, tested.answers or [], model.predict(tested)):
        say(f"  {each}")
    plain = baselines(kind, model.given, parts.train, tested)
    say(f"  without attention: {beside(plain, outcome.metric)}")
    say(
        f"\nThe model is in {folder}. Next:\n"
        f"  regard predict {folder} FILE     one answer a line\n"
        f"  regard evaluate {folder} DATA    scores on other items of yours\n"
        f"  regard encode {folder} DATA      the representation, for use anywhere else\n"
        "  the same command again, with more --epochs or --max-minutes, goes on training"
    )


def beside(plain: list[Baseline], metric: str) -> str:
    """`accuracy 18.80 (majority), 84.20 (bag of vectors)`."""
    return f"{metric} " + ", ".join(f"{each.score:.2f} ({each.name})" for each in plain)
