"""`regard train generate FILE… --model DIR`: a text in, a model folder out."""

from collections.abc import Sequence

from regard.cli.flags import parse
from regard.cli.main import INTERRUPTED
from regard.cli.sitting import how_it_went, say, watched, what_next
from regard.cli.watch import Watch
from regard.data.pairs import one_of
from regard.errors import OptionError
from regard.metrics.generated import likelihoods
from regard.training.generate import TrainedGenerator, train_generator
from regard.training.generate_config import GenerateConfig
from regard.training.paint_images import are_images


def run(words: Sequence[str]) -> int:
    """Trains with a progress bar, reports, says what to type next; Ctrl-C saves."""
    about = "Trains a model that goes on with a text, or paints images pixel by pixel."
    config = parse("train generate", GenerateConfig, words, ["data"], about)
    one_of("--input", config.input, ("auto", "text", "image"))
    if not config.data:
        rule = "regard train generate: needs a text file, or images"
        raise OptionError(rule, got="none", hint="regard train generate FILE …")
    if are_images(config.input, config.data):
        from regard.cli import train_images

        return train_images.train(config)
    watch = Watch()
    trained = watched(watch, config, lambda: train_generator(config, watch))
    if trained is None:
        return INTERRUPTED
    report(trained, watch)
    return 0


def report(trained: TrainedGenerator, watch: Watch) -> None:
    """Prints how it went, how likely the test text is, and what to type next."""
    model, outcome, folder, parts = trained
    say(watch.console, how_it_went(outcome, outcome.metric, "validation text", digits=4))
    tested, called = (parts.valid, "Validation") if parts.test is None else (parts.test, "Test")
    say(watch.console, f"{called}, {len(tested):,} lines, each token told from half a window before it:")
    for line in likelihoods(model.surprise(tested)):
        say(watch.console, f"  {line}")
    predict = ("predict MODEL", "type the beginning of a text, and it goes on")
    say(watch.console, what_next(folder, predict, ("evaluate MODEL FILE", "how likely another text of yours is")))
