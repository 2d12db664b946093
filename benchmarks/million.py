"""A million sentence pairs, from the files to the first update: seconds and peak resident memory.

    python benchmarks/million.py --data FOLDER     FOLDER holds train.de.gz and train.en.gz, or --files

The pairs of two parallel files are repeated with noise (a word falls, two words change places) until there are enough
different ones; then `train_translator`, which is `regard train translate`, runs to its first update.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from regard.data.readers import read_pairs
from regard.training.config import TranslateConfig
from regard.training.progress import Silent, Step
from regard.training.translate import train_translator


class Reached(Exception):
    """The first update is done."""


class UntilFirst(Silent):
    """Tells when each thing was said, and stops at the first update."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    def say(self, text: str) -> None:
        """Prints it, with the seconds so far and the memory."""
        print(f"{self.told()}  {text.splitlines()[0]}", flush=True)

    def step(self, step: Step) -> None:
        """The end."""
        raise Reached

    def told(self) -> str:
        """`12.3 s  456 MB`, the peak so far."""
        scale = 1 if sys.platform == "darwin" else 1024
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6
        return f"{time.monotonic() - self.started:7.1f} s {peak:7,.0f} MB"


def noisy(line: str, chosen: random.Random) -> str:
    """The line without one of its words, or with two neighbours changed."""
    words = line.split()
    place = chosen.randrange(len(words))
    if chosen.random() < 0.5 and len(words) > 2:
        del words[place]
    else:
        words[place : place + 2] = words[place : place + 2][::-1]
    return " ".join(words)


def write(source: Path, target: Path, folder: Path, count: int) -> list[str]:
    """Two files of so many pairs, the first ones as they are."""
    given = read_pairs([source, target], blank="skip")
    pairs = list(zip(given.sources, given.targets, strict=True))
    chosen = random.Random(1)
    names = [folder / "million.a", folder / "million.b"]
    with names[0].open("w", encoding="utf-8") as left, names[1].open("w", encoding="utf-8") as right:
        for number in range(count):
            pair = pairs[number % len(pairs)]
            if number >= len(pairs):
                pair = tuple(noisy(line, chosen) for line in pair)
            left.write(pair[0] + "\n")
            right.write(pair[1] + "\n")
    return [str(name) for name in names]


def main() -> None:
    """Writes the data, trains to the first update, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the two files")
    parser.add_argument("--files", nargs=2, default=["train.de.gz", "train.en.gz"], help="their names")
    parser.add_argument("--pairs", type=int, default=1_000_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = write(*(chosen.data / name for name in chosen.files), Path(folder), chosen.pairs)
        watch = UntilFirst()
        try:
            train_translator(TranslateConfig(data=files, model=str(Path(folder) / "model")), watch)
        except Reached:
            print(f"{watch.told()}  the first update of {chosen.pairs:,} pairs")


if __name__ == "__main__":
    main()
