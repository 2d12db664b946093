"""Trainings of comparisons in this process: one of its own takes seconds to begin."""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.extend(str(Path(__file__).parent.parent / name) for name in ("cli", "inspect", "serve"))

from command_line import run

from regard.comparing import running
from regard.comparing.job import Job
from regard.comparing.work import work
from regard.data.synthetic import Plan, Sizes, write
from regard.training.progress import Watcher

__all__ = ["here", "recall", "run"]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The labels of the trainings, as they are made."""
    made: list[str] = []

    def one(job: Job, place: Path, watcher: Watcher) -> dict[str, Any]:
        made.append(job.label)
        return work(job.to_json(), str(place), lambda event, what: None)

    monkeypatch.setattr(running, "one", one)
    return made


@pytest.fixture(scope="session")
def recall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of things to recall, of 3 pairs, with tests of 2 and 4 beside it."""
    folder = tmp_path_factory.mktemp("recall")
    sizes = Sizes(shortest=3, longest=3, symbols=6)
    write(Plan(task="recall", items=120, held_out=30, sizes=sizes, beyond=(2, 4)), folder)
    return folder
