"""What waits to be computed: jobs in the order they came, no more of them than are borne."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from math import ceil
from typing import Any

from regard.serve.limits import Limits
from regard.serve.refusals import Refusal
from regard.serve.served import Computes, Record

MOST_WAIT = 60
SECONDS_AN_ITEM = 0.05
"""What is assumed before anything was measured."""
SHARE = 0.5
"""Of --timeout, that may pass before a request is begun, or a stream told, going by those before it."""
LATEST = 0.1
"""What the latest measurement counts."""


class Job:
    """One request's work. The loop's thread makes it and may drop it; the worker's thread computes and settles it.

    Attributes:
        items: what is asked about; of a stream, one text.
        tell: where a stream's events go; None for a job that has one answer.
        events: a stream's iterator, once it has begun.
        begun: whether the worker has taken it.
        dropped: whether nobody waits for it any more.
        since: when it began to wait.
        ahead: how many items waited then, or streams ran, itself among them.
    """

    def __init__(self, model: Computes, verb: str, asked: Any, items: Sequence[Any]) -> None:
        self.model, self.verb, self.asked, self.items = model, verb, asked, items
        self.tell: Callable[[str, Record], None] | None = None
        self.events: Iterator[tuple[str, Record]] | None = None
        self.begun = self.dropped = False
        self.since, self.ahead = 0.0, 1
        self.loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[list[Record]] = self.loop.create_future()

    def like(self, other: "Job") -> bool:
        """Whether both can be computed in one call."""
        mine, others = ((job.model, job.verb, job.asked) for job in (self, other))
        return self.tell is None and other.tell is None and mine == others

    def settle(self, found: list[Record] | BaseException) -> None:
        """Called by the worker: the answer, or what came instead of it."""
        self._soon(_set, self.answer, found)

    def event(self, name: str, record: Record) -> None:
        """Called by the worker: one event of a stream."""
        assert self.tell is not None, "a stream has somebody who listens"
        self._soon(self.tell, name, record)

    def _soon(self, call: Callable[..., None], *arguments: Any) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(call, *arguments)


def _set(answer: "asyncio.Future[list[Record]]", found: list[Record] | BaseException) -> None:
    if answer.done():
        return
    if isinstance(found, BaseException):
        answer.set_exception(found)
    else:
        answer.set_result(found)


class Jobs:
    """The queue between the loop's thread and the worker's."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._waiting: deque[Job] = deque()
        self._telling: deque[Job] = deque()
        self._told = False
        self._changed = threading.Condition()
        self._closed = False
        self._items = self._streams = 0
        self._seconds = self._telling_seconds = 0.0

    def add(self, job: Job) -> None:
        """Raises Refusal, 429 with the seconds until it is worth another try, where too much waits already."""
        with self._changed:
            stream = job.tell is not None
            items, streams = self._items + len(job.items), self._streams + stream
            got = f"{self._items:,} items that wait, {self._streams:,} streams"
            if items > self.limits.waiting or streams > self.limits.streams:
                rule = f"regard serve: at most {self.limits.waiting:,} items wait (limit --waiting)"
                if stream:
                    rule += f", and {self.limits.streams:,} streams run (limit --streams)"
                raise Refusal(429, rule, got=got, hint="the same again a little later", retry=self._wait())
            if (seconds := self._expected(items, streams, stream)) > SHARE * self.limits.timeout:
                rule = f"regard serve: what waits is soon begun, what is told soon done ({SHARE:g} × limit --timeout)"
                got = f"{got}, about {seconds:.0f} seconds"
                raise Refusal(429, rule, got=got, hint="the same again a little later", retry=self._wait())
            job.since, job.ahead = time.monotonic(), streams if stream else items
            self._items, self._streams = items, streams
            self._waiting.append(job)
            self._changed.notify()

    def _expected(self, items: int, streams: int, stream: bool) -> float:
        """Seconds until so much is begun, and a stream told; none where nothing else waits or runs."""
        waits = items * self._seconds if self._items else 0.0
        return max(waits, streams * self._telling_seconds if stream and self._streams else 0.0)

    def leave(self, job: Job) -> None:
        """Nobody waits for this job any more: it is not computed, or no further."""
        with self._changed:
            if job.dropped:
                return
            job.dropped = True
            if job.tell is not None:
                self._streams -= 1
                took = (time.monotonic() - job.since) / job.ahead
                self._telling_seconds += LATEST * (took - self._telling_seconds)
            if not job.begun:
                self._waiting.remove(job)
                self._items -= len(job.items)

    def take(self) -> list[Job] | None:
        """The oldest job and those that can be computed with it, once there is one; None when there will be none.

        Streams that have begun take every other turn: they go on whatever waits, and what waits is not held up by them.
        """
        with self._changed:
            while not (self._waiting or self._telling):
                if self._closed:
                    return None
                self._changed.wait()
            if self._telling and not (self._told and self._waiting):
                self._told = True
                return [self._telling.popleft()]
            first = self._waiting.popleft()
            self._told = first.tell is not None
            taken, items = [first], len(first.items)
            for job in [each for each in self._waiting if each.like(first)]:
                if items + len(job.items) <= self.limits.together:
                    self._waiting.remove(job)
                    taken.append(job)
                    items += len(job.items)
            for job in taken:
                self._items -= len(job.items)
                job.begun = True
                if job.tell is None:
                    self._seconds += LATEST * ((time.monotonic() - job.since) / job.ahead - self._seconds)
            return taken

    def again(self, job: Job) -> None:
        """A stream that has more to tell waits behind the others that have begun."""
        with self._changed:
            self._telling.append(job)

    def close(self) -> None:
        """What waits is still taken, and then no more."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _wait(self) -> int:
        """Whole seconds after which what waits now will be done."""
        return min(max(1, ceil(self._items * (self._seconds or SECONDS_AN_ITEM))), MOST_WAIT)
