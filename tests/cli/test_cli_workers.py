"""Several processes that train one model: `torchrun -m regard train`, over gloo on this machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from command_line import Data, Run, tiny_transformer

from regard.folder.tensors import read_tensors
from regard.training.workers import Workers

CHOICES = ["--schedule", "constant", "--warmup", "2", "--average", "2", "--validate-epochs", "1", "--epochs", "9"]


def words(data: Data, folder: Path, *more: str) -> list[str]:
    return tiny_transformer(data, folder, *CHOICES, *more)


def torchrun(count: int, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={count}"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [*command, "-m", "regard", *words], capture_output=True, text=True, env=environment, timeout=300
    )


def test_each_item_of_a_batch_is_one_workers() -> None:
    batch = np.arange(11)
    for count in (1, 2, 3, 20):
        shares = [Workers(rank, count).share(batch) for rank in range(count)]
        assert sorted(np.concatenate(shares).tolist()) == batch.tolist()


@pytest.mark.slow
def test_two_workers_learn_what_one_does_and_another_number_goes_on(run: Run, data: Data, tmp_path: Path) -> None:
    both, alone = tmp_path / "both", tmp_path / "alone"
    done = torchrun(2, *words(data, both, "--steps", "20"))
    assert done.returncode == 0 and done.stderr.count("Done after 20 updates") == 1, done.stderr
    again = run(*words(data, both, "--steps", "50"))
    assert again.code == 0 and "Going on from step 20" in again.err
    assert run(*words(data, alone, "--steps", "20")).code == 0
    assert run(*words(data, alone, "--steps", "50")).code == 0
    one, other = (read_tensors(each / "state" / "step-00000050.safetensors") for each in (alone, both))
    felt = [name for name in one if not name.endswith("key_value.bias")]  # a key's bias moves no weight of a softmax
    assert max(float((one[name] - other[name]).abs().max()) for name in felt) < 1e-5
    lines = [(each / "metrics.jsonl").read_text(encoding="utf-8").splitlines() for each in (alone, both)]
    assert [json.loads(line)["step"] for line in lines[0]] == [json.loads(line)["step"] for line in lines[1]]
