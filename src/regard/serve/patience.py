"""HTTP by uvicorn, with an end to every wait: for headers, for bodies nobody wants, for readers that do not read."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

LINGER = 5.0
"""Seconds for which the rest of a body is read and thrown away, once it has been answered."""


class PatientProtocol(H11Protocol):
    """A connection that is cut where the other side leaves us waiting too long.

    Attributes:
        seconds: for a request's headers, and for a pause in reading what we send.
    """

    seconds = 60.0
    _sender: asyncio.TimerHandle | None = None
    _reader: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Headers are due from now on."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Looks after each part that comes whose turn it is."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """The same after each answer."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """The other side does not read: not for ever."""
        super().pause_writing()
        self._hurry()

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None

    def timeout_keep_alive_handler(self) -> None:
        """Closes as uvicorn does; what is still unread is cut off later."""
        super().timeout_keep_alive_handler()
        self._hurry()

    def shutdown(self) -> None:
        """The same when the server ends."""
        super().shutdown()
        self._hurry()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        super().connection_lost(exc)
        for timer in (self._sender, self._reader):
            if timer is not None:
                timer.cancel()

    def _watch(self) -> None:
        """Arms the timer where headers, or the rest of a body that has been answered, are due; else disarms it."""
        headers = self.conn.their_state is h11.IDLE and self.timeout_keep_alive_task is None
        rest = self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY
        if self.transport.is_closing() or not (headers or rest):
            if self._sender is not None:
                self._sender.cancel()
                self._sender = None
        elif self._sender is None:
            self._sender = self.loop.call_later(LINGER if rest else self.seconds, self.transport.abort)

    def _hurry(self) -> None:
        if self._reader is None:
            self._reader = self.loop.call_later(self.seconds, self.transport.abort)


def patient(seconds: float) -> type[PatientProtocol]:
    """The protocol, with so much patience."""
    return type("Patient", (PatientProtocol,), {"seconds": seconds})
