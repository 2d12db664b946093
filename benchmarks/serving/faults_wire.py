"""Connections that say nothing, too little, too much or no HTTP; readers that do not read, and such as vanish."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable

from benchmarks.serving.client import Reply, Wire, asked, got, head, posted, wire
from benchmarks.serving.process import Process

LONG = {"longest": 4_000, "lines": 0}
DOCUMENT = "/openapi.json"


async def silent(server: Process) -> str:
    """400 connections that never send a byte."""
    before = server.descriptors
    lines = [await wire(server.port) for _ in range(400)]
    since = time.monotonic()
    ends = await asyncio.gather(*(line.reader.read() for line in lines))
    assert ends == [b""] * 400, "nothing is said to who says nothing"
    took = time.monotonic() - since
    for line in lines:
        await line.close()
    assert server.descriptors <= before + 2, f"{server.descriptors} descriptors, {before} before"
    return f"cut after {took:.1f} s, no descriptor is left"


async def crowd(server: Process) -> str:
    """More connections than --connections."""
    lines = [await wire(server.port) for _ in range(560)]
    replies = await asyncio.gather(*(line.ask(got("/health")) for line in lines))
    statuses = [reply.status for reply in replies]
    for line in lines:
        line.cut()
    await asyncio.sleep(0.5)
    assert set(statuses) == {200, 503}, {status: statuses.count(status) for status in statuses}
    return f"of 560 at once, {statuses.count(200)} are answered and {statuses.count(503)} get 503"


async def loris(server: Process) -> str:
    """A byte of the headers each half second."""
    line = await wire(server.port)
    since = time.monotonic()
    ended = asyncio.create_task(line.reader.read())
    for byte in posted("/predict", {})[:200]:
        line.writer.write(bytes([byte]))
        if (await asyncio.wait({ended}, timeout=0.5))[0]:
            break
    found = await asyncio.wait_for(ended, 1)
    line.cut()
    return f"{status_of(found)} after {time.monotonic() - since:.1f} s"


async def dribble(server: Process) -> str:
    """A byte of the body each half second."""
    line, body = await wire(server.port), b'{"model": "classify", "items": ["a"]}'
    since = time.monotonic()
    line.writer.write(head("/predict", len(body)))
    reply = asyncio.create_task(line.reply())
    for byte in body:
        line.writer.write(bytes([byte]))
        if (await asyncio.wait({reply}, timeout=0.5))[0]:
            break
    found = await asyncio.wait_for(reply, 1)
    line.cut()
    return f"{refused(found, 408)} after {time.monotonic() - since:.1f} s"


async def half(server: Process) -> str:
    """Half a body, and the connection is gone; 50 times."""
    for _ in range(50):
        line = await wire(server.port)
        line.writer.write(head("/predict", 1_000) + b'{"items": [')
        await line.writer.drain()
        await asyncio.sleep(0.01)
        line.cut()
    await logged(server, "POST /predict 499", 50)
    return "50 lines of status 499 in the log"


async def vanishing(server: Process) -> str:
    """40 readers of long streams, more than --streams, vanish after five tokens each."""
    before = server.said.count("POST /generate 200")
    for _ in range(40):
        line = await wire(server.port)
        line.writer.write(posted("/generate", {"model": "generate", "item": "ab", "choices": LONG}))
        status, headers = await line.start()
        assert status == 200, status
        parts = line.parts(headers)
        for _ in range(5):
            await anext(parts)
        await parts.aclose()
        line.cut()
    await logged(server, "POST /generate 200", before + 40)
    used, since = server.seconds, time.monotonic()
    await asyncio.sleep(2)
    share = (server.seconds - used) / (time.monotonic() - since)
    short = {"model": "generate", "item": "ab", "choices": {"longest": 3}}
    last = await asked(server.port, posted("/generate", short))
    assert last.status == 200 and last.events[-1][0] == "done", last.body
    return f"all are let go: the 41st is told; {share:.0%} of a core is used, by the client beside"


async def deaf(server: Process) -> str:
    """3,000 times the document is asked for, more than the system keeps on the way; nobody reads for 15 seconds."""
    size = int((await asked(server.port, got(DOCUMENT))).headers["content-length"])
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.connect(("127.0.0.1", server.port))
    connection.setblocking(False)
    loop = asyncio.get_running_loop()
    sending = asyncio.create_task(loop.sock_sendall(connection, got(DOCUMENT) * 3_000))
    await asyncio.sleep(15)
    sending.cancel()
    came = 0
    try:
        while part := await asyncio.wait_for(loop.sock_recv(connection, 1 << 20), 20):
            came += len(part)
    except ConnectionResetError:
        pass
    connection.close()
    assert came < 1_500 * size, f"{came:,} bytes came"
    return f"the connection is cut: {came / 1e6:.1f} of {3_000 * size / 1e6:.0f} MB could still be read"


async def slow(server: Process) -> str:
    """The same 60 times, read by 16 kB each twentieth of a second."""
    line = await wire(server.port)
    line.writer.write(got(DOCUMENT) * 60)
    size = 0
    for _ in range(60):
        status, headers = await line.start()
        assert status == 200, status
        left = int(headers["content-length"])
        size += left
        while left:
            left -= len(await line.reader.readexactly(min(left, 16_384)))
            await asyncio.sleep(0.05)
    await line.close()
    return f"60 × 200, all {size / 1e6:.1f} MB"


async def short(server: Process) -> str:
    """Content-Length says less than there is: what follows is no request."""
    body = b'{"model": "classify", "items": ["a"]}'
    line = await wire(server.port)
    line.writer.write(head("/predict", len(body)) + body + b"and more\r\n\r\n")
    first = await line.reply()
    rest = await asyncio.wait_for(line.reader.read(), 20)
    line.cut()
    assert first.status == 200, first
    return f"200, then {status_of(rest)}"


async def lies(server: Process) -> str:
    """Content-Length of no number, of two, below zero, of 30 digits, and beside chunks."""
    found = []
    for lie in ("x", "-1", "5, 6", "1" + "0" * 30, "+5", "5\r\ncontent-length: 6", "5\r\ntransfer-encoding: chunked"):
        start = f"POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {lie}"
        line = await wire(server.port)
        line.writer.write(f"{start}\r\n\r\n0\r\n\r\n".encode())
        await line.writer.drain()
        found.append(status_of(await _some(line)))
        line.cut()
    assert all(each[:1] == "4" for each in found), found
    return ", ".join(found)


async def rubbish(server: Process) -> str:
    """TLS, 1 MB without a line end, 1 MB of headers, HTTP/0.9, HTTP/2's preface, NUL in a header, bytes at random."""
    found = []
    for sent in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64) + b"\r\n\r\n",
        b"a" * (1 << 20),
        b"GET /health HTTP/1.1\r\nhost: localhost\r\nx: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nhost: localhost\r\n\r\n",
        b"GET /health\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /health HTTP/1.1\r\nhost: local\0host\r\n\r\n",
        bytes(range(256)) * 40 + b"\r\n\r\n",
    ):
        line = await wire(server.port)
        try:
            line.writer.write(sent)
            await line.writer.drain()
            found.append(status_of(await _some(line)))
        except ConnectionError:
            found.append("cut")
        line.cut()
    assert all(each[:1] == "4" or each == "cut" for each in found), found
    return ", ".join(found)


async def pipelined(server: Process) -> str:
    """1,000 requests in one go over one connection, a reader that takes its time."""
    line = await wire(server.port)
    line.writer.write(got("/health") * 1_000)
    statuses = [(await line.reply()).status for _ in range(1_000)]
    await line.close()
    assert statuses == [200] * 1_000
    return "1,000 answers in order"


async def _some(line: Wire) -> bytes:
    """What comes first, until the other side closes or says no more."""
    try:
        return await asyncio.wait_for(line.reader.read(4_096), 20)
    except ConnectionError:
        return b""


def status_of(found: bytes) -> str:
    """The status in an answer's first line; nothing at all is a cut."""
    return (
        found.split(b" ", 2)[1].decode() if found.startswith(b"HTTP/") else "cut" if not found else f"? {found[:40]!r}"
    )


def refused(reply: Reply, *statuses: int) -> str:
    """The refusal, once it is seen to be one of these and of three lines."""
    assert reply.status in statuses and reply.clean, f"{reply.status} {reply.body[:300]!r}"
    told = reply.json
    return f"{reply.status} `{told['rule']}`, got `{told['got']}`"


async def logged(server: Process, line: str, count: int, seconds: float = 30) -> None:
    """Waits until the log has a line so often."""
    until = time.monotonic() + seconds
    while server.said.count(line) < count:
        assert time.monotonic() < until, f"{server.said.count(line)} of {count} lines {line!r}"
        await asyncio.sleep(0.05)


FAULTS: dict[str, Callable[[Process], Awaitable[str]]] = {
    "400 connections that never send": silent,
    "more connections than --connections": crowd,
    "headers by the byte": loris,
    "a body by the byte": dribble,
    "half a body, then gone": half,
    "40 readers of streams vanish": vanishing,
    "3,000 answers that nobody reads": deaf,
    "60 answers, read slowly": slow,
    "Content-Length too short": short,
    "Content-Length that lies": lies,
    "no HTTP": rubbish,
    "1,000 requests at once on one connection": pipelined,
}
