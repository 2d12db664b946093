"""The trainings of a comparison, one after the other, each in a process of its own; what is finished is kept."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from regard import errors
from regard.comparing.job import PLACE, Job
from regard.comparing.measured import Measured
from regard.comparing.plan import Plan
from regard.errors import FolderError, OptionError, RegardError
from regard.folder.atomic import read_json, write_json
from regard.folder.lock import locked
from regard.folder.record import checksum
from regard.training.progress import Step, Validation, Watcher
from regard.training.resume import clear

RUNS = "runs"
FILES = (
    *("data", "valid", "test", "source", "target", "valid_source", "valid_target", "test_source", "test_target"),
    *("word_vectors", "tokenizer", "source_tokenizer", "target_tokenizer", "folds", "start"),
)
"""Choices that name files: where these lie does not matter, what they hold does."""


class Run(NamedTuple):
    """A finished training, and the folder of its model."""

    job: Job
    measured: Measured
    folder: Path


Watching = Callable[[str], AbstractContextManager[Watcher]]
"""A watcher for a training of that label."""


def run_all(plan: Plan, folder: Path, watching: Watching, *, overwrite: bool = False) -> list[Run]:
    """Trains what is not trained yet; KeyboardInterrupt is let through once the training that was on is saved.

    Raises OptionError where the folder holds trainings of other choices or data, and whatever a training raises, with
    its name before.
    """
    with locked(folder, "comparison"):
        known = cache(_sum)
        jobs = [(job, folder / RUNS / job.place, {**job.to_json(), "data": sums(job, known)}) for job in plan.jobs()]
        if overwrite:
            for _, place, _ in jobs:
                _forget(place)
        for job, place, asked in jobs:
            _check(job, place, asked)
        for number, (job, place, asked) in enumerate(jobs, 1):
            if not result_of(place).is_file():
                place.parent.mkdir(parents=True, exist_ok=True)
                with watching(f"{number} of {len(jobs)}: {job.label}") as watcher:
                    done = one(job, place, watcher)
                write_json(result_of(place), {**done, "asked": asked})
    return finished(plan, folder)


def finished(plan: Plan, folder: Path) -> list[Run]:
    """The trainings of the plan that are finished."""
    places = [(job, folder / RUNS / job.place) for job in plan.jobs()]
    return [Run(job, _result(place), place) for job, place in places if result_of(place).is_file()]


def one(job: Job, place: Path, watcher: Watcher) -> dict[str, Any]:
    """A training in a process of its own, whose other words go into a file beside its folder; what it came to."""
    log = place.with_name(place.name + ".log")
    with log.open("a", encoding="utf-8") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "regard.comparing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,  # Ctrl-C is heard here, and passed on once: the end of the input is the word for it
        )
        assert process.stdin is not None and process.stdout is not None
        done: dict[str, Any] | None = None
        try:
            process.stdin.write(json.dumps({"job": job.to_json(), "folder": str(place)}) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                event, what = json.loads(line)
                done = what if event == "done" else done
                _pass_on(event, what, job, watcher)
        except BaseException:
            process.stdin.close()
            raise
        finally:
            code = process.wait()
            process.stdin.close()
            process.stdout.close()
    if done is None or code:
        if code == 130:
            raise KeyboardInterrupt
        hint = f"{log} has its last words; the same command again goes on"
        raise RegardError(f"{job.label}: a training must come to its end", got=f"exit code {code}", hint=hint)
    return done


def _pass_on(event: str, what: Any, job: Job, watcher: Watcher) -> None:
    match event:
        case "step":
            watcher.step(Step(*what))
        case "validation":
            watcher.validation(Validation(*what))
        case "say":
            watcher.say(what)
        case "error":
            name, rule, got, hint = what
            kind = getattr(errors, name, RegardError)
            raise kind(f"{job.label}: {rule}", got=got, hint=hint)


def result_of(place: Path) -> Path:
    """The file of what a training came to, beside its folder."""
    return place.with_name(place.name + ".json")


def _result(place: Path) -> Measured:
    path = result_of(place)
    try:
        return Measured.from_json(read_json(path))
    except (KeyError, TypeError) as error:
        rule = f"{path}: the file must hold a result of a comparison"
        raise FolderError(rule, got=str(error), hint="delete it, and the training is told anew") from error


def _check(job: Job, place: Path, asked: dict[str, Any]) -> None:
    if not result_of(place).is_file():
        return
    before, now = (_flat(each) for each in (_result(place).asked, asked))
    differing = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    if differing:
        told = [f"{name} {before.get(name)!r} → {now.get(name)!r}" for name in differing if name != "data"]
        got = "; ".join([*told, *(["other data"] if "data" in differing else [])][:4])
        hint = "the same command to go on, another folder, or --overwrite to begin anew"
        raise OptionError(f"--model: {place} holds a training of other choices or data", got=got, hint=hint)


def _flat(asked: dict[str, Any]) -> dict[str, Any]:
    """The choices one by one, without those that name files; `data` is what these hold."""
    choices = {name: value for name, value in asked["choices"].items() if name not in FILES}
    return {**{name: value for name, value in asked.items() if name != "choices"}, **choices}


def _forget(place: Path) -> None:
    result_of(place).unlink(missing_ok=True)
    if place.is_dir():
        clear(place)


def sums(job: Job, known: Callable[[Path], str]) -> dict[str, list[str]]:
    """What the files of a job hold, by the choice that names them; of folders, names and sizes."""
    lengths = job.tests or (() if job.length is None else (job.length,))
    given = {name: value for name, value in job.choices.items() if name in FILES}
    named = {name: value if isinstance(value, list) else [value] for name, value in given.items()}
    found = {name: [known(path) for each in value for path in _paths(each, lengths)] for name, value in named.items()}
    return {name: each for name, each in found.items() if each}


def _paths(value: Any, lengths: tuple[int, ...]) -> list[Path]:
    if not isinstance(value, str):
        return []
    named = [value.replace(PLACE, str(length)) for length in lengths] if PLACE in value else [value]
    return [path for path in map(Path, dict.fromkeys(named)) if path.exists()]


def _sum(path: Path) -> str:
    if path.is_file():
        return checksum(path)
    return ", ".join(sorted(f"{each.relative_to(path)} {each.stat().st_size}" for each in path.rglob("*")))
