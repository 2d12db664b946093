"""Starts the processes that measure: one a case for time, a fresh one for each contestant's peak memory."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.attention.cases import NO_MEMORY, Case

ROOT = Path(__file__).parents[2]
TUNED = {
    "MALLOC_MMAP_THRESHOLD_": "8589934592",
    "MALLOC_TRIM_THRESHOLD_": "17179869184",
    "MALLOC_TOP_PAD_": "268435456",
}
"""For time: glibc keeps what is freed, for every contestant alike. For memory its defaults stay."""


@dataclass(frozen=True)
class Settings:
    """How long and how: rounds at most, seconds of rounds after which five suffice, float32 products, a time limit.

    largest: the n to which cases were cut, 0 where they were not; then they all run in one process. busy: one thread,
    and the time that it has computed instead of what has passed, for a machine that does other work.
    """

    suite: str = "attention"
    rounds: int = 15
    budget: float = 60.0
    precision: str = "highest"
    limit: float = 1800.0
    largest: int = 0
    busy: bool = False


@dataclass
class Found:
    """What was found of one contestant: seconds of each round, peak bytes, or why there are none."""

    seconds: list[float] = field(default_factory=list)
    difference: float | None = None
    bytes: int | None = None
    outputs: int | None = None
    skipped: str = ""
    skipped_memory: str = ""


@dataclass
class Result:
    """One case measured; `plan` is the kernel that regard took."""

    case: Case
    found: dict[str, Found]
    plan: str = ""
    threads: int = 0

    @property
    def ours(self) -> Found:
        """What was found of the first contestant."""
        return self.found[self.case.contestants[0]]


def measure(case: Case, settings: Settings, say: Callable[[str], None] = print) -> Result:
    """Time and memory of one case, as far as it asks for them."""
    result = Result(case, {name: Found() for name in case.contestants})
    if case.time:
        say(f"{case.name}: time")
        answer = child(case, settings)
        result.plan, result.threads = answer.get("plan", ""), answer.get("threads", 0)
        told = answer.get("contestants", dict.fromkeys(case.contestants, answer))
        result.found = {name: Found(**told[name]) for name in case.contestants}
    if case.memory:
        for name, found in result.found.items():
            say(f"{case.name}: memory of {name}")
            answer = {"skipped": NO_MEMORY[name]} if name in NO_MEMORY else child(case, settings, name)
            found.bytes, found.outputs = answer.get("bytes"), answer.get("outputs")
            found.skipped_memory = answer.get("skipped", "")
    return result


def child(case: Case, settings: Settings, contestant: str = "") -> dict[str, Any]:
    """What the process says; {"skipped": why} where it died or took too long."""
    order = {**asdict(settings), "case": asdict(case), "contestant": contestant}
    if settings.largest:
        from benchmarks.attention.child import answer as here

        return here(order)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.attention.child", json.dumps(order)]
    environment = kept if contestant else {**kept, **TUNED}
    try:
        ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=settings.limit)
    except subprocess.TimeoutExpired:
        return {"skipped": f"took longer than {settings.limit:.0f} s"}
    if ran.returncode:
        last = (ran.stderr.strip().splitlines() or ["no word"])[-1]
        return {"skipped": f"its process ended with {ran.returncode}: {last[:160]}"}
    answer: dict[str, Any] = json.loads(ran.stdout.strip().splitlines()[-1])
    return answer
