"""Processes that die by SIGKILL at a chosen place, as if they had been killed from outside there."""

import math
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, NoReturn


class Killer(NamedTuple):
    """How a child dies: what it does first, or after how many seconds it is killed."""

    prepare: Callable[[], None] = lambda: None
    seconds: float = math.inf


def dying_at(count: int, *, before: bool) -> Callable[[], None]:
    """What makes a process die while it writes its `count`-th file, or right after that has taken its name."""
    name, owner = ("fsync", os) if before else ("replace", Path)

    def prepare() -> None:
        real, left = getattr(owner, name), [count]

        def counted(*arguments: object) -> object:
            left[0] -= 1
            if before and not left[0]:
                dies()
            done = real(*arguments)
            if not left[0]:
                dies()
            return done

        setattr(owner, name, counted)

    return prepare


def dies() -> NoReturn:
    """As a kill from outside, at this very place."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a killed process does not go on")


def child(work: Callable[[], int], how: Killer, log: Path) -> int:
    """The work in a process of its own, forked from this one, which computes nothing; its exit code, or −signal."""
    if not (pid := os.fork()):
        with log.open("w", encoding="utf-8") as file:
            os.dup2(file.fileno(), 2)
        code = 1
        try:
            how.prepare()
            code = work()
        finally:
            os._exit(code)
    end = time.monotonic() + how.seconds
    while time.monotonic() < end:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
