"""Pages of models that were trained on public data: every kind of thing, every kind of answer.

    python -m benchmarks.looks DATA --models FOLDER [--minutes 4] [--only NAME …]

DATA holds one folder a data set, named as in answers/rows.py. A model that FOLDER does not hold yet is trained, so many
minutes on one thread. Then FOLDER/NAME.html and FOLDER/NAME.json are written; a test opens them without a network:

    REGARD_LOOKS=FOLDER python -m pytest tests/inspect/test_page_trained.py
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.answers.prepare import digits, shakespeare
from benchmarks.answers.rows import ROWS

from regard.cli.look_many import load
from regard.data.asked import read_asked
from regard.data.choices import ReadingChoices
from regard.inspect.opening import look_at


@dataclass(frozen=True)
class Seen:
    """What is trained, and which item is looked at: number `index` of `data`, or `item` itself."""

    train: Sequence[str]
    data: Sequence[str] = ()
    index: int = 0
    item: str | None = None
    target: str | None = None
    choices: ReadingChoices = field(default_factory=ReadingChoices)


def from_row(name: str, index: int = 0, **given: Any) -> Seen:
    """The model of a row of docs/results.md, and an item of those that it is tested with."""
    row = ROWS[name]
    return Seen([row.kind, *row.train, *row.more], row.test, index, **given)


M30K, TATOEBA = "{data}/multi30k-en-de", "{data}/tatoeba-en-zh"
LOOKS = {
    "text-classify": from_row("trec", item="What is the capital of Yugoslavia ?"),
    "words-label": from_row("slots", 3, choices=ReadingChoices(format="lines"), target="3"),
    "sound-classify": from_row("digits", 30),
    "image-classify": from_row("fashion", 7),
    "series-classify": from_row("vowels", 5),
    "graph-classify": from_row("mutag", 2),
    "translate": Seen(
        [
            "translate",
            "--source",
            f"{M30K}/train.en.gz",
            "--target",
            f"{M30K}/train.de.gz",
            "--valid-source",
            f"{M30K}/val.en.gz",
            "--valid-target",
            f"{M30K}/val.de.gz",
        ],
        item="A man in an orange hat is reading .",
    ),
    "translate-zh": Seen(
        ["translate", f"{TATOEBA}/train.tsv.gz", "--valid", f"{TATOEBA}/valid.tsv.gz"], item="I like it very much."
    ),
    "generate": Seen(["generate", "{made}/train.txt"], item="ROMEO:"),
}
PREPARED = {"sound-classify": digits, "generate": shakespeare}


def main() -> None:
    """A line a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--only", nargs="+", default=[*LOOKS], choices=[*LOOKS], metavar="NAME")
    asked = parser.parse_args()
    asked.models.mkdir(parents=True, exist_ok=True)
    for name in asked.only:
        seen, folder, made = LOOKS[name], asked.models / name, asked.models / f"{name}.data"
        if name in PREPARED and not made.exists():
            made.mkdir()
            PREPARED[name](asked.data, made)
        at = {"data": asked.data, "made": made, "fold": 1}
        if not (folder / "model.json").exists():
            train([word.format(**at) for word in seen.train], folder, asked.minutes)
        kind = seen.train[0]
        model = load(folder, kind)
        look = look_at(model, item_of(model, seen, at), seen.target, command=f"benchmarks.looks {name}")
        for form in ("html", "json"):
            look.save(asked.models / f"{name}.{form}")
        size = (asked.models / f"{name}.html").stat().st_size
        told = look.record.headline
        print(f"{name}: {told['output']!r}, {size / 1e3:,.0f} kB, difference {look.record.difference:.1e}", flush=True)


def train(words: Sequence[str], folder: Path, minutes: float) -> None:
    """For so long, on one thread."""
    command = [sys.executable, "-m", "regard", "train", *words, "--model", str(folder), "--seed", "1"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run([*command, "--max-minutes", str(minutes)], check=True, env=environment, stdout=subprocess.DEVNULL)


def item_of(model: Any, seen: Seen, at: dict[str, Any]) -> Any:
    """What the model is to read."""
    if seen.item is not None:
        return seen.item
    paths = [word.format(**at) for word in seen.data]
    words = model.targets.kind == "label"
    return read_asked(model.given.kind, paths, seen.choices, words=words, command="looks").examples.items[seen.index]


if __name__ == "__main__":
    main()
