"""Bodies that are too large, packed, deep, endless or of another kind than they say."""

import asyncio
import gzip
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from benchmarks.serving.bodies import CUT, form
from benchmarks.serving.client import Reply, asked, head, wire
from benchmarks.serving.faults_wire import refused
from benchmarks.serving.process import Process

GIGABYTE = 1_000_000_000
MEGABYTE = bytes(1_000_000)
KIND = f"multipart/form-data; boundary={CUT.decode()}"
GOOD = {"model": "classify", "items": ["a film"]}


async def declared(server: Process) -> str:
    """1 GB, said at once and sent as far as it goes."""
    return await _poured(server, head("/predict", GIGABYTE), lambda part: part)


async def chunked(server: Process) -> str:
    """1 GB in chunks, of which nothing is said before."""
    return await _poured(server, head("/predict", None), lambda part: b"%x\r\n%s\r\n" % (len(part), part))


async def _poured(server: Process, start: bytes, chunk: Callable[[bytes], bytes]) -> str:
    line, sent, most = await wire(server.port), 0, server.memory
    before = most
    line.writer.write(start)
    reply = asyncio.create_task(line.reply())
    since = time.monotonic()
    try:
        while sent < GIGABYTE:
            line.writer.write(chunk(MEGABYTE))
            await line.writer.drain()
            sent, most = sent + len(MEGABYTE), max(most, server.memory)
    except ConnectionError:
        pass
    cut = time.monotonic() - since
    found = await reply
    line.cut()
    told = (
        f"the line is cut after {sent // 1_000_000} MB, {cut:.1f} s" if sent < GIGABYTE else "all of it was thrown away"
    )
    assert most < before + 60, f"memory grew by {most - before:.0f} MB"
    return f"{refused(found, 413)}; {told}; {most - before:+.0f} MB at most"


async def packed(server: Process) -> str:
    """1 kB that unpacks to 1 MB, 70 kB that unpack to 16 MB: neither is unpacked."""
    found = []
    for body in (gzip.compress(bytes(1 << 20)), gzip.compress(bytes(1 << 24), 1)):
        found.append(await _sent(server, body, 415, more="content-encoding: gzip"))
    return " / ".join(sorted(set(found)))


async def long_line(server: Process) -> str:
    """A text of 10⁶ letters, a model's name and a choice's of as many, and words of them."""
    letters = "a" * 1_000_000
    cases: list[tuple[Any, int]] = [
        ({"model": "translate", "items": [letters]}, 413),
        ({"model": "label", "items": [[letters]]}, 413),
        ({"model": "classify", "items": ["a " * 500_000]}, 413),
        ({"model": letters, "items": []}, 404),
        ({**GOOD, "choices": {letters: 1}}, 422),
        ({**GOOD, letters: 1}, 422),
        ({**GOOD, "choices": {"unknown": letters}}, 422),
    ]
    return await _several(server, [(json.dumps(fields).encode(), status) for fields, status in cases])


async def encodings(server: Process) -> str:
    """JSON in UTF-16, Latin-1, UTF-8 cut within a letter, half a surrogate pair, NUL, a mark of byte order."""
    text = '{"model": "classify", "items": ["Grüße"]}'
    cases = [
        (text.encode("utf-16"), 400),
        (text.encode("latin-1"), 400),
        (text.encode()[:-6], 400),
        (b'{"model": "classify", "items": ["\xed\xa0\x80"]}', 400),
        (b'{"model": "classify", "items": ["\\ud800"]}', 422),
        (b'{"model": "classify", "items": ["\\u0000"]}', 422),
        (b"\xef\xbb\xbf" + text.encode(), 400),
    ]
    return await _several(server, cases)


async def deep(server: Process) -> str:
    """Lists within lists, 10⁶ of them, never closed and closed; 900 and 100,000 as an item; a bracket too many."""
    cases = [(b"[" * 1_000_000, 400), (b"[" * 500_000 + b"]" * 500_000, 400)]
    for depth in (900, 100_000):
        nested = b"[" * depth + b"]" * depth
        cases.append((b'{"model": "of-image", "items": [%s]}' % nested, 422 if depth < 1_000 else 400))
        cases.append((b'{"model": "classify", "items": [%s]}' % nested, 422 if depth < 1_000 else 400))
        cases.append(
            (b'{"model": "classify", "items": [], "choices": {"unknown": %s}}' % nested, 422 if depth < 1_000 else 400)
        )
    cases.append((b'{"model": "classify", "items": []}]', 400))
    return await _several(server, cases)


async def doubtful(server: Process) -> str:
    """A key twice, NaN, Infinity, a number beyond every double, comments, single quotes, nothing, no object."""
    bodies = (
        *(b'{"model": "classify", "model": "label", "items": ["a"]}', b'{"model": "of-image", "items": [[[NaN]]]}'),
        *(b'{"model": "of-image", "items": [[[Infinity]]]}', b'{"model": "of-image", "items": [[[1e999]]]}'),
        *(b'{"model": "classify", "items": ["a"]} // a', b"{'model': 'classify'}", b"", b"null", b"[]", b'"a"', b"7"),
    )
    return await _several(server, [(body, 400) for body in bodies])


async def digits(server: Process) -> str:
    """Numbers of 10⁶ digits, whole and with a point, as an item and as a choice."""
    number = b"1" * 1_000_000
    cases = [(b'{"model": "of-image", "items": [[[%s]]]}' % number, 400)]
    cases.append((b'{"model": "of-image", "items": [[[0.%s]]]}' % number, 200))
    cases.append((b'{"model": "translate", "items": ["a"], "choices": {"beam": %s}}' % number, 400))
    cases.append((b'{"model": "translate", "items": ["a"], "choices": {"length_penalty": 1e%s}}' % number, 400))
    return await _several(server, cases)


async def kinds(server: Process) -> str:
    """Other media types, none, JSON that says it is a form and a form that says it is JSON."""
    body = json.dumps(GOOD).encode()
    found = []
    for kind in ("", "text/plain", "application/xml", "application/x-www-form-urlencoded", "image/png", "a" * 5_000):
        found.append(await _sent(server, body, 415, kind=kind))
    found.append(await _sent(server, body, 400, kind=KIND))
    found.append(await _sent(server, body, 400, kind="multipart/form-data"))
    found.append(await _sent(server, form([("a.txt", b"a")], model="classify"), 400))
    return _counted(found)


async def many(server: Process) -> str:
    """A form of 10,000 parts, as files and as fields; 10⁶ items; 500,000 keys, the last of them twice."""
    files = form([("a.txt", b"a")] * 10_000, model="classify")
    fields = b"".join(b'--cut\r\ncontent-disposition: form-data; name="a%d"\r\n\r\n1\r\n' % n for n in range(10_000))
    found = [await _sent(server, body, 400, 413, kind=KIND) for body in (files, fields + b"--cut--\r\n")]
    found.append(await _sent(server, json.dumps({"model": "classify", "items": ["a"] * 1_000_000}).encode(), 413))
    keys = json.dumps({f"k{n}": 1 for n in range(500_000)}).encode()
    found.append(await _sent(server, keys, 422))
    found.append(await _sent(server, keys[:-1] + b', "k499999": 1}', 400))
    return _counted(found)


async def _sent(server: Process, body: bytes, *statuses: int, kind: str = "application/json", more: str = "") -> str:
    """The refusal of one body, or 200 where that was to come."""
    words = [more] if more else []
    reply = await asked(server.port, head("/predict", len(body), *words, kind=kind) + body)
    if statuses == (200,):
        assert reply.status == 200, reply.body[:300]
        return "200"
    return _brief(reply, *statuses)


def _brief(reply: Reply, *statuses: int) -> str:
    """Status and rule, once the whole refusal is seen to be short."""
    refused(reply, *statuses)
    assert len(reply.body) < 2_000, f"a refusal of {len(reply.body):,} bytes"
    return f"{reply.status} {reply.json['rule'].removeprefix('request: ')}"


async def _several(server: Process, cases: Sequence[tuple[bytes, int]]) -> str:
    return _counted([await _sent(server, body, status) for body, status in cases])


def _counted(found: Sequence[str]) -> str:
    """Each outcome once, with how often it came."""
    counts = {each: found.count(each) for each in found}
    return "; ".join(f"{count} × {each[:90]}" if count > 1 else each[:90] for each, count in counts.items())


FAULTS: dict[str, Callable[[Process], Awaitable[str]]] = {
    "1 GB, declared": declared,
    "1 GB, in chunks": chunked,
    "gzip bombs": packed,
    "texts and names of 10⁶ letters": long_line,
    "broken encodings": encodings,
    "10⁶ brackets": deep,
    "keys twice, NaN, no JSON": doubtful,
    "numbers of 10⁶ digits": digits,
    "wrong media types": kinds,
    "10,000 parts, 10⁶ items, 500,000 keys": many,
}
