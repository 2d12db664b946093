"""One training at a terminal: watched, kept on Ctrl-C, told of at the end; the same for every kind of answer."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from regard.cli.curves import drawn
from regard.cli.watch import Watch
from regard.training.loop import Outcome

if TYPE_CHECKING:
    from rich.console import Console

Trained = TypeVar("Trained")


class Folder(Protocol):
    """Where a training writes, and whether it deletes what is there first."""

    model: str
    overwrite: bool


def watched(watch: Watch, choices: Folder, train: Callable[[], Trained]) -> Trained | None:
    """What `train` gives; None where Ctrl-C ended it, once it is said what is kept and how to go on."""
    try:
        with watch:
            return train()
    except KeyboardInterrupt:
        say(watch.console, watch.interrupted(Path(choices.model), choices.overwrite))
        return None


def say(console: "Console", text: str) -> None:
    """Prints a text as it is."""
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def how_it_went(outcome: Outcome, metric: str, where: str, digits: int = 2) -> str:
    """Updates, minutes, why it ended, and what each of the weights scores."""
    minutes = round(outcome.position.seconds / 60, 2)
    lines = [f"\nDone after {outcome.position.step:,} updates, {minutes:.1f} minutes: {outcome.reason}."]
    for name, score in outcome.scores.items():
        kept = ", which are kept" * (name == outcome.chosen)
        lines.append(f"  {metric} {score:.{digits}f} on the {where}: {name} weights{kept}")
    return "\n".join(lines)


def what_next(folder: Path, *verbs: tuple[str, str]) -> str:
    """How training went, drawn, and what to type next: each verb with its words after the folder, and what it does."""
    typed = [(words.replace("MODEL", str(folder)), what) for words, what in verbs]
    width = max(len(words) for words, _ in typed)
    lines = [f"  regard {words:{width}}   {what}" for words, what in typed]
    again = "  the same command again, with more --epochs or --max-minutes, goes on training"
    curve = [told] if (told := drawn(folder)) else []
    return "\n".join([*curve, f"\nThe model is in {folder}. Next:", *lines, again])
