"""Damaged files through every reader: whatever is neither read nor refused in three lines is a defect.

Each reader gets the same share of the inputs, which its seed and number make again: `fuzz wav --only 17` reads that one
alone and shows where it broke. Readers run in child processes: one that crashes, hangs or takes too much memory is told
from one that refuses.
"""

import argparse
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.serving.mutations import damaged
from benchmarks.serving.readings import READINGS
from benchmarks.serving.seeds import Files, seeds

from regard.errors import RegardError

SECONDS = 30
"""Of computing: an input that takes longer hangs."""
MEMORY = 2 << 30
"""Bytes of address space that an input may add to what the process has."""
LONGEST = 3_000
"""Characters of a refusal that anyone would read."""
CLEAN = ("read", "refused")


def main(words: Sequence[str]) -> int:
    """Reads, counts, prints; 1 where an input was neither read nor refused."""
    parser = argparse.ArgumentParser(prog="benchmarks.serving fuzz", description=__doc__)
    parser.add_argument("readers", nargs="*", metavar="READER", help=", ".join(READINGS))
    parser.add_argument("--inputs", type=int, default=100_000, help="of all readers together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="this input alone, with the whole traceback")
    chosen = parser.parse_args(words)
    names = chosen.readers or list(READINGS)
    each = -(-chosen.inputs // len(names))
    made = seeds()
    if chosen.only is not None:
        return _shown(names[0], made[names[0]], chosen.seed, chosen.only)
    for name in names:
        _check_sound(name, made[name])
    print(f"seed {chosen.seed}\n\n| reader | inputs | read | refused | defects | seconds |", flush=True)
    print("| --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
    every: Counter[str] = Counter()
    start = time.monotonic()
    for name in names:
        since = time.monotonic()
        found = _counted(name, made[name], chosen.seed, each)
        bad = sum(count for outcome, count in found.items() if outcome not in CLEAN)
        counts = f"{found.total():,} | {found['read']:,} | {found['refused']:,} | {bad:,}"
        print(f"| {name} | {counts} | {time.monotonic() - since:.0f} |", flush=True)
        every.update(found)
    bad = every.total() - every["read"] - every["refused"]
    counts = f"{every.total():,} | {every['read']:,} | {every['refused']:,} | {bad:,}"
    print(f"| all | {counts} | {time.monotonic() - start:.0f} |", flush=True)
    return 1 if bad else 0


def _check_sound(name: str, given: Sequence[Files]) -> None:
    """What is damaged can be read: else every refusal would be of the seed. In a child, for threads do not fork."""
    if not (pid := os.fork()):
        code = 1
        try:
            with tempfile.TemporaryDirectory(prefix="fuzz-") as home:
                for files in given:
                    written(files, Path(home) / "input")
                    if (outcome := outcome_of(name, Path(home) / "input")) != "read":
                        print(f"{name}: {list(files)} {outcome}", file=sys.stderr, flush=True)
                        READINGS[name](Path(home) / "input")
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(pid, 0)[1] == 0, f"a seed of {name} is not sound"


def made_input(name: str, given: Sequence[Files], seed: int, index: int) -> Files:
    """The input of this number."""
    chosen = random.Random(f"{seed} {name} {index}")
    return damaged(given[index % len(given)], chosen)


def written(files: Files, folder: Path) -> None:
    """The folder holds these files alone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def outcome_of(name: str, folder: Path) -> str:
    """`read`, `refused`, or what happened instead."""
    try:
        READINGS[name](folder)
    except RegardError as error:
        return _of_refusal(error)
    except BaseException as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}: {str(error)[:300]}"
    return "read"


def _of_refusal(error: RegardError) -> str:
    """A refusal is three lines that can be printed and that somebody would read."""
    told = str(error)
    lines = [error.rule, error.got, error.hint]
    if len(told) > LONGEST:
        return f"a refusal of {len(told):,} characters: {told[:200]}"
    if not all(lines) or any(each in line for line in lines for each in "\n\r\0"):
        return f"a refusal that is no three lines: {told[:300]!r}"
    try:
        told.encode()
    except UnicodeEncodeError:
        return f"a refusal that cannot be printed: {told[:300]!r}"
    return "refused"


def _counted(name: str, given: Sequence[Files], seed: int, inputs: int) -> Counter[str]:
    """Outcomes of so many inputs; after a crash the rest goes on in another process."""
    found: Counter[str] = Counter()
    done = 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as home:
        while done < inputs:
            log = Path(home) / "log"
            code = _child(name, given, seed, range(done, inputs), Path(home))
            outcomes = log.read_text("utf-8").splitlines()
            if code:
                outcomes.append(f"ended by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}")
            for index, outcome in enumerate(outcomes, done):
                known = (
                    outcome if outcome in CLEAN else outcome.partition(":")[0] if outcome.count(":") > 1 else outcome
                )
                if outcome not in CLEAN and found[known] < 3:
                    print(f"{name} --seed {seed} --only {index}: {outcome}", file=sys.stderr, flush=True)
                found[known] += 1
            done += len(outcomes)
    return found


def _child(name: str, given: Sequence[Files], seed: int, indexes: range, home: Path) -> int:
    """Reads these inputs in a process of its own, a line of the log for each; its exit code, or −signal."""
    if not (pid := os.fork()):
        code = 1
        try:
            _limited()
            with (home / "log").open("w", encoding="utf-8", buffering=1) as log:
                for index in indexes:
                    written(made_input(name, given, seed, index), home / "input")
                    signal.setitimer(signal.ITIMER_PROF, SECONDS)
                    outcome = outcome_of(name, home / "input")
                    log.write(" ".join(ascii(outcome)[1:-1].split()) + "\n")
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _limited() -> None:
    """Warnings are errors, memory has an end, and what libraries say goes nowhere."""
    warnings.simplefilter("error")
    pages = int(Path("/proc/self/statm").read_text("utf-8").split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _shown(name: str, given: Sequence[Files], seed: int, index: int) -> int:
    """One input, whatever it raises."""
    warnings.simplefilter("error")
    files = made_input(name, given, seed, index)
    for each, content in files.items():
        print(f"{each}: {len(content):,} bytes, {content[:300]!r}")
    with tempfile.TemporaryDirectory(prefix="fuzz-") as home:
        folder = Path(home) / "input"
        written(files, folder)
        READINGS[name](folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
