"""The ladder of translators on one data set: one row a network, the same minutes or epochs each, BLEU also by length.

    python benchmarks/ladder.py multi30k DATA_FOLDER --runs runs --minutes 5
    python benchmarks/ladder.py multi30k DATA_FOLDER --runs runs --epochs 8
    python benchmarks/ladder.py tatoeba DATA_FOLDER --runs runs

Every row is the command line's own `regard train translate` with the flags that the table shows; a row that is there
already is not trained again. Prints Markdown; RUNS/NAME.json keeps the figures.
"""

import argparse
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from regard.data.pairs import Pairs
from regard.data.readers import read_pairs
from regard.decoding.beam import Search
from regard.folder.model import load_translator
from regard.metrics.bleu import bleu
from regard.metrics.chrf import chrf

RECURRENT = ["--network", "recurrent"]
FLAGS = {
    "recurrent, none": [*RECURRENT, "--attention", "none"],
    "recurrent, dot": [*RECURRENT, "--attention", "dot"],
    "recurrent, bilinear": [*RECURRENT, "--attention", "bilinear"],
    "recurrent, cosine": [*RECURRENT, "--attention", "cosine"],
    "recurrent, additive": [*RECURRENT, "--attention", "additive"],
    "transformer, dot": [],
}


@dataclass(frozen=True)
class Row:
    """One model: its name, the flags that differ, and the files."""

    name: str
    flags: list[str]
    train: list[str]
    valid: list[str]
    test: list[str]
    columns: list[str]


def rows_of(data: str, folder: Path) -> list[Row]:
    if data == "multi30k":
        parts = ("train", "val", "test_2016_flickr")
        files = [[str(folder / f"{part}.{side}.gz") for side in ("en", "de")] for part in parts]
        return [Row(name, flags, *files, []) for name, flags in FLAGS.items()]
    files = [[str(folder / f"{part}.tsv.gz")] for part in ("train", "valid", "test")]
    return [
        Row(f"transformer, {direction}", [], *files, ["--x", x, "--y", y])
        for direction, x, y in (("en-zh", "1", "2"), ("zh-en", "2", "1"))
    ]


def train(row: Row, folder: Path, minutes: float, epochs: int) -> list[str]:
    flags = ["--max-minutes", str(minutes)] if minutes else []
    flags += ["--epochs", str(epochs)] if epochs else []
    command = ["regard", "train", "translate", *row.train, "--valid", *row.valid, *row.columns, *row.flags, *flags]
    command += ["--model", str(folder)]
    if not (folder / "model.json").is_file():
        with (folder.with_suffix(".log")).open("w", encoding="utf-8") as log:
            subprocess.run([sys.executable, "-m", *command], check=True, stderr=log)
    return command


def by_length(pairs: Pairs, predictions: list[str]) -> dict[str, float]:
    """BLEU of the shortest, the middle and the longest third of the sources, in characters."""
    order = sorted(range(len(pairs)), key=lambda i: len(pairs.sources[i]))
    third = len(order) // 3
    found = {}
    for part in (order[:third], order[third : 2 * third], order[2 * third :]):
        lengths = [len(pairs.sources[i]) for i in part]
        score = bleu([predictions[i] for i in part], [pairs.targets[i] for i in part], samples=1).score
        found[f"{lengths[0]}-{lengths[-1]}"] = round(score, 1)
    return found


def measure(row: Row, folder: Path, beam: int) -> dict[str, object]:
    model, record = load_translator(folder)
    keys = {"x": row.columns[1], "y": row.columns[3]} if row.columns else {}
    pairs = read_pairs(row.test, **keys)
    start = time.monotonic()
    predictions = [found[0].text for found in model.translate(pairs.sources, Search(beam=beam))]
    seconds = time.monotonic() - start
    return {
        "name": row.name,
        "bleu": str(bleu(predictions, pairs.targets)),
        "chrf": str(chrf(predictions, pairs.targets)),
        "lengths": by_length(pairs, predictions),
        "parameters": sum(each.numel() for each in model.network.parameters()),
        "steps": record["steps"],
        "minutes": record["minutes"],
        "seed": record["seed"],
        "decoding_seconds": round(seconds, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", choices=("multi30k", "tatoeba"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--minutes", type=float, default=0.0, help="of training a row; 0: the defaults")
    parser.add_argument("--epochs", type=int, default=0, help="of training a row; 0: the defaults")
    parser.add_argument("--beam", type=int, default=5)
    parser.add_argument("--only", default="", help="rows whose name contains this")
    arguments = parser.parse_args()
    arguments.runs.mkdir(parents=True, exist_ok=True)
    for row in rows_of(arguments.data, arguments.folder):
        if arguments.only not in row.name:
            continue
        folder = arguments.runs / f"{arguments.data}-{row.name.replace(', ', '-')}"
        train(row, folder, arguments.minutes, arguments.epochs)
        found = measure(row, folder, arguments.beam)
        folder.with_suffix(".json").write_text(json.dumps(found, indent=2), encoding="utf-8")
        lengths = " / ".join(f"{score}" for score in found["lengths"].values())
        cells = [row.name, found["bleu"], lengths, f"{found['parameters']:,}", found["steps"], found["minutes"]]
        print(f"| {' | '.join(map(str, cells))} |")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
