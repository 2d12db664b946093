"""Kill -9 while a memory is written, at four places, while others read it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_what_was_acknowledged_is_there_once_and_whole_after_each_kill() -> None:
    command = [sys.executable, "-m", "benchmarks.memory.soak", "--kills", "4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(" | 1 |\n") == 4, done.stdout
    assert "| after each kill | 4 | 0 | 0 | 0 |\n" in done.stdout
    assert done.stdout.count(", all the time | ") == done.stdout.count(" | 0 | 0 | 0 |\n") - 1 == 2, done.stdout
