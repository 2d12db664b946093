"""A generator that learned a part of a text, and a memory of more and more of what came after it.

    python -m benchmarks.memory.growing TEXT --folder runs/growing [--learned 0.5] [--sizes 0 20000 100000 300000]
        [--told 20000] [--farthest]

Of the lines of TEXT the first part is trained on; the last tenth is kept apart, and of it the first characters, as many
as --told says, are what is told at last. What stands between them is remembered, the latest lines of it first, or with
--farthest the earliest: so many characters. How it is mixed in is chosen on lines right before the last tenth, which
are not remembered. Prints Markdown: nats a character, and entries. Flags that are none of these are handed to
`regard train generate`.
"""

import argparse
import re
import shutil
from pathlib import Path

from benchmarks.memory.command import regard

CHOSEN_ON = 10_000
"""Characters that the mixing is chosen on."""


def main() -> None:
    """Splits, trains, remembers more and more, scores, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--learned", type=float, default=0.5)
    parser.add_argument("--sizes", type=int, nargs="+", default=[0, 20_000, 100_000, 300_000])
    parser.add_argument("--told", type=int, default=20_000)
    parser.add_argument("--farthest", action="store_true", help="remember the earliest lines first: a control")
    asked, flags = parser.parse_known_args()
    between = split(asked)
    model, memory = asked.folder / "model", asked.folder / "memory"
    if not (model / "model.json").exists():
        regard("train", "generate", str(asked.folder / "learned.txt"), "--model", str(model), *flags)
    print("| characters remembered | entries | nats a character | mixed in |\n| ---: | ---: | ---: | --- |")
    for size in asked.sizes:
        words: tuple[str, ...] = ()
        told = ""
        if size:
            shutil.rmtree(memory, ignore_errors=True)
            written(asked.folder / "remembered.txt", (first if asked.farthest else last)(between, size))
            data, chosen = str(asked.folder / "remembered.txt"), str(asked.folder / "choose.txt")
            told = regard("remember", str(model), data, "--memory", str(memory), "--choose-on", chosen)
            words = ("--memory", str(memory))
        scores = regard("evaluate", str(model), str(asked.folder / "told.txt"), *words)
        nats, entries = re.search(r"nats per character (.*)", scores), re.search(r"([0-9,]+) entries in", told)
        mixed = re.search(r"Mixed in with (.*):", told)
        assert nats
        cells = [f"{size:,}", entries[1] if entries else "0", nats[1]]
        print(f"| {' | '.join(cells)} | {mixed[1] if mixed else ''} |", flush=True)


def split(asked: argparse.Namespace) -> list[str]:
    """Writes the files; the lines between what is learned and what is chosen on."""
    lines = asked.text.read_text(encoding="utf-8").splitlines()
    asked.folder.mkdir(parents=True, exist_ok=True)
    learned, kept = int(asked.learned * len(lines)), int(0.9 * len(lines))
    written(asked.folder / "learned.txt", lines[:learned])
    written(asked.folder / "told.txt", first(lines[kept:], asked.told))
    between = lines[learned:kept]
    chosen = last(between, CHOSEN_ON)
    written(asked.folder / "choose.txt", chosen)
    return between[: len(between) - len(chosen)]


def first(lines: list[str], characters: int) -> list[str]:
    """As many lines as hold so many characters."""
    held = 0
    for count, line in enumerate(lines):
        if held >= characters:
            return lines[:count]
        held += len(line) + 1
    return lines


def last(lines: list[str], characters: int) -> list[str]:
    """The same from the end."""
    return first(lines[::-1], characters)[::-1]


def written(path: Path, lines: list[str]) -> None:
    """A file of these lines."""
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
