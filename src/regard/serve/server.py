"""One process that serves: it listens, answers, and ends when it is told to, once what it accepted is answered."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from regard.serve.access import Access
from regard.serve.app import build
from regard.serve.aside import keep_what_is_there
from regard.serve.gate import Gate
from regard.serve.limits import Limits
from regard.serve.patience import patient
from regard.serve.served import Served
from regard.serve.site import Site
from regard.serve.worker import Worker

MOST_HEADERS = 16 << 10
IDLE = 5
"""Seconds that a connection without a request stays open, and that the last answers are given to be read."""
TURN = 0.02


class Listener(uvicorn.Server):
    """uvicorn's, whose signals are ours."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None."""
        yield


class Server:
    """Models behind a socket. `run` blocks until `stop`, a signal, or the second of them, which waits for nothing."""

    def __init__(self, models: dict[str, Served], limits: Limits, access: Access) -> None:
        self.limits = limits
        self.worker = Worker(models.values(), limits)
        site = Site(models, self.worker, limits)
        self.gate = Gate(build(site, self.health, token=access.token is not None), access)
        self._listener = Listener(self._config())
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def health(self) -> tuple[int, str]:
        """A status, and a word for it."""
        if self.gate.draining:
            return 503, "draining"
        return (200, "ok") if self.worker.alive else (503, "broken")

    def run(self, listening: socket.socket, ready: Callable[[], None] = lambda: None) -> int:
        """Serves; calls `ready` once it does. How many requests had to be cut off at the end."""
        self.worker.start()
        keep_what_is_there()
        try:
            return asyncio.run(self._serve(listening, ready))
        finally:
            self.worker.end(self.limits.drain)

    def stop(self) -> None:
        """Begins to end, from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told)

    async def _serve(self, listening: socket.socket, ready: Callable[[], None]) -> int:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._hear()
        serving = asyncio.create_task(self._listener.serve([listening]))
        while not self._listener.started and not serving.done():
            await asyncio.sleep(TURN)
        ready()
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        cut = await self._drained()
        self._listener.should_exit = True
        await serving
        return cut

    async def _drained(self) -> int:
        """Waits until all that was accepted is answered, while new requests are refused; how many are not in time."""
        self.gate.draining = True
        until = asyncio.get_running_loop().time() + self.limits.drain
        while self.gate.open and asyncio.get_running_loop().time() < until and not self._listener.force_exit:
            await asyncio.sleep(TURN)
        return self.gate.open

    def _hear(self) -> None:
        """SIGTERM and Ctrl-C, where this is the main thread of a system that has them."""
        assert self._loop is not None, "it runs"
        for number in (signal.SIGTERM, signal.SIGINT):
            try:
                self._loop.add_signal_handler(number, self._told)
            except (NotImplementedError, RuntimeError, ValueError):
                return

    def _told(self) -> None:
        """To end; the second time, at once."""
        assert self._stop is not None, "it runs"
        if self._stop.is_set():
            self._listener.force_exit = True
        self._stop.set()

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            self.gate,
            http=patient(self.limits.timeout),
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=self.limits.connections,
            timeout_keep_alive=IDLE,
            timeout_graceful_shutdown=IDLE,
            h11_max_incomplete_event_size=MOST_HEADERS,
        )
