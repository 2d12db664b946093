"""What goes wrong around a server, and what comes of it: a Markdown table, one row a fault.

Each fault strikes a real process while somebody beside goes on asking and must get right answers. NOT CLEAN stands
where something else happened than docs/serving.md says.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from benchmarks.serving import faults_bodies, faults_files, faults_process, faults_wire
from benchmarks.serving.beside import Beside
from benchmarks.serving.client import asked, got
from benchmarks.serving.process import FOLDERS, Process
from benchmarks.serving.questions import questions
from benchmarks.serving.small import written

PATIENCE = 5
"""The server's --timeout: every wait ends sooner than it would."""
GROWTH = 80.0
"""MB that a fault may leave behind: allocators keep what was used once."""
Fault = Callable[[Process], Awaitable[str]]


def main(words: Sequence[str]) -> int:
    """Strikes, prints; 1 if anything was not clean."""
    parser = argparse.ArgumentParser(prog="benchmarks.serving faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="faults whose names hold one of these; all without")
    chosen = parser.parse_args(words)
    print("| fault | what came of it | seconds | beside, right | memory, MB |\n| --- | --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as home:
        folders = [*FOLDERS, *written(Path(home))]
        beside = [each for each in questions(FOLDERS[:2], 1, 4) if each.kind in ("translate", "classify")]
        bad = 0
        with Process(folders, "--timeout", str(PATIENCE)) as server:
            for name, fault in {**faults_wire.FAULTS, **faults_bodies.FAULTS, **faults_files.FAULTS}.items():
                if wanted(name, chosen.names):
                    bad += not asyncio.run(struck(server, name, fault, Beside(beside)))
            bad += server.end() != 0
        for name, whole in faults_process.FAULTS.items():
            if wanted(name, chosen.names):
                bad += not told(name, whole, Beside(beside))
    return 1 if bad else 0


def wanted(name: str, chosen: Sequence[str]) -> bool:
    """Whether it was asked for."""
    return not chosen or any(each in name for each in chosen)


async def struck(server: Process, name: str, fault: Fault, beside: Beside) -> bool:
    """One row; whether it was clean."""
    before, since = server.memory, time.monotonic()
    beside.busy = fault is faults_wire.crowd
    going = asyncio.create_task(beside.ask(server.port))
    try:
        outcome = await fault(server)
    except Exception as error:
        outcome = f"NOT CLEAN: {type(error).__name__} {error}"
    seconds = time.monotonic() - since
    await beside.enough(going)
    if not server.alive:
        print(f"| {name} | NOT CLEAN: the server ended: {server.said[-300:]} | | | |", flush=True)
        return False
    health = await asked(server.port, got("/health"))
    if health.status != 200 or beside.bad:
        outcome = f"NOT CLEAN: {outcome}; health {health.status}; beside {beside.bad[:1]}"
    if server.memory > before + GROWTH:
        outcome = f"NOT CLEAN: {outcome}; memory grew"
    return row(name, outcome, f"{seconds:.1f}", beside, f"{before:.0f} → {server.memory:.0f}")


def told(name: str, fault: Callable[[Beside], str], beside: Beside) -> bool:
    """One row of a fault that has a process of its own."""
    since = time.monotonic()
    try:
        outcome = fault(beside)
    except Exception as error:
        outcome = f"NOT CLEAN: {type(error).__name__} {error}"
    if beside.bad:
        outcome = f"NOT CLEAN: {outcome}; beside {beside.bad[:1]}"
    return row(name, outcome, f"{time.monotonic() - since:.1f}", beside, "")


def row(name: str, outcome: str, seconds: str, beside: Beside, memory: str) -> bool:
    """Prints it; whether it was clean."""
    text = " ".join(outcome.split()).replace("|", "\\|")[:600]
    print(f"| {name} | {text} | {seconds} | {beside.right or ''} | {memory} |", flush=True)
    return "NOT CLEAN" not in outcome


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
