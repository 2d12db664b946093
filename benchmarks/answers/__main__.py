"""Learning, measured on public data by the command line itself, several seeds each: the rows of docs/results.md.

    python -m benchmarks.answers --data FOLDER [--only trec slots g2p-fre] [--seeds 1 2 3] [--json runs/answers.json]

FOLDER holds one folder a data set, named as in rows.py. Without a seed nothing is drawn: a row is its command, its
seeds and folds, their scores, their mean and spread (standard deviation), and minutes of each training. `g2p` is
a table of languages of its own (phones.py); rows of other networks and patterns (choices.py) run where they are named.
"""

import argparse
import json
import re
import statistics
import tempfile
import time
from itertools import product
from pathlib import Path
from typing import NamedTuple

from benchmarks.answers import phones
from benchmarks.answers.choices import EVERY
from benchmarks.answers.command import regard
from benchmarks.answers.rows import ROWS, Row


class Drawn(NamedTuple):
    """What differs between the trainings of a row."""

    seed: int
    fold: int


def main() -> None:
    """Runs what is asked for, a line a seed, then a line a row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[*ROWS, "g2p"], choices=[*EVERY, *phones.NAMES])
    parser.add_argument("--seeds", nargs="*", type=int, default=[1, 2, 3])
    parser.add_argument("--folds", nargs="*", type=int, help="of rows with folds, these alone")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--more", nargs=argparse.REMAINDER, default=[], help="further flags of every training")
    asked = parser.parse_args()
    found = []
    if spelled := phones.languages(asked.only):
        phones.table(asked.data, spelled, asked.seeds, asked.more)
    for name in [name for name in asked.only if name in EVERY]:
        with tempfile.TemporaryDirectory() as made:
            row = EVERY[name]
            if row.prepare is not None:
                row.prepare(asked.data, Path(made))
            folds = [fold for fold in range(1, row.folds + 1) if row.folds == 1 or fold in (asked.folds or [fold])]
            each = product(asked.seeds, folds)
            runs = [trained(name, row, Drawn(*one), asked, Path(made)) for one in each]
        scores = [run["score"] for run in runs]
        spread = statistics.stdev(scores) if len(scores) > 1 else 0.0
        print(f"{name}: {row.metric} {statistics.mean(scores):.2f} ± {spread:.2f}; {row.asked}", flush=True)
        found.append({"row": name, "asked": row.asked, "runs": runs})
        if asked.json:
            asked.json.parent.mkdir(parents=True, exist_ok=True)
            asked.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


def trained(name: str, row: Row, drawn: Drawn, asked: argparse.Namespace, made: Path) -> dict[str, object]:
    """One training and its score on the test data."""
    places = {"{data}": str(asked.data), "{made}": str(made), "{fold}": str(drawn.fold)}

    def filled(words: list[str]) -> list[str]:
        for place, name in places.items():
            words = [word.replace(place, name) for word in words]
        return words

    folder, more = str(made / f"model-{drawn.seed}-{drawn.fold}"), filled(row.more)
    train = ["train", row.kind, *filled(row.train), *more, "--seed", str(drawn.seed), *asked.more, "--model", folder]
    start = time.monotonic()
    regard(train)
    minutes = (time.monotonic() - start) / 60
    told = regard(["evaluate", folder, *filled(row.test), *more])
    line = re.search(rf"^{re.escape(row.metric)}[^\d\n]*(?:\([A-Z]+\) )?([\d.]+)", told, re.MULTILINE)
    assert line is not None, f"no {row.metric} in {told!r}"
    fold = f" fold {drawn.fold}" * (row.folds > 1)
    print(f"  {name} seed {drawn.seed}{fold}: {line[0]}  {minutes:.1f} min", flush=True)
    return {**drawn._asdict(), "score": float(line[1]), "minutes": round(minutes, 2), "told": told.splitlines()}


if __name__ == "__main__":
    main()
