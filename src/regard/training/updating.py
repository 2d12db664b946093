"""One update of a training, whatever comes in its way: numbers that are none, memory that runs short."""

from typing import Any

import torch

from regard.data.batches import Indices
from regard.layers.redrawing import redraw
from regard.training.finite import NotFinite, told
from regard.training.learner import Learner
from regard.training.memory import HALVINGS, gave_up, halved, is_memory
from regard.training.options import TrainingOptions
from regard.training.position import Position
from regard.training.profiling import Profiler, record_function
from regard.training.progress import Watcher
from regard.training.steps import update
from regard.training.task import Task
from regard.training.workers import workers

APART = 1_000_000_007
"""How far apart the draws of two workers begin."""


class Updater:
    """Makes updates of a learner; all that is random is a function of (seed, step, batch, worker)."""

    def __init__(self, task: Task, learner: Learner, options: TrainingOptions, watcher: Watcher) -> None:
        self.task, self.learner, self.options, self.watcher, self.among = task, learner, options, watcher, workers()
        self.profiler = Profiler(options.profile, watcher.say)

    def update(self, batches: list[Indices], rate: float, position: Position) -> tuple[float, int] | None:
        """The update to `position.step`: its mean loss and how many answers there were; None where it is left out.

        Raises NumbersError or ShortOfMemory, with the weights as they were.
        """
        seeded(self.options.seed * 1_000_003 + position.step + APART * self.among.rank)
        self.learner.network.train()
        redraw(self.learner.network, self.options.seed, position.step)
        self.profiler.before()
        try:
            made = self._made(batches, rate, position.step)
        except NotFinite as bad:
            self._leave_out(bad.what, batches, position)
            return None
        self.learner.average.update(position.step)
        self.profiler.after()
        return made

    def _made(self, batches: list[Indices], rate: float, step: int) -> tuple[float, int]:
        """From this worker's share of the batches; what memory does not hold is read in halves, if it is alone."""
        shares = [share for share in map(self.among.share, batches) if len(share)]
        for left in reversed(range(HALVINGS + 1)):
            try:
                padded = self._padded(shares, step)
                return update(self.task, self.learner.optimizer, padded, self.options, rate, self.among)
            except (RuntimeError, MemoryError) as error:
                if not is_memory(error):
                    raise
                smaller = halved(shares)
                if not left or len(smaller) == len(shares) or self.among.count > 1:
                    raise gave_up(step, error, shares) from error
                self.watcher.say(f"Step {step:,}: memory did not hold a batch; it is read in halves.")
                shares = smaller
        raise AssertionError("the last halving gives up")

    def _padded(self, shares: list[Indices], step: int) -> list[Any]:
        worker = (self.among.rank,) if self.among.rank else ()
        with record_function("prepare batches"):
            return [self.task.batch(share, (self.options.seed, step, i, *worker)) for i, share in enumerate(shares)]

    def _leave_out(self, what: str, batches: list[Indices], position: Position) -> None:
        """Counts it and says so, if that is allowed; else raises NumbersError."""
        items = [self.task.where(int(index)) for batch in batches for index in batch]
        error = told(position.step, what, items)
        if position.skipped >= self.options.skip_bad_batches:
            raise error
        position.skipped += 1
        self.watcher.say(f"Step {position.step:,} is left out, as chosen: {error.got}.")


def seeded(seed: int) -> None:
    """As `torch.manual_seed`, which notes a whole call stack for every kind of device that is not in use."""
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.manual_seed_all(seed)
