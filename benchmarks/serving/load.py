"""Many clients against one process: is every answer the offline one, and does memory stay where it was?"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.serving.client import Lost, Reply, Wire, posted, wire
from benchmarks.serving.process import FOLDERS, Process
from benchmarks.serving.questions import Question, questions

EVERY = 10.0
"""Seconds between two looks at the memory."""
GROWTH = 1.05
"""What the end may have of minute one."""
OUTCOMES = ("right", "429", "wrong", "other", "lost")


class Sample(NamedTuple):
    """The server, so many seconds after the first request."""

    second: float
    memory: float
    processor: float
    descriptors: int
    right: int


class Tally:
    """What came of the requests, by kind and outcome, and how long the right answers took."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Counter[str]] = defaultdict(Counter)
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.bad: list[str] = []

    def add(self, question: Question, reply: Reply, seconds: float) -> None:
        """One answer."""
        outcome = outcome_of(question, reply)
        self.outcomes[question.kind][outcome] += 1
        if outcome == "right":
            self.seconds[question.kind].append(seconds)
        elif outcome != "429":
            self.bad.append(f"{outcome}: {question} → {reply.status} {reply.body[:400]!r}")

    def lost(self, question: Question, error: Lost) -> None:
        """None came."""
        self.outcomes[question.kind]["lost"] += 1
        self.bad.append(f"lost: {question} → {error}")

    def total(self, outcome: str) -> int:
        """Over all kinds."""
        return sum(each[outcome] for each in self.outcomes.values())


def outcome_of(question: Question, reply: Reply) -> str:
    """Right, refused for too much, wrong, or another status."""
    if reply.status == 200:
        return "right" if question.right(reply) else "wrong"
    return "429" if reply.status == 429 and reply.clean and "retry-after" in reply.headers else "other"


def main(words: Sequence[str]) -> int:
    """Runs, prints; 1 where an answer was not right, or where memory grew."""
    parser = argparse.ArgumentParser(prog="benchmarks.serving load", description=__doc__)
    parser.add_argument("models", nargs="*", type=Path, default=FOLDERS)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--questions", type=int, default=100, help="of each kind, asked again and again")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(words)
    asked = questions(chosen.models, chosen.seed, chosen.questions)
    print(f"{len(asked)} questions are answered offline", file=sys.stderr, flush=True)
    tally = Tally()
    with Process(chosen.models) as server:
        samples = asyncio.run(_loaded(server, asked, chosen, tally))
        code, logged = server.end(), server.said.count(" POST /")
    print(report(tally, samples, chosen))
    sent = sum(each.total() for each in tally.outcomes.values())
    print(f"\n{sent:,} requests, {logged:,} lines in the server's log; exit code {code} after SIGTERM.")
    for each in tally.bad[:20]:
        print(each, file=sys.stderr)
    steady = grown(samples) <= GROWTH
    return 0 if not tally.bad and logged == sent and code == 0 and steady else 1


async def _loaded(server: Process, asked: list[Question], chosen: argparse.Namespace, tally: Tally) -> list[Sample]:
    start = time.monotonic()
    until = start + 60 * chosen.minutes
    watching = asyncio.create_task(_watched(server, tally, start, until))
    each = (
        _client(server.port, asked, random.Random(f"{chosen.seed} {n}"), until, tally) for n in range(chosen.clients)
    )
    await asyncio.gather(*each)
    return await watching


async def _client(port: int, asked: list[Question], chosen: random.Random, until: float, tally: Tally) -> None:
    """Asks one question after the other, over one connection as long as the server keeps it."""
    line: Wire | None = None
    while time.monotonic() < until:
        question = chosen.choice(asked)
        line = line or await wire(port)
        start = time.monotonic()
        try:
            reply = await line.ask(posted(question.path, question.fields))
        except Lost as error:
            tally.lost(question, error)
            line.cut()
            line = None
            continue
        tally.add(question, reply, time.monotonic() - start)
        if reply.status == 429:
            await asyncio.sleep(float(reply.headers.get("retry-after", "1")) * chosen.uniform(0.5, 1.5))
        if reply.headers.get("connection") == "close" or reply.status == 429:
            await line.close()  # the server ends what is idle for five seconds: it would be so just now
            line = None
    if line is not None:
        await line.close()


async def _watched(server: Process, tally: Tally, start: float, until: float) -> list[Sample]:
    """A look each ten seconds, the last one at the end."""
    samples = []
    while True:
        now = time.monotonic()
        right = tally.total("right")
        samples.append(Sample(now - start, server.memory, server.seconds, server.descriptors, right))
        print(f"{samples[-1]}", file=sys.stderr, flush=True)
        if now >= until:
            return samples
        await asyncio.sleep(min(EVERY, until - now))


def grown(samples: Sequence[Sample]) -> float:
    """Memory at the end, as a part of that at the end of minute one; 1 for a shorter run."""
    first = next((each for each in samples if each.second >= 60), samples[-1])
    return samples[-1].memory / first.memory


def report(tally: Tally, samples: Sequence[Sample], chosen: argparse.Namespace) -> str:
    """Two tables: outcomes and times by kind, and the server minute by minute."""
    lines = [
        f"{chosen.clients} clients, {chosen.minutes:g} minutes, seed {chosen.seed}",
        "",
        f"| asked | {' | '.join(OUTCOMES)} | p50, s | p90, s | p99, s |",
        f"| --- |{' ---: |' * (len(OUTCOMES) + 3)}",
    ]
    every = [each for times in tally.seconds.values() for each in times]
    for kind in sorted(tally.outcomes):
        lines.append(_row(kind, tally.outcomes[kind], tally.seconds[kind]))
    lines.append(_row("all", sum(tally.outcomes.values(), Counter()), every))
    lines += ["", "| minute | memory, MB | highest | processor, % | descriptors | right answers a second |"]
    lines.append("| ---: | ---: | ---: | ---: | ---: | ---: |")
    last = samples[0]
    lines.append(f"| 0 | {last.memory:.1f} | {last.memory:.1f} | | {last.descriptors} | |")
    for minute in range(1, int(samples[-1].second // 60) + 1):
        within = [each for each in samples if 60 * (minute - 1) < each.second and each.second < 60 * minute + EVERY / 2]
        end = within[-1]
        span = end.second - last.second
        used, rate = (end.processor - last.processor) / span, (end.right - last.right) / span
        most = max(each.memory for each in within)
        lines.append(f"| {minute} | {end.memory:.1f} | {most:.1f} | {used:.0%} | {end.descriptors} | {rate:.1f} |")
        last = end
    return "\n".join([*lines, "", f"Memory at the end: {grown(samples):.4f} times that of minute one."])


def _row(kind: str, outcomes: Counter[str], seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100) if len(seconds) > 1 else [0.0] * 99
    counts = " | ".join(f"{outcomes[each]:,}" for each in OUTCOMES)
    return f"| {kind} | {counts} | {cuts[49]:.2f} | {cuts[89]:.2f} | {cuts[98]:.2f} |"
