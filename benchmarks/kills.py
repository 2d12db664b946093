"""Kills trainings with SIGKILL and gives the same command again: do they end bit for bit like one that nobody killed?

    python -m benchmarks.kills [--kills 200] [--seed 1]

Small translators with dropout, averages and a checkpoint after every second update are trained in child processes, one
after the other. A child is killed after a random time; while it writes a file, before that is renamed; or right after
a file took its name, before the next one is written. It prints a Markdown table and ends with 1 if any training ended
with other weights, another best score or other averages.
"""

import argparse
import hashlib
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import torch._dynamo  # noqa: F401  every optimizer loads it: no child shall, and none may where it lost its rights
from benchmarks.killing import Killer, child, dying_at

import regard.cli.report
import regard.cli.train
from regard.cli.main import main as regard

PLACES = ("at a random time", "while a file is written", "between two files")
SECONDS = 0.6
"""A child that dies at a random time dies within this."""
WORDS = ("hund katze haus baum vogel fisch", "dog cat house tree bird fish")
CHOICES = [
    *(
        "--width",
        "16",
        "--layers",
        "1",
        "--heads",
        "2",
        "--feed-forward",
        "16",
        "--tokens",
        "word",
        "--metric",
        "exact",
    ),
    *("--dropout", "0.2", "--precision", "fp32", "--device", "cpu", "--batch-tokens", "256", "--learning-rate", "0.01"),
    *("--epochs", "4", "--average", "3", "--validate-epochs", "1", "--patience", "0", "--checkpoint-steps", "2"),
]


class Ended(NamedTuple):
    """What a training left: hashes of its weights and of its last state, and its position without the clock."""

    weights: str
    state: str
    position: str


def main() -> int:
    """Kills, goes on, compares, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chosen = random.Random(asked.seed)
    kills: Counter[str] = Counter()
    trainings, other, torn, start = 0, 0, 0, time.monotonic()
    with tempfile.TemporaryDirectory() as made:
        data = written(Path(made))
        assert train(data, Path(made, "whole"), Killer()) == 0, Path(made, "whole.log").read_text("utf-8")
        whole = ended(Path(made, "whole"))
        while kills.total() < asked.kills:
            folder, trainings = Path(made, f"killed-{trainings}"), trainings + 1
            while kills.total() < asked.kills:
                place = PLACES[kills.total() % len(PLACES)]
                if train(data, folder, killer(place, chosen)) != -signal.SIGKILL:
                    break
                kills[place] += 1
                torn += any(folder.rglob(".*.tmp"))
            assert train(data, folder, Killer()) == 0, folder.with_suffix(".log").read_text("utf-8")
            other += ended(folder) != whole
            print(f"{kills.total()} kills, {trainings} trainings, {other} other", file=sys.stderr, flush=True)
    rows = "".join(f"| {place} | {kills[place]} |\n" for place in PLACES)
    print(
        f"| killed | kills |\n| --- | ---: |\n{rows}\n{trainings} trainings; "
        f"a half-written file lay there {torn} times; "
        f"{other} trainings ended otherwise; {time.monotonic() - start:.0f} s, seed {asked.seed}."
    )
    return 1 if other else 0


def written(folder: Path) -> Path:
    """A table of pairs that a tiny network can learn some of."""
    left, right = (words.split() for words in WORDS)
    chosen = random.Random(0)
    picks = [[chosen.randrange(6) for _ in range(chosen.randint(2, 5))] for _ in range(160)]
    lines = ["\t".join(" ".join(side[i] for i in pick) for side in (left, right)) for pick in picks]
    (folder / "pairs.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "pairs.tsv"


def killer(place: str, chosen: random.Random) -> Killer:
    """One that kills there."""
    if place == PLACES[0]:
        return Killer(seconds=chosen.uniform(0.01, SECONDS))
    return Killer(dying_at(chosen.randint(1, 12), before=place == PLACES[1]))


def train(data: Path, folder: Path, how: Killer) -> int:
    """The training in a process of its own; its exit code, or −signal."""
    words = ["train", "translate", str(data), "--model", str(folder), *CHOICES]
    return child(lambda: regard(words), how, folder.with_suffix(".log"))


def ended(folder: Path) -> Ended:
    """What is compared."""
    position = json.loads((folder / "state" / "position.json").read_text(encoding="utf-8"))
    step = folder / "state" / f"step-{position['step']:08d}.safetensors"
    kept = {name: value for name, value in position.items() if name not in ("seconds", "request")}
    return Ended(digest(folder / "weights.safetensors"), digest(step), json.dumps(kept, sort_keys=True))


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
