"""The thread that computes: torch is entered by nobody else, and by one call at a time."""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from logging import getLogger
from typing import Any

from regard.errors import RegardError
from regard.models.translator import TOKENS
from regard.serve.faults import told_briefly
from regard.serve.jobs import Job, Jobs
from regard.serve.limits import Limits
from regard.serve.refusals import FAULT, Refusal
from regard.serve.served import Ready, Record, Served

SLICE = 0.05
"""Seconds of this thread's computing that a stream is told for, one event at least, before others have their turn."""
LOG = getLogger("regard.serve")


class Halted(Exception):
    """Nobody waits any more for what is being computed."""


class Worker:
    """Takes jobs in the order they came; those that want the same of one model are computed together."""

    def __init__(self, models: Iterable[Served], limits: Limits) -> None:
        self.jobs = Jobs(limits)
        self._together: list[Job] = []
        self._thread = threading.Thread(target=self._run, name="regard serve: computes", daemon=True)
        self._hooks = [model.stopping.register_forward_pre_hook(self._stop) for model in models]

    def start(self) -> None:
        """Begins to take jobs."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it computes."""
        return self._thread.is_alive()

    def end(self, seconds: float) -> None:
        """Takes no more once nothing waits, and lets the models go."""
        self.jobs.close()
        self._thread.join(seconds)
        for hook in self._hooks:
            hook.remove()

    def _run(self) -> None:
        while (taken := self.jobs.take()) is not None:
            try:
                self._turn(taken)
            except Exception as error:  # whatever it is, others are answered after it
                for job in taken:
                    job.settle(_excuse(error))

    def _turn(self, taken: list[Job]) -> None:
        """One stream for a little while, or jobs that want the same."""
        if taken[0].tell is not None:
            self._tell(taken[0])
            return
        for ready in _parts(list(self._ready(taken))):
            self._answer(ready)

    def _stop(self, *_: Any) -> None:
        """Called at each step of a computation."""
        if self._together and all(job.dropped for job in self._together):
            raise Halted

    def _ready(self, taken: Sequence[Job]) -> Iterator[tuple[Job, Ready]]:
        """Each job with its items, read; one whose items cannot be is refused alone."""
        for job in taken:
            if job.dropped:
                continue
            try:
                yield job, job.model.ready(job.verb, job.asked, job.items)
            except Exception as error:
                job.settle(_excuse(error))

    def _answer(self, together: list[tuple[Job, Ready]]) -> None:
        """One call for all; where it fails, one for each, so that nobody's items are another's trouble."""
        together = [(job, ready) for job, ready in together if not job.dropped]
        if not together:
            return
        self._together = [job for job, _ in together]
        try:
            found = _answers(together)
        except Halted:
            return
        except Exception as error:
            if len(together) == 1:
                together[0][0].settle(_excuse(error))
            else:
                for each in together:
                    self._answer([each])
            return
        finally:
            self._together = []
        for (job, _), records in zip(together, found, strict=True):
            job.settle(records)

    def _tell(self, job: Job) -> None:
        """A stream goes on for a little while, and then waits again."""
        until = time.thread_time() + SLICE
        self._together = [job]
        try:
            if job.events is None:
                assert isinstance(job.model, Served), "a memory tells no stream"
                job.events = job.model.streamed(job.asked, job.items[0])
            while not job.dropped:
                if (event := next(job.events, None)) is None:
                    self.jobs.leave(job)
                    return
                job.event(*event)
                if time.thread_time() >= until:
                    break
        except Halted:
            return
        except Exception as error:
            job.settle(_excuse(error))
            return
        finally:
            self._together = []
        if job.dropped:
            job.events = None
        else:
            self.jobs.again(job)


def _parts(ready: list[tuple[Job, Ready]]) -> Iterator[list[tuple[Job, Ready]]]:
    """Jobs of together at most so many tokens or vectors as are decoded together anyway; a longer one stays alone."""
    part: list[tuple[Job, Ready]] = []
    tokens = 0
    for job, each in ready:
        if part and tokens + sum(each.lengths) > TOKENS:
            yield part
            part, tokens = [], 0
        part.append((job, each))
        tokens += sum(each.lengths)
    if part:
        yield part


def _answers(together: list[tuple[Job, Ready]]) -> list[list[Record]]:
    """What the model answers to all of them, in one call, divided as it was asked."""
    first = together[0][0]
    items = [item for _, ready in together for item in ready.items]
    lengths = [length for _, ready in together for length in ready.lengths]
    records = iter(first.model.answers(first.verb, first.asked, Ready(items, lengths)))
    return [[next(records) for _ in ready.items] for _, ready in together]


def _excuse(error: Exception) -> RegardError:
    """A user's mistake as it is; of any other only that there was one, and the place of it in the log."""
    if isinstance(error, RegardError):
        return error
    LOG.error("%s", told_briefly(error))
    return Refusal(FAULT.status, FAULT.rule, got=FAULT.got, hint=FAULT.hint)
