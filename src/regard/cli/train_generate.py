"""`regard train generate FILE… --model DIR`: a text in, a model folder out."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from regard.cli.flags import parse
from regard.cli.watch import Watch
from regard.errors import OptionError
from regard.metrics.generated import likelihoods
from regard.training.generate import TrainedGenerator, train_generator
from regard.training.generate_config import GenerateConfig

if TYPE_CHECKING:
    from rich.console import Console


def run(words: Sequence[str]) -> int:
    """Trains with a progress bar, reports, says what to type next; Ctrl-C saves."""
    config = parse("train generate", GenerateConfig, words, ["data"], "Trains a model that goes on with a text.")
    if not config.data:
        raise OptionError("regard train generate: needs a text file", got="none", hint="regard train generate FILE …")
    from rich.console import Console

    console = Console(stderr=True)
    watch = Watch(console)
    try:
        with watch:
            trained = train_generator(config, watch)
    except KeyboardInterrupt:
        told = watch.interrupted(Path(config.model), config.overwrite)
        console.print(told, highlight=False, markup=False, soft_wrap=True)
        return 130
    report(trained, console)
    return 0


def report(trained: TrainedGenerator, console: "Console") -> None:
    """Prints how it went, how likely the test text is, and what to type next."""
    model, outcome, folder, parts = trained

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    minutes = outcome.position.seconds / 60
    say(f"\nDone after {outcome.position.step:,} updates, {minutes:.1f} minutes: {outcome.reason}.")
    for name, score in outcome.scores.items():
        kept = ", which are kept" * (name == outcome.chosen)
        say(f"  {outcome.metric} {score:.4f} on the validation text: {name} weights{kept}")
    tested, called = (parts.valid, "Validation") if parts.test is None else (parts.test, "Test")
    say(f"{called}, {len(tested):,} lines, each token told from half a window before it:")
    for line in likelihoods(model.surprise(tested)):
        say(f"  {line}")
    say(
        f"\nThe model is in {folder}. Next:\n"
        f"  regard predict {folder}            type the beginning of a text, and it goes on\n"
        f"  regard evaluate {folder} FILE      how likely another text of yours is\n"
        "  the same command again, with more --epochs or --max-minutes, goes on training"
    )
