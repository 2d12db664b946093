"""What training says at the end: how it went, the test score, what to type next."""

from typing import TYPE_CHECKING

from regard.cli.scores import MEASURES, scores, suitable
from regard.cli.sitting import how_it_went, say, what_next
from regard.decoding.beam import Search
from regard.inputs.text import Text
from regard.training.metric import NAMES
from regard.training.translate import Trained

if TYPE_CHECKING:
    from rich.console import Console


def final(trained: Trained, console: "Console") -> None:
    """Prints the report."""
    outcome, folder, test = trained.outcome, trained.folder, trained.test
    say(console, how_it_went(outcome, NAMES[outcome.metric], "validation data"))
    if test is not None:
        say(console, f"Test, {len(test):,} pairs, beam 5:")
        for line in scores(trained.model, test, Search()):
            say(console, f"  {line}")
    told = [MEASURES[name] for name in suitable(trained.model)[:2]]
    texts = isinstance(trained.model.source, Text)
    predict = ("MODEL FILE", "; without FILE, type lines into it") if texts else ("MODEL DATA", "")
    verbs = [
        (f"predict {predict[0]}", f"one translation a line{predict[1]}"),
        ("evaluate MODEL DATA", f"{' and '.join(told)} on other pairs of yours"),
    ]
    verbs += [("look MODEL 'A SENTENCE'", "what each word was read from")] if texts else []
    say(console, what_next(folder, *verbs))
