"""A translator that learned half of the topics, and a memory of the other half.

    python -m benchmarks.memory.topics FOLDER --folder runs/topics [--topics 20] [--remembered 0] [--seed 1]

FOLDER holds Tatoeba's train, valid and test.tsv.gz, English and Chinese. Topics are clusters of the English sentences
(k-means over tf-idf of words, drawn by the seed); every other one is kept from training altogether. A translator of the
rest is trained, unless the folder holds one, and its memory is given the training pairs of the others, or as many as
are asked for. How it is mixed in is chosen on validation pairs of both halves. Prints Markdown: BLEU and seconds a
sentence on the test pairs of both, without and with the memory. Flags that are none of these are handed to
`regard train translate`.
"""

import argparse
import gzip
import random
import re
import shutil
import time
from pathlib import Path

from benchmarks.memory.command import regard
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer

CHOSEN_ON = 200
"""Validation pairs of each half that the mixing is chosen on."""
Pair = tuple[str, str]


def main() -> None:
    """Splits, trains, remembers, scores, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--topics", type=int, default=20)
    parser.add_argument("--remembered", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    asked, flags = parser.parse_known_args()
    counts = split(asked)
    model, memory = asked.folder / "model", asked.folder / "memory"
    if not (model / "model.json").exists():
        files = [str(asked.folder / "train-known.tsv"), "--valid", str(asked.folder / "valid-known.tsv")]
        regard("train", "translate", *files, "--model", str(model), "--seed", str(asked.seed), *flags)
    shutil.rmtree(memory, ignore_errors=True)
    words = [str(asked.folder / "remembered.tsv"), "--memory", str(memory)]
    print(regard("remember", str(model), *words, "--choose-on", str(asked.folder / "choose.tsv")))
    print("; ".join(f"{name} {count:,} pairs" for name, count in counts.items()) + f"; seed {asked.seed}\n")
    print("| test pairs | BLEU, without | s a sentence | BLEU, with the memory | s a sentence |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for half in ("known", "other"):
        cells = [cell for more in ((), ("--memory", str(memory))) for cell in scored(asked.folder, half, more)]
        print(f"| of {half} topics | {' | '.join(cells)} |")


def split(asked: argparse.Namespace) -> dict[str, int]:
    """Writes the files; how many pairs each has."""
    parts = {name: pairs(asked.data / f"{name}.tsv.gz") for name in ("train", "valid", "test")}
    vectors = TfidfVectorizer(min_df=3, stop_words=None, sublinear_tf=True)
    places = vectors.fit_transform([english for english, _ in parts["train"]])
    topics = KMeans(asked.topics, n_init=3, random_state=asked.seed).fit(places)
    known = set(random.Random(asked.seed).sample(range(asked.topics), asked.topics // 2))
    asked.folder.mkdir(parents=True, exist_ok=True)
    halves: dict[str, list[Pair]] = {}
    for name, every in parts.items():
        of = topics.predict(vectors.transform([english for english, _ in every]))
        halves[f"{name}-known"] = [pair for pair, topic in zip(every, of, strict=True) if topic in known]
        halves[f"{name}-other"] = [pair for pair, topic in zip(every, of, strict=True) if topic not in known]
    halves["remembered"] = halves["train-other"][: asked.remembered or None]
    halves["choose"] = halves["valid-known"][:CHOSEN_ON] + halves["valid-other"][:CHOSEN_ON]
    for name, chosen in halves.items():
        lines = "".join(f"{english}\t{chinese}\n" for english, chinese in chosen)
        (asked.folder / f"{name}.tsv").write_text(lines, encoding="utf-8")
    return {name: len(chosen) for name, chosen in halves.items()}


def pairs(path: Path) -> list[Pair]:
    """Without the attribution."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [(line.split("\t")[0], line.split("\t")[1]) for line in file]


def scored(folder: Path, half: str, words: tuple[str, ...]) -> tuple[str, str]:
    """BLEU as `regard evaluate` tells it, and seconds a sentence."""
    path, begun = folder / f"test-{half}.tsv", time.perf_counter()
    told = regard("evaluate", str(folder / "model"), str(path), *words)
    seconds, found = time.perf_counter() - begun, re.search(r"BLEU (.*)", told)
    assert found
    return found[1], f"{seconds / len(path.read_text(encoding='utf-8').splitlines()):.3f}"


if __name__ == "__main__":
    main()
