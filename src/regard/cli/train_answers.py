"""`regard train label|classify|regress DATA --model DIR`: examples in, a model folder out."""

from collections.abc import Sequence

from regard.cli.flags import parse
from regard.cli.main import INTERRUPTED
from regard.cli.sitting import how_it_went, say, watched, what_next
from regard.cli.watch import Watch
from regard.metrics.answers import scores
from regard.training.answer import TrainedAnswerer, train_answerer
from regard.training.answer_checks import check_answer_choices
from regard.training.answer_config import AnswerConfig
from regard.training.answer_files import read_parts
from regard.training.baseline import Baseline, baselines

ABOUT = {
    "label": "Trains a model that labels every vector of an item: the words of a text, the nodes of a graph.",
    "classify": "Trains a model that tells classes of texts, sounds, images, graphs, series or sets of vectors.",
    "regress": "Trains a model that gives a number for a text, a sound, an image, a graph, a series or a set.",
}


def run(kind: str, words: Sequence[str]) -> int:
    """Trains with a progress bar, reports, says what to type next; Ctrl-C saves."""
    config = parse(f"train {kind}", AnswerConfig, words, ["data"], ABOUT[kind])
    check_answer_choices(kind, config)
    watch = Watch(unit="answers")
    trained = watched(watch, config, lambda: train_answerer(kind, config, watch, read_parts(kind, config, watch)))
    if trained is None:
        return INTERRUPTED
    report(kind, trained, watch)
    return 0


def report(kind: str, trained: TrainedAnswerer, watch: Watch) -> None:
    """Prints how it went, the scores beside the baselines', and what to type next."""
    model, outcome, folder, parts = trained
    say(watch.console, how_it_went(outcome, outcome.metric, "validation items"))
    tested, called = (parts.valid, "Validation") if parts.test is None else (parts.test, "Test")
    say(watch.console, f"{called}, {len(tested):,} items:")
    for each in scores(kind, tested.answers or [], model.predict(tested)):
        say(watch.console, f"  {each}")
    plain = baselines(kind, model.given, parts.train, tested)
    say(watch.console, f"  without attention: {beside(plain, outcome.metric)}")
    verbs = (
        ("predict MODEL DATA", "one answer a line"),
        ("evaluate MODEL DATA", "scores on other items of yours"),
        ("encode MODEL DATA", "the representation, for use anywhere else"),
    )
    say(watch.console, what_next(folder, *verbs))


def beside(plain: list[Baseline], metric: str) -> str:
    """`accuracy 18.80 (majority), 84.20 (bag of vectors)`."""
    return f"{metric} " + ", ".join(f"{each.score:.2f} ({each.name})" for each in plain)
