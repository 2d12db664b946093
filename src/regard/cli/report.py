"""What training says at the end: how it went, the test score, what to type next."""

from typing import TYPE_CHECKING

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

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    minutes = round(outcome.position.seconds / 60, 2)
    say(f"\nDone after {outcome.position.step:,} updates, {minutes:.1f} minutes: {outcome.reason}.")
    for name, score in outcome.scores.items():
        measured = f"{NAMES[outcome.metric]} {score:.2f} on the validation data"
        say(f"  {measured}: {name} weights{', which are kept' * (name == outcome.chosen)}")
    if test is not None:
        say(f"Test, {len(test):,} pairs, beam 5:")
        for line in scores(trained.model, test, Search()):
            say(f"  {line}")
    say(
        f"\nThe model is in {folder}. Next:\n"
        f"  regard predict {folder} FILE            one translation a line; without FILE, type lines into it\n"
        f"  regard evaluate {folder} DATA           BLEU and chrF on other pairs of yours\n"
        f"  regard look {folder} 'A SENTENCE'       what each word was read from\n"
        "  the same command again, with more --epochs or --max-minutes, goes on training"
    )


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
