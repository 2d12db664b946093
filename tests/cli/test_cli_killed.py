"""Kill -9, and the same command again: at a random time, while a file is written, between two files."""

import subprocess
import sys
from pathlib import Path

import pytest
from command_line import NETWORKS, TINY, Data, Run

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_training_killed_in_three_places_ends_bit_for_bit_like_one_that_was_not() -> None:
    command = [sys.executable, "-m", "benchmarks.kills", "--kills", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(" | 1 |\n") == 3, done.stdout
    assert " 0 trainings ended otherwise" in done.stdout


def test_what_a_kill_left_before_the_first_position_is_begun_anew(run: Run, data: Data, tmp_path: Path) -> None:
    state = tmp_path / "model" / "state"
    state.mkdir(parents=True)
    for left in (state / "epoch-00000003.safetensors", state / ".step-00000003.safetensors.77.tmp"):
        left.write_bytes(b"half")
    (tmp_path / "model" / ".card.md.77.tmp").touch()
    words = ["train", "translate", data.tsv, "--model", tmp_path / "model", *TINY, *NETWORKS["transformer"]]
    assert run(*words, "--steps", "2").code == 0
    assert not [*tmp_path.rglob("*.tmp")] and not (state / "epoch-00000003.safetensors").exists()
    (state / "position.json").unlink()
    (state / "notes.txt").touch()
    (tmp_path / "model" / "model.json").unlink()
    assert "must be empty or hold a training that can go on" in run(*words, "--steps", "2").refused
