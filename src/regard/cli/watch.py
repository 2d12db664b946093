"""Training on the terminal: a bar with tokens a second and time left, and a line for each validation."""

import math
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from regard.training.progress import Step, Validation
from regard.training.workers import is_first

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID


REDRAWN = 0.5
"""Seconds between drawings of the bar."""


class Watch:
    """A watcher that draws; use it as a context, so that the bar stops with it.

    `lines` False shows the bar alone. It is drawn between two steps: a thread that draws beside them takes a core from
    torch's own threads, which wait for each other after every operation (a third of the updates, docs/benchmarks.md).
    """

    def __init__(
        self, console: "Console | None" = None, label: str = "training", lines: bool = True, unit: str = "tokens"
    ) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self.console = console or Console(stderr=True, quiet=not is_first())
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(20),
            TextColumn("{task.fields[told]}"),
            console=self.console,
            auto_refresh=False,
        )
        self.drawn = -math.inf
        self.lines, self.label, self.unit = lines, label, unit
        self.task: TaskID | None = None

    def __enter__(self) -> "Watch":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.task is not None:
            self.bar.stop()

    @property
    def begun(self) -> bool:
        """Whether a step was made."""
        return self.task is not None

    def interrupted(self, folder: Path, overwrite: bool) -> str:
        """What is said after Ctrl-C: whether anything was learned and kept, and how to go on."""
        there = (folder / "state" / "position.json").is_file()
        saved = there and (self.begun or not overwrite)  # before that, what is there is the old model
        command = "the same command without --overwrite" if overwrite else "the same command"
        kept = f"What was learned is saved in {folder}; {command} goes on."
        return f"\nInterrupted. {kept if saved else 'Nothing was learned yet.'}"

    def step(self, step: Step) -> None:
        """Moves the bar, which is drawn from the first step on."""
        if self.task is None:
            self.task = self.bar.add_task(self.label, total=1.0, told="")
            self.bar.start()
        told = (
            f"{100 * step.done:3.0f} %  step {step.step:,}  loss {step.loss:.2f}  "
            f"{step.tokens_per_second:,.0f} {self.unit}/s  {clock(step.seconds_left)} left"
        )
        self.bar.update(self.task, completed=step.done, told=told)
        if time.monotonic() - self.drawn >= REDRAWN or step.done >= 1:
            self.bar.refresh()
            self.drawn = time.monotonic()

    def validation(self, validation: Validation) -> None:
        """Prints a line."""
        if not self.lines:
            return
        v = validation
        self.console.print(
            f"epoch {v.epoch:3}  step {v.step:6,}  {clock(v.seconds)}  loss {v.train_loss:.3f}  "
            f"valid loss {v.valid_loss:.3f}  {v.metric} {v.score:.2f}{'  best' if v.best else ''}",
            highlight=False,
            soft_wrap=True,
        )

    def say(self, text: str) -> None:
        """Prints it."""
        if not self.lines:
            return
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)


def clock(seconds: float) -> str:
    """Minutes and seconds.

    >>> clock(125.4)
    '2:05'
    """
    if math.isnan(seconds):
        return "?"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
