"""New intents taught to a classifier by a few examples each, through memory alone.

    python -m benchmarks.memory.intents data_full.json.gz --folder runs/intents [--new 5] [--examples 10] [--old 10]
        [--beside 5] [--seed 1]

DATA is CLINC150's file: of its 150 intents some, drawn by the seed, are kept from training altogether. A classifier of
the others is trained, unless the folder holds one, and its memory is taught the new ones. How it is mixed in is chosen
on the examples themselves, each as if it had not been taught, and on validation items of old intents: the more of
these, the less the old ones lose, and the less the new ones gain. `--beside` training items of each old intent are
remembered, too, so that what is old has neighbours that say so. Prints Markdown:
accuracy on the test items of old and of new intents, without and with the memory. Flags that are none of these are
handed to `regard train classify`.
"""

import argparse
import csv
import gzip
import json
import random
import re
import shutil
from pathlib import Path

from benchmarks.memory.command import regard

Item = tuple[str, str]


def main() -> None:
    """Splits, trains, teaches, scores, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--new", type=int, default=5)
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--old", type=int, default=10, help="validation items of old intents for each taught one")
    parser.add_argument("--beside", type=int, default=5, help="items of each old intent that are remembered, too")
    parser.add_argument("--seed", type=int, default=1)
    asked, flags = parser.parse_known_args()
    new = split(asked)
    model, memory = asked.folder / "model", asked.folder / "memory"
    if not (model / "model.json").exists():
        files = [str(asked.folder / "train.csv"), "--valid", str(asked.folder / "valid.csv")]
        regard("train", "classify", *files, "--model", str(model), *flags)
    shutil.rmtree(memory, ignore_errors=True)
    taught, chosen = str(asked.folder / "taught.csv"), str(asked.folder / "choose.csv")
    print(regard("remember", str(model), taught, "--memory", str(memory), "--choose-on", chosen))
    print(f"new intents: {', '.join(new)}; {asked.examples} examples each, seed {asked.seed}\n")
    print("| test items | without | with the memory |\n| --- | ---: | ---: |")
    for part in ("old", "new"):
        plain, mixed = (accuracy(asked.folder, part, words) for words in ((), ("--memory", str(memory))))
        print(f"| of {part} intents | {plain} | {mixed} |")


def split(asked: argparse.Namespace) -> list[str]:
    """Writes the files; the new intents."""
    with gzip.open(asked.data, "rt", encoding="utf-8") as file:
        data: dict[str, list[Item]] = json.load(file)
    chosen = random.Random(asked.seed)
    new = sorted(chosen.sample(sorted({intent for _, intent in data["train"]}), asked.new))
    asked.folder.mkdir(parents=True, exist_ok=True)
    fresh = {name: [item for item in data["train"] if item[1] == name] for name in new}
    taught = [item for items in fresh.values() for item in chosen.sample(items, asked.examples)]
    valid = [item for item in data["val"] if item[1] not in new]
    old = chosen.sample(valid, min(len(valid), asked.old * len(taught)))
    write(asked.folder / "train.csv", [item for item in data["train"] if item[1] not in new])
    write(asked.folder / "valid.csv", valid)
    write(asked.folder / "taught.csv", [*taught, *beside(data["train"], new, asked.beside, chosen)])
    write(asked.folder / "choose.csv", [*taught, *old])
    write(asked.folder / "old.csv", [item for item in data["test"] if item[1] not in new])
    write(asked.folder / "new.csv", [item for item in data["test"] if item[1] in new])
    return new


def beside(items: list[Item], new: list[str], count: int, chosen: random.Random) -> list[Item]:
    """So many items of each old intent."""
    old = sorted({intent for _, intent in items} - {*new})
    each = [[item for item in items if item[1] == intent] for intent in old]
    return [item for listed in each for item in chosen.sample(listed, count)]


def write(path: Path, items: list[Item]) -> None:
    """A table of texts and intents."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *items])


def accuracy(folder: Path, part: str, words: tuple[str, ...]) -> str:
    """As `regard evaluate` tells it."""
    path = folder / f"{part}.csv"
    if part == "new" and not words:
        return "0.0 % (it does not know them)"
    found = re.search(r"accuracy (.*)", regard("evaluate", str(folder / "model"), str(path), *words))
    assert found
    return found[1]


if __name__ == "__main__":
    main()
