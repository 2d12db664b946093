"""What every request passes: the count of those that are open, the rules of access, the log."""

import json
import time
from logging import getLogger

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from regard.errors import RegardError
from regard.serve.access import WRITING, Access
from regard.serve.aside import given_back
from regard.serve.assets import ASSETS
from regard.serve.faults import told_briefly
from regard.serve.frame import PATH as FRAME
from regard.serve.refusals import FAULT, Refusal, Told, told

LOG = getLogger("regard.serve")
MEMORY = {"/recall", *WRITING}
PATHS = ("/health", "/models", "/predict", "/encode", "/generate", "/attend", "/look", "/openapi.json", *sorted(MEMORY))
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
LEFT = 499
"""In the log: the client had gone before there was an answer."""


class Gate:
    """The application, behind its rules.

    Attributes:
        open: how many requests are being answered.
        draining: whether new ones are refused, because the server ends.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app, self.access = app, access
        self.open, self.draining = 0, False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, whatever happens, and logs it without a word of what was asked."""
        exchange = Exchange(receive, send)
        since = time.monotonic()
        self.open += 1
        try:
            await self._answer(scope, exchange)
        except Exception as error:
            LOG.error("%s", told_briefly(error))
            if not exchange.status:
                await respond(exchange.send, told(FAULT))
        finally:
            self.open -= 1
            milliseconds = 1_000 * (time.monotonic() - since)
            LOG.info("%s %s %s", _line(scope), exchange, f"{milliseconds:.0f} ms")
            given_back(exchange.read)

    async def _answer(self, scope: Scope, exchange: "Exchange") -> None:
        try:
            if self.draining and scope["path"] != "/health":
                hint, rule = "another server, or this one later", "regard serve: takes no more requests"
                raise Refusal(503, rule, got="a server that is ending", hint=hint, retry=5)
            self.access.check(scope["path"], dict(scope["headers"]))
        except RegardError as error:
            await respond(exchange.send, told(error))
        else:
            await self.app(scope, exchange.receive, exchange.send)


class Exchange:
    """One request and its answer, counted as they pass."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self.status = self.read = self.written = 0

    async def receive(self) -> Message:
        """The next part of the body, or that the client has gone."""
        message = await self._receive()
        self.read += len(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        """The next part of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), (b"x-content-type-options", b"nosniff")]
        self.written += len(message.get("body", b""))
        await self._send(message)

    def __str__(self) -> str:
        return f"{self.status} {self.read} B in {self.written} B out"


async def respond(send: Send, refusal: Told) -> None:
    """Sends a refusal."""
    body = json.dumps(refusal.body, ensure_ascii=False).encode("utf-8", "backslashreplace")
    headers = {"content-type": "application/json", "content-length": str(len(body)), **refusal.headers}
    listed = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": refusal.status, "headers": listed})
    await send({"type": "http.response.body", "body": body})


def _line(scope: Scope) -> str:
    """Method and path; what is none of ours may hold anything, and is not written."""
    method, path = scope["method"], scope["path"]
    return f"{method if method in METHODS else '?'} {path if path in (*PATHS, FRAME) or path in ASSETS else '/…'}"
