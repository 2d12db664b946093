"""Tokens a second, milliseconds a sentence, engines one after the other in each round; memory and start."""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol


class Engine(Protocol):
    """Whatever translates."""

    def translate(self, lines: list[str], beam: int) -> list[tuple[str, int]]:
        """Each line's text, and the tokens that were written for it."""
        ...


def rates(engines: dict[str, Engine], lines: list[str], beam: int, rounds: int) -> dict[str, list[float]]:
    """Tokens a second of each in each round."""
    return _rounds(engines, rounds, lambda engine: _rate(engine, lines, beam))


def latencies(engines: dict[str, Engine], lines: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Median milliseconds of one sentence after another with a beam of five, in each round."""
    return _rounds(engines, rounds, lambda engine: statistics.median(_latency(engine, line) for line in lines))


def _rounds(engines: dict[str, Engine], rounds: int, measured: Callable[[Engine], float]) -> dict[str, list[float]]:
    order, found = random.Random(0), {name: list[float]() for name in engines}
    for _ in range(rounds):
        for name in order.sample([*engines], len(engines)):
            found[name].append(measured(engines[name]))
    return found


def _rate(engine: Engine, lines: list[str], beam: int) -> float:
    start = time.perf_counter()
    tokens = sum(count for _, count in engine.translate(lines, beam))
    return tokens / (time.perf_counter() - start)


def _latency(engine: Engine, line: str) -> float:
    start = time.perf_counter()
    engine.translate([line], 5)
    return 1000 * (time.perf_counter() - start)


def from_the_start(folder: Path, line: str, times: int) -> float:
    """Median seconds of `regard predict` from the start of the process to the end of its answer."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        command = [sys.executable, "-m", "regard", "predict", str(folder)]
        subprocess.run(command, input=f"{line}\n", text=True, check=True, capture_output=True)
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def resident_at_most() -> int:
    """Bytes that this process has held at its peak."""
    told = Path("/proc/self/status").read_text(encoding="utf-8")
    return 1024 * int(told.split("VmHWM:")[1].split()[0])
