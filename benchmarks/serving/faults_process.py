"""What happens to a process: signals under load, a stop, no descriptors left, folders that go away."""

import asyncio
import resource
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.serving.beside import Beside
from benchmarks.serving.bodies import form
from benchmarks.serving.client import Lost, asked, got, head, posted, wire
from benchmarks.serving.faults_bodies import KIND
from benchmarks.serving.faults_wire import LONG, refused
from benchmarks.serving.process import FOLDERS, Process
from benchmarks.serving.questions import questions

CLIENTS = 50
DESCRIPTORS = 64


def folders(beside: Beside) -> str:
    """Folders deleted and overwritten, a stop of three seconds, and SIGTERM under load, one after the other."""
    with tempfile.TemporaryDirectory() as home:
        copies = [Path(shutil.copytree(folder, Path(home) / folder.name)) for folder in FOLDERS]
        with Process(copies) as server:
            shutil.rmtree(copies[0])
            for path in copies[1].iterdir():
                path.write_bytes(b"other")
            gone = asyncio.run(_besides(server, beside, 2))
            server.signal(signal.SIGSTOP)
            continued = asyncio.run(_stopped(server, beside))
            ended = asyncio.run(_ended(server))
        return f"folder deleted, files overwritten: {gone}; {continued}; {ended}"


async def _besides(server: Process, beside: Beside, seconds: float) -> str:
    before, going = beside.right, asyncio.create_task(beside.ask(server.port))
    await asyncio.sleep(seconds)
    await beside.enough(going)
    return f"{beside.right - before} answers, as before"


async def _stopped(server: Process, beside: Beside) -> str:
    """Asked while it is stopped, answered once it goes on."""
    waiting = [asyncio.create_task(asked(server.port, got("/models"))) for _ in range(20)]
    going = asyncio.create_task(beside.ask(server.port))
    await asyncio.sleep(3)
    assert not any(task.done() for task in waiting), "it is stopped"
    server.signal(signal.SIGCONT)
    replies = await asyncio.gather(*waiting)
    await beside.enough(going)
    assert [reply.status for reply in replies] == [200] * 20
    return "SIGSTOP for 3 s, SIGCONT: 20 of 20 who asked meanwhile are answered"


async def _ended(server: Process) -> str:
    """50 clients in full swing, SIGTERM: what was accepted is answered right, and counted in the server's log."""
    every = questions(FOLDERS, 2, 3)
    tally: Counter[str] = Counter()
    before = server.said.count(" 200 ")

    async def client(number: int) -> None:
        line = await wire(server.port)
        while True:
            number += 1
            question = every[number % len(every)]
            try:
                reply = await line.ask(posted(question.path, question.fields))
            except Lost:
                tally["closed"] += 1
                return
            if reply.status == 503:
                assert refused(reply, 503)
                tally["503"] += 1
                await line.close()
                return
            tally["right" if question.right(reply) else f"WRONG {reply.status}"] += 1

    clients = [asyncio.create_task(client(number)) for number in range(CLIENTS)]
    await asyncio.sleep(3)
    server.signal(signal.SIGTERM)
    since = time.monotonic()
    await asyncio.gather(*clients)
    code = await asyncio.to_thread(server.wait)
    logged = server.said.count(" 200 ") - before
    assert code == 0 and set(tally) <= {"right", "503", "closed"}, tally
    assert logged == tally["right"], f"{logged} in the log, {tally}"
    told = f"{tally['right']} right before and after it, {tally['503']} told 503"
    closed = f", {tally['closed']} connections closed before anything of theirs was accepted" if tally["closed"] else ""
    return f"SIGTERM beside 50 clients: {told}{closed}; exit code 0 after {time.monotonic() - since:.1f} s"


def twice(_: Beside) -> str:
    """SIGTERM while a long text is told, and again."""
    with Process(FOLDERS[-1:]) as server:
        return asyncio.run(_twice(server))


async def _twice(server: Process) -> str:
    line = await wire(server.port)
    line.writer.write(posted("/generate", {"item": "ab", "choices": LONG}))
    await line.start()
    server.signal(signal.SIGTERM)
    await asyncio.sleep(1)
    assert server.alive, "it waits for the text"
    health = await asked(server.port, got("/health"))
    assert (health.status, health.json) == (503, {"status": "draining"})
    since, computed = time.monotonic(), server.seconds
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    server.signal(signal.SIGTERM)
    code = await asyncio.to_thread(server.wait)
    line.cut()
    every = resource.getrusage(resource.RUSAGE_CHILDREN)
    computed = every.ru_utime + every.ru_stime - ended.ru_utime - ended.ru_stime - computed
    assert code == 1 and "cut off before they were answered: 1 requests" in server.said, (code, server.said[-300:])
    took = time.monotonic() - since
    told = f"{took:.1f} s ({computed:.1f} s of computing) after the second, and a line that tells of 1 request"
    return f"draining after the first; exit code 1 {told}"


def descriptors(beside: Beside) -> str:
    """`ulimit -n 64`, 100 connections that say nothing."""
    limit = (DESCRIPTORS, DESCRIPTORS)
    with Process(
        FOLDERS, "--timeout", "20", prepare=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limit)
    ) as server:
        return asyncio.run(_descriptors(server, beside))


async def _descriptors(server: Process, beside: Beside) -> str:
    kept = await wire(server.port)
    assert (await kept.ask(got("/health"))).status == 200
    silent = [await wire(server.port) for _ in range(100)]
    await asyncio.sleep(0.5)
    assert server.descriptors >= DESCRIPTORS - 1, server.descriptors
    same = await kept.ask(posted("/predict", {"model": "classify", "items": ["a film"]}))
    body = form([("a.txt", b"a film\n")], model="classify")
    file = await kept.ask(head("/predict", len(body), kind=KIND) + body)
    since = time.monotonic()
    new = await asked(server.port, posted("/predict", {"model": "classify", "items": ["a film"]}))
    took = time.monotonic() - since
    assert same.status == new.status == 200 and server.alive
    for each in [kept, *silent]:
        each.cut()
    after = await _besides(server, beside, 2)
    assert server.end() == 0
    form_told = "200" if file.status == 200 else refused(file, 503)
    first = f"who is connected is answered, a form there: {form_told}"
    return f"{first}; who comes then is answered after {took:.1f} s; later {after}"


FAULTS: dict[str, Callable[[Beside], str]] = {
    "model folders, SIGSTOP, SIGTERM under load": folders,
    "SIGTERM twice": twice,
    "no file descriptors left": descriptors,
}
