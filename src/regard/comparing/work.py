"""What the process of one training does: reads, sizes, trains, tests, and says what it came to."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from regard.comparing.job import Job
from regard.comparing.measured import Measured, Quality
from regard.comparing.memory import Peak
from regard.comparing.roads import parts_of, tests_of, trained
from regard.comparing.scoring import scorer
from regard.comparing.sizing import sized
from regard.training.progress import Step, Validation

OFTEN = 0.5
"""Seconds between two steps that are told."""

Tell = Callable[[str, Any], None]


class Teller:
    """A watcher that tells another process, and keeps how fast it went."""

    def __init__(self, tell: Tell) -> None:
        self.tell, self.told, self.speed = tell, 0.0, 0.0

    def step(self, step: Step) -> None:
        """Tells it, if the last one was told some time ago."""
        self.speed = step.tokens_per_second
        if time.monotonic() - self.told >= OFTEN or step.done >= 1:
            self.told = time.monotonic()
            self.tell("step", step)

    def validation(self, validation: Validation) -> None:
        """Tells it."""
        self.tell("validation", validation)

    def say(self, text: str) -> None:
        """Tells it."""
        self.tell("say", text)


def work(record: dict[str, Any], folder: str, tell: Tell) -> dict[str, Any]:
    """One training of a job, whose model goes into the folder; what it came to, as JSON."""
    job, watcher = Job.from_json(record), Teller(tell)
    config = job.config(Path(folder))
    parts = parts_of(job, config, watcher)
    if job.parameters is not None:
        config = sized(job.kind, config, parts, job.parameters)
    begun_before, peak, cpu = (Path(folder) / "state").is_dir(), Peak(), time.process_time()
    finished = trained(job.kind, config, watcher, parts)
    cpu, memory = time.process_time() - cpu, peak.taken() if watcher.speed else None
    tested, tests = tests_of(job, config, parts)
    score = scorer(job.kind, finished.metric)
    qualities = []
    for length, items in tests.items():
        begun = time.monotonic()
        found, rises = score(finished.model, items)
        per_second = len(items) / (time.monotonic() - begun)
        qualities.append(Quality(score=found, rises=rises, items=len(items), per_second=per_second, length=length))
    return Measured(
        asked={},
        qualities=tuple(qualities),
        tested=tested,
        items=len(parts.train),
        parameters=sum(each.numel() for each in finished.model.network.parameters()),
        steps=finished.steps,
        seconds=finished.seconds,
        cpu=None if begun_before else cpu,
        per_second=watcher.speed or None,
        memory=memory,
    ).to_json()
