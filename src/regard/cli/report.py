"""What training says at the end: how it went, the test score, what to type next."""

from typing import TYPE_CHECKING

from regard.data.pairs import Pairs
from regard.decoding.beam import Search
from regard.metrics.bleu import bleu
from regard.metrics.chrf import chrf
from regard.metrics.exact import exact_match
from regard.models.translator import Translator
from regard.training.translate import Trained

if TYPE_CHECKING:
    from rich.console import Console


def final(trained: Trained, test: Pairs | None, console: "Console") -> None:
    """Prints the report."""
    outcome, folder = trained.outcome, trained.folder

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    minutes = outcome.position.seconds / 60
    say(f"\nDone after {outcome.position.step:,} updates, {minutes:.1f} minutes: {outcome.reason}.")
    for name, score in outcome.scores.items():
        say(f"  {'→' if name == outcome.chosen else ' '} {name}: {score:.2f} on the validation data (greedy)")
    if test is not None:
        say(f"Test, {len(test):,} pairs, beam 5:")
        for line in scores(trained.model, test, Search()):
            say(f"  {line}")
    say(
        f"\nThe model is in {folder}. Next:\n"
        f"  regard predict {folder} FILE            one translation a line; or type lines into it\n"
        f"  regard evaluate {folder} DATA           BLEU and chrF on pairs of yours\n"
        f"  regard look {folder} 'A SENTENCE'       what each word was read from"
    )


def scores(model: Translator, pairs: Pairs, how: Search, tokenize: str | None = None) -> list[str]:
    """BLEU and chrF, and exact match where some lines are, as printed lines."""
    found = [candidates[0] for candidates in model.translate(pairs.sources, how)]
    predictions = [candidate.text for candidate in found]
    exact = exact_match(predictions, pairs.targets)
    lines = [
        str(bleu(predictions, pairs.targets, tokenize=tokenize)),
        str(chrf(predictions, pairs.targets)),
        str(exact),
    ]
    if cut := sum(not candidate.ended for candidate in found):
        lines.append(f"{cut:,} translations reached the longest length before they ended")
    return lines
