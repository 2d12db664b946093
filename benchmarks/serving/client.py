"""HTTP/1.1 over asyncio's streams: no more of it than a client needs that counts every byte."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

BYTES = 1 << 24
PATIENCE = 120.0


class Lost(Exception):
    """The connection ended before its answer did."""


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body)

    @property
    def clean(self) -> bool:
        """Whether this is a refusal as all are: three lines."""
        try:
            told = self.json
        except ValueError:
            return False
        return self.status >= 400 and isinstance(told, dict) and list(told) == ["rule", "got", "try"]

    @property
    def events(self) -> list[tuple[str, Any]]:
        """Server-sent events: names and data."""
        blocks = [block.split("\n") for block in self.body.decode().split("\n\n")[:-1]]
        return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


def head(path: str, length: int | None, *more: str, kind: str = "application/json", method: str = "POST") -> bytes:
    """The lines before a body of so many bytes; None is one that comes in chunks."""
    size = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
    lines = [f"{method} {path} HTTP/1.1", "host: localhost", *([f"content-type: {kind}"] if kind else []), size, *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def posted(path: str, fields: Any, *more: str) -> bytes:
    """A whole request with JSON."""
    body = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
    return head(path, len(body), *more) + body


def got(path: str) -> bytes:
    """A whole request without a body."""
    return f"GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()


class Wire:
    """A connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, request: bytes) -> Reply:
        """One request and its answer. Raises Lost."""
        try:
            self.writer.write(request)
            await self.writer.drain()
            async with asyncio.timeout(PATIENCE):  # wait_for of Python 3.11 may swallow a cancellation
                return await self.reply()
        except (OSError, asyncio.IncompleteReadError) as error:
            raise Lost(repr(error)) from error
        except TimeoutError as error:
            raise Lost(f"nothing in {PATIENCE:g} seconds") from error

    async def reply(self) -> Reply:
        """The next answer."""
        status, headers = await self.start()
        parts = [part async for part in self.parts(headers)]
        return Reply(status, headers, b"".join(parts))

    async def start(self) -> tuple[int, dict[str, str]]:
        """Status and headers."""
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
        pairs = [line.partition(":") for line in lines[1:]]
        return int(lines[0].split()[1]), {name.lower(): value.strip() for name, _, value in pairs}

    async def parts(self, headers: dict[str, str]) -> AsyncIterator[bytes]:
        """The body, chunk by chunk."""
        if headers.get("transfer-encoding") != "chunked":
            yield await self.reader.readexactly(int(headers.get("content-length", "0")))
            return
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            yield (await self.reader.readexactly(size + 2))[:-2]
        await self.reader.readexactly(2)

    def cut(self) -> None:
        """Ends the connection as a process does that is killed: what is on its way is lost."""
        self.writer.transport.abort()

    async def close(self) -> None:
        """Ends it in peace."""
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


async def wire(port: int) -> Wire:
    """A new connection to this machine."""
    return Wire(*await asyncio.open_connection("127.0.0.1", port, limit=BYTES))


async def asked(port: int, request: bytes) -> Reply:
    """One request over a connection of its own."""
    line = await wire(port)
    try:
        return await line.ask(request)
    finally:
        await line.close()
