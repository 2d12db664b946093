"""A comparison that is stopped: by Ctrl-C, and by being killed; nothing of what was learned is lost."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from command_line import Run

from regard.comparing import running
from regard.comparing.job import Job
from regard.comparing.work import work
from regard.training.progress import Watcher


@contextmanager
def started(words: list[str]) -> Iterator[subprocess.Popen[str]]:
    """In a session of its own, where Ctrl-C is heard even if these tests run in the background, which ignores it."""
    command, pipe = [sys.executable, "-m", "regard", *words], subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True, preexec_fn=hearing)
    with process:
        try:
            yield process
        finally:
            process.kill()


def hearing() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def step_of(model: Path) -> int:
    """The update that a training's checkpoint stands at; 0 without one."""
    position = model / "state" / "position.json"
    return int(json.loads(position.read_text(encoding="utf-8"))["step"]) if position.is_file() else 0


def beyond(model: Path, step: int) -> int:
    """Waits until the checkpoint is of a later step."""
    for _ in range(1200):
        if (there := step_of(model)) > step:
            return there
        time.sleep(0.1)
    raise AssertionError("no checkpoint was written")


def let_go(model: Path) -> None:
    """Waits until no process writes to the folder."""
    import fcntl

    with (model / ".lock").open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
def test_what_is_stopped_goes_on(recall: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tmp_path / "runs" / "plain" / "seed-1"
    words = ["compare", "classify", str(recall / "train.jsonl"), "--valid", str(recall / "valid.jsonl")]
    words += ["--model", str(tmp_path), "--try", "plain: width=8 layers=1", "--seeds", "1", "--patience", "0"]
    long = [*words, "--epochs", "1000000", "--checkpoint-steps", "1"]
    with started(long) as killed:
        beyond(model, 0)
        killed.kill()
    let_go(model)  # whoever trains sees that nobody waits, saves, and ends
    first = step_of(model)
    with started(long) as stopped:
        second = beyond(model, first + 1)
        os.killpg(stopped.pid, signal.SIGINT)
        out, err = stopped.communicate(timeout=120)
    assert stopped.returncode == 130
    assert out == "Nothing is finished yet.\n\n" and "Interrupted with 0 of 1 trainings done; the same" in err
    said: list[Any] = []

    def one(job: Job, place: Path, watcher: Watcher) -> dict[str, Any]:
        return work(job.to_json(), str(place), lambda event, what: said.append(what))

    monkeypatch.setattr(running, "one", one)
    answer = run(*words, "--epochs", "1000000", "--checkpoint-steps", "1", "--steps", second + 1)
    assert answer.code == 0 and "| plain | " in answer.out
    assert any(str(each).startswith("Going on from step") for each in said)
