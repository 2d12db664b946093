"""A text that is told while it is drawn, as server-sent events."""

import asyncio
import json
import time
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from regard.errors import RegardError
from regard.serve.incoming import Left
from regard.serve.jobs import Job
from regard.serve.refusals import told
from regard.serve.served import Record
from regard.serve.site import Site, gone

Event = tuple[str, Record]
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


class Events(Response):
    """The events of one job, as they come; when the client goes, no more of them are computed."""

    media_type = "text/event-stream"

    def __init__(self, site: Site, job: Job) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self.site, self.job, self.until = site, job, time.monotonic() + site.limits.timeout
        self.waiting: asyncio.Queue[Event] = asyncio.Queue()
        self.first: Event | None = None
        job.tell = lambda name, record: self.waiting.put_nowait((name, record))

    async def begin(self, receive: Receive) -> None:
        """Waits for the first event, so that what cannot begin has a status of its own. Raises RegardError, Left."""
        self.site.worker.jobs.add(self.job)
        left = asyncio.ensure_future(gone(receive))
        try:
            self.first = await self._next(left)
        except BaseException:
            self.site.worker.jobs.leave(self.job)
            self.job.answer.cancel()
            raise
        finally:
            left.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends them all; the last is `done`, or `error` with the three lines."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        left = asyncio.ensure_future(gone(receive))
        event = self.first
        try:
            while event is not None:
                await send({"type": "http.response.body", "body": _written(*event), "more_body": True})
                event = None if event[0] in ("done", "error") else await self._next_or_error(left)
            await send({"type": "http.response.body", "body": b""})
        except Left:
            return
        finally:
            self.site.worker.jobs.leave(self.job)
            self.job.answer.cancel()
            left.cancel()

    async def _next_or_error(self, left: "asyncio.Future[None]") -> Event:
        try:
            return await self._next(left)
        except RegardError as error:
            return "error", told(error).body

    async def _next(self, left: "asyncio.Future[None]") -> Event:
        """The next event. Raises what the worker found instead, Left, or Refusal when the time is over."""
        event = asyncio.ensure_future(self.waiting.get())
        try:
            waited: set[asyncio.Future[Any]] = {event, self.job.answer, left}
            seconds = max(self.until - time.monotonic(), 0)
            done, _ = await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if event in done:
                return event.result()
            if self.job.answer in done:
                self.job.answer.result()
            if left in done:
                raise Left
            raise self.site.late(self.job)
        finally:
            event.cancel()


def _written(name: str, record: Record) -> bytes:
    return f"event: {name}\ndata: {json.dumps(record, ensure_ascii=False)}\n\n".encode("utf-8", "backslashreplace")
