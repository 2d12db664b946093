"""`regard train generate IMAGES… --model DIR`: grey images in, a model folder out."""

from regard.cli.main import INTERRUPTED
from regard.cli.sitting import how_it_went, say, watched, what_next
from regard.cli.watch import Watch
from regard.metrics.likelihood import bits_per
from regard.training.generate_config import GenerateConfig
from regard.training.paint import TrainedPainter, train_painter


def train(config: GenerateConfig) -> int:
    """Trains with a progress bar, reports, says what to type next; Ctrl-C saves."""
    watch = Watch()
    trained = watched(watch, config, lambda: train_painter(config, watch))
    if trained is None:
        return INTERRUPTED
    report(trained, watch)
    return 0


def report(trained: TrainedPainter, watch: Watch) -> None:
    """Prints how it went, how likely the test images are, and what to type next."""
    model, outcome, folder, parts = trained
    say(watch.console, how_it_went(outcome, outcome.metric, "validation images", digits=4))
    tested, called = (parts.valid, "Validation") if parts.test is None else (parts.test, "Test")
    levels = model.canvas.told(tested, "--test")
    nats = model.nats(levels).tolist()
    score = bits_per("dimension").score([model.canvas.pixels] * len(nats), nats)
    say(watch.console, f"{called}, {len(tested):,} images, {model.canvas.levels} levels of grey: {score}")
    predict = ("predict MODEL --png new.png", "new images, as a grid")
    half = ("predict MODEL IMAGES --given half --png half.png", "the lower halves of yours, painted")
    say(watch.console, what_next(folder, predict, half, ("evaluate MODEL IMAGES", "how likely yours are")))
