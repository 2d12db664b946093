"""The training loop: batches, updates, validations, checkpoints, and which weights win."""

import time
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from regard.errors import RegardError
from regard.training.allocator import keep_freed_memory
from regard.training.candidates import candidates
from regard.training.checkpoint import Checkpoints
from regard.training.events import Events
from regard.training.interrupts import Interrupt, deferred
from regard.training.kept import Kept
from regard.training.learner import Learner
from regard.training.log import MetricsLog
from regard.training.options import TrainingOptions
from regard.training.position import Position, best_name, epoch_name
from regard.training.progress import Silent, Step, Validation, Watcher
from regard.training.schedules import WAITED, factor
from regard.training.steps import mean_loss
from regard.training.task import Task
from regard.training.updating import Updater
from regard.training.workers import workers


class Job(NamedTuple):
    """What is trained, how, and where it is kept, if anywhere; `request` is compared on resume."""

    task: Task
    options: TrainingOptions
    folder: Path | None
    request: Any


class Outcome(NamedTuple):
    """How it ended: which weights the model now has, and what they and the others score by the metric."""

    chosen: str
    scores: dict[str, float]
    metric: str
    position: Position
    reason: str


class Loop:
    """One training, from the first update or from where a checkpoint stands, to the end."""

    def __init__(self, job: Job, watcher: Watcher) -> None:
        self.workers = workers()
        self.job, self.options, self.task = job, job.options, job.task
        self.watcher = watcher if self.workers.first else Silent()
        self.learner = Learner(job.task.network, job.options)
        self.network = self.learner.network
        self.checkpoints = Kept() if job.folder is None else Checkpoints(job.folder, writes=self.workers.first)
        self.updater = Updater(self.task, self.learner, self.options, self.watcher)
        self.log = MetricsLog(job.folder or Path())
        self.events = Events(job.folder or Path(), wanted=job.options.tensorboard and job.folder is not None)
        self.position, self.started, self.saved = Position(), time.monotonic(), time.monotonic()
        self.seconds, self.asked = 0.0, False

    def run(self, going_on: bool = False) -> Outcome:
        """Trains until epochs, steps, minutes or patience end; on Ctrl-C ends the update, saves, lets it through.

        `going_on` from the checkpoint in the folder.
        """
        keep_freed_memory()
        if going_on:
            self.position = self.checkpoints.load(self.learner)
            if self.workers.first:
                self.log.cut(self.position.step)
                self.events.cut(self.position.step)
            if self.checkpoints.damage:
                self.watcher.say(self.checkpoints.damage)
            self.watcher.say(f"Going on from step {self.position.step}, epoch {self.position.epoch + 1}.")
        self.started = time.monotonic() - self.position.seconds
        with deferred() as interrupt, closing(self.events):
            reason = self._epochs(interrupt)
        self.updater.profiler.end()
        if not self.workers.first:
            raise SystemExit(0)
        return self._finish(reason)

    def _look(self, interrupt: Interrupt) -> None:
        """Looks at the clock, and whether somebody asked to stop; all workers see what the first sees."""
        seen = self.workers.agreed(lambda: [time.monotonic() - self.started, float(interrupt.asked)])
        self.seconds, self.asked = seen[0], bool(seen[1])

    def _epochs(self, interrupt: Interrupt) -> str:
        self._look(interrupt)
        while (reason := self._over()) is None:
            batches = self.task.epoch(self.options, self.position.epoch)
            total = -(-len(batches) // self.options.accumulate) * self.options.epochs
            while (reason := self._over()) is None:
                end = self.position.batch + self.options.accumulate
                self._update(batches[self.position.batch : end], total)
                over = end >= len(batches)
                self.position.epoch, self.position.batch = self.position.epoch + over, 0 if over else end
                self._look(interrupt)
                if over:
                    break
                self._save_if()
            self._end_of_epoch()
            self._look(interrupt)
            self._stop_if()
        return reason

    def _over(self) -> str | None:
        options, position = self.options, self.position
        if position.epoch >= options.epochs:
            return f"all {options.epochs} epochs are done"
        if options.steps and position.step >= options.steps:
            return f"all {options.steps} steps are done"
        if options.max_minutes and self.seconds >= 60 * options.max_minutes:
            return f"{options.max_minutes:g} minutes are over"
        if options.patience and position.waited >= options.patience:
            return f"{position.waited} validations brought nothing better"
        return None

    def _done(self, total: int) -> float:
        """The share of the training that lies behind."""
        shares = [self.position.step / max(min(total, self.options.steps or total), 1)]
        if self.options.max_minutes:
            shares.append(self.seconds / (60 * self.options.max_minutes))
        return min(max(shares), 1.0)

    def _update(self, batches: list[Any], total: int) -> None:
        """One update; where it cannot be made, what was learned before it is saved."""
        options, position = self.options, self.position
        behind = self._done(total)
        position.step += 1
        rate = options.learning_rate * factor(options.schedule, position.step, options.warmup, behind, position.falls)
        try:
            made = self.updater.update(batches, rate, position)
        except RegardError:
            position.step -= 1
            self._save()
            raise
        if made is not None:
            loss, tokens = made
            position.losses, position.tokens = position.losses + loss * tokens, position.tokens + tokens
            self._tell(loss, rate, total)

    def _tell(self, loss: float, rate: float, total: int) -> None:
        done, seconds = self._done(total), self.seconds
        speed = self.log.speed(self.position.tokens, seconds)
        left = seconds / done - seconds if done else float("nan")
        self.watcher.step(Step(self.position.step, self.position.epoch, done, loss, rate, speed, left))

    def _end_of_epoch(self) -> None:
        position, options = self.position, self.options
        if options.average > 1:
            self.checkpoints.keep(epoch_name(position.step), self.network)
            position.averaged = [*position.averaged, position.step][-options.average :]
        if position.epoch % options.validate_epochs == 0 or self._over():
            self._validate()
        self._save()

    def _validate(self) -> None:
        position = self.position
        loss, score = self.workers.agreed(lambda: [mean_loss(self.task, self.options), self.task.score()])
        best = not position.best_step or self.options.sign * (score - position.best) > 0
        position.last, position.validated = score, position.step
        position.best, position.waited = (score, 0) if best else (position.best, position.waited + 1)
        position.falls += position.waited > 0 and position.waited % WAITED == 0
        if best:
            position.best_step = position.step
            self.checkpoints.keep(best_name(position.step), self.network)
        train = position.losses / max(position.tokens, 1)
        position.losses, position.tokens = 0.0, 0
        seconds, metric = time.monotonic() - self.started, self.options.metric
        validation = Validation(position.step, position.epoch, seconds, train, loss, metric, score, best)
        if self.job.folder is not None and self.workers.first:
            self.log.write(validation)
            self.events.write(validation)
        self.watcher.validation(validation)

    def _save_if(self) -> None:
        """Saves when it is time to, or when asked to stop, and then stops."""
        steps = self.options.checkpoint_steps
        late = time.monotonic() - self.saved > 60 * self.options.checkpoint_minutes
        if self.asked or late or (steps and self.position.step % steps == 0):
            self._save()
        self._stop_if()

    def _stop_if(self) -> None:
        if self.asked:
            raise KeyboardInterrupt

    def _save(self) -> None:
        self.saved = time.monotonic()
        self.position.seconds = self.saved - self.started
        self.checkpoints.save(self.learner, self.position, self.job.request)

    def _finish(self, reason: str) -> Outcome:
        """The model takes the weights that score best on the validation data: last, best, averaged or moving."""
        position = self.position
        scores = {"last": position.last} if position.validated == position.step else {}
        if position.best_step:
            scores["best"] = position.best
        found = candidates(self.learner, self.checkpoints, position)
        for name, weights in found.items():
            if name not in scores:
                self.learner.take(weights)
                scores[name] = self.task.score()
        chosen = max(found, key=lambda name: self.options.sign * scores[name])
        self.learner.take(found[chosen])
        return Outcome(chosen, scores, self.options.metric, position, reason)

    def close(self) -> None:
        """Marks the training as finished, once its model is saved."""
        self.position.finished = True
        self.checkpoints.close(self.position)
