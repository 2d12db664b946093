"""What training says at the end: how it went, the test score, what to type next."""

from typing import TYPE_CHECKING

from regard.cli.sitting import how_it_went, say, what_next
from regard.data.pairs import Pairs
from regard.decoding.beam import Search
from regard.metrics.bleu import bleu
from regard.metrics.chrf import chrf
from regard.metrics.exact import exact_match
from regard.models.translator import Translator
from regard.training.translate import NAMES, Trained

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
    verbs = (
        ("predict MODEL FILE", "one translation a line; without FILE, type lines into it"),
        ("evaluate MODEL DATA", "BLEU and chrF on other pairs of yours"),
        ("look MODEL 'A SENTENCE'", "what each word was read from"),
    )
    say(console, what_next(folder, *verbs))


def scores(model: Translator, pairs: Pairs, how: Search, tokenize: str | None = None) -> list[str]:
    """BLEU and chrF, and exact match where some lines are, as printed lines."""
    found = [candidates[0] for candidates in model.translate(pairs.sources, how, where=pairs.where)]
    predictions = [candidate.text for candidate in found]
    exact = exact_match(predictions, pairs.targets)
    lines = [
        str(bleu(predictions, pairs.targets, tokenize=tokenize)),
        str(chrf(predictions, pairs.targets)),
        str(exact),
    ]
    if cut := sum(not candidate.ended for candidate in found):
        lines.append(f"stopped at the longest length, before their end: {cut:,} of {len(found):,}")
    return lines
