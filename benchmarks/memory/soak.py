"""Kills whoever writes to a memory, again and again, while others read: is all that was acknowledged there, and whole?

    python -m benchmarks.memory.soak [--kills 200] [--seed 1]

A child writes batches, forgets some and compacts, and says so before and after in a log of its own; journals and blocks
are small, so that all of it happens often. It is killed with SIGKILL after a random time; while it flushes a file; when
a part of what it wrote last has not reached the journal; or right after a file took its name. The next one goes on
where the log ends, and does again what was not acknowledged. After each kill every entry is looked at, and two readers
do so all the time. Prints Markdown, and ends with 1 if any entry was lost, there twice or torn.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import torch
from benchmarks.killing import Killer, child, dies, dying_at
from benchmarks.memory.witness import WIDTH, Batch, Told, Verdict, say, verdict

from regard.memory import Memory, exact, view

PLACES = ("at a random time", "while a file is flushed", "part of a record missing", "between two files")
READERS = 2
MOST = 2500
"""Entries, beyond which batches are forgotten."""


def main() -> int:
    """Kills, looks, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    exact.JOURNAL, exact.BLOCK, view.RESIDENT = 20_000, 400 * 4 * WIDTH, 0
    with tempfile.TemporaryDirectory() as made:
        return soak(Path(made), asked)


def soak(made: Path, asked: argparse.Namespace) -> int:
    """All of it, in a folder."""
    chosen, start = random.Random(asked.seed), time.monotonic()
    folder, log = made / "memory", made / "log"
    Memory.open(folder, model="soak", width=WIDTH, writing=True).close()
    log.touch()
    readers = [begun(lambda number=number: follow(folder, log, made, number)) for number in range(READERS)]
    kills: Counter[str] = Counter()
    found = Verdict(0, 0, 0)
    while kills.total() < asked.kills:
        place = PLACES[kills.total() % len(PLACES)]
        seed = chosen.randrange(2**32)
        code = child(lambda seed=seed: writes(folder, log, seed), killer(place, chosen), made / "writer.log")
        assert code == -signal.SIGKILL, (made / "writer.log").read_text("utf-8")
        kills[place] += 1
        with Memory.open(folder) as memory:
            found = Verdict(*map(sum, zip(found, verdict(memory, log), strict=True)))
            assert memory.damaged() == []
        print(f"{kills.total()} kills, {found}", file=sys.stderr, flush=True)
    (made / "stop").touch()
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in readers]
    assert codes == [0] * READERS, "a reader ended with an error"
    looks = [json.loads((made / f"reader-{number}.json").read_text("utf-8")) for number in range(READERS)]
    report(kills, Told.of(log), found, looks)
    print(f"{time.monotonic() - start:.0f} s, seed {asked.seed}.")
    return int(any(found) or any(any(look["found"]) for look in looks))


def report(kills: Counter[str], told: Told, found: Verdict, looks: list[dict[str, list[int]]]) -> None:
    """The tables."""
    print("| killed | kills |\n| --- | ---: |")
    for place in PLACES:
        print(f"| {place} | {kills[place]} |")
    entries = sum(batch.end - batch.start for batch in told.begun.values() if batch.number in told.written)
    gone = f"{len(told.forgotten):,} batches forgotten"
    print(f"\n{entries:,} entries in {len(told.written):,} acknowledged writes; {gone}.")
    print("\n| who looked | times | lost | twice | torn |\n| --- | ---: | ---: | ---: | ---: |")
    print(f"| after each kill | {kills.total()} | {found.lost} | {found.twice} | {found.torn} |")
    for number, look in enumerate(looks, 1):
        print(f"| reader {number}, all the time | {look['times'][0]:,} | " + " | ".join(map(str, look["found"])) + " |")


def writes(folder: Path, log: Path, seed: int) -> int:
    """Goes on after the log until it is killed: what it does not say was done is done again."""
    chosen, told = random.Random(seed), Told.of(log)
    with Memory.open(folder, writing=True) as memory:
        for number in sorted(told.begun.keys() - told.written):
            told.begun[number].written(memory)
            say(log, "written", number)
        for number in sorted(told.forgetting - told.forgotten):
            memory.forget(told.begun[number].name)
            say(log, "forgotten", number)
        held = sorted(told.begun.keys() - told.forgetting)
        last = max(told.begun.values(), default=Batch(-1, 0, 0))
        number, start = last.number + 1, last.end
        while True:
            if memory.count() > MOST or (held and chosen.random() < 0.05):
                gone = held.pop(chosen.randrange(len(held)))
                say(log, "forgetting", gone)
                memory.forget(f"batch {gone}")
                say(log, "forgotten", gone)
            elif chosen.random() < 0.05:
                memory.compact()
            else:
                batch = Batch(number, start, start + chosen.choice([1, 3, 20, 60]))
                say(log, "writing", *batch)
                batch.written(memory)
                say(log, "written", number)
                held.append(number)
                number, start = number + 1, batch.end


def follow(folder: Path, log: Path, made: Path, number: int) -> int:
    """Looks at every entry until there is a file `stop`."""
    times, found = 0, Verdict(0, 0, 0)
    with Memory.open(folder) as memory:
        while not (made / "stop").exists():
            times, found = times + 1, Verdict(*map(sum, zip(found, verdict(memory, log), strict=True)))
            assert memory.damaged() == []
    (made / f"reader-{number}.json").write_text(json.dumps({"times": [times], "found": found}), "utf-8")
    return 0


def begun(work: Callable[[], int]) -> int:
    """A child that does this, which nobody kills."""
    if pid := os.fork():
        return pid
    code = 1
    try:
        code = work()
    finally:
        os._exit(code)


def killer(place: str, chosen: random.Random) -> Killer:
    """One that kills there."""
    if place == PLACES[0]:
        return Killer(seconds=chosen.uniform(0.01, 0.4))
    if place == PLACES[2]:
        return Killer(half_at(chosen.randint(1, 30), chosen.random()))
    return Killer(dying_at(chosen.randint(1, 30 if place == PLACES[1] else 6), before=place == PLACES[1]))


def half_at(count: int, share: float) -> Callable[[], None]:
    """What makes a process die at a flush of a journal, its `count`-th of anything or later, with the record cut off.

    A record has more than 700 bytes, up to so many of which are missing.
    """

    def prepare() -> None:
        real, left = os.fsync, [count]

        def counted(handle: int) -> None:
            left[0] -= 1
            if left[0] <= 0 and Path(f"/proc/self/fd/{handle}").readlink().name.startswith("journal"):
                os.ftruncate(handle, os.fstat(handle).st_size - 1 - int(700 * share))
                dies()
            real(handle)

        os.fsync = counted

    return prepare


if __name__ == "__main__":
    sys.exit(main())
