"""atheris over the readers: it changes bytes so that ever more branches of regard's own code are taken.

pip install --target FOLDER atheris, and PYTHONPATH=FOLDER:… for this command: it is no dependency of the project.
Readers whose input is one file, each in a process of its own that begins with the seeds of seeds.py.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

READERS = (
    *("csv", "tsv", "jsonl", "json", "fasttext", "conll", "conllu", "ts", "long", "dgcnn", "vec", "npy", "npz"),
    *("png", "wav", "tokenizer"),
)


def main(words: Sequence[str]) -> int:
    """Runs, prints; 1 where an input was neither read nor refused."""
    parser = argparse.ArgumentParser(prog="benchmarks.serving guided", description=__doc__)
    parser.add_argument("readers", nargs="*", metavar="READER", default=READERS, help=", ".join(READERS))
    parser.add_argument("--inputs", type=int, default=16_000, help="of all readers together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(words)
    each = -(-chosen.inputs // len(chosen.readers))
    if chosen.child:
        return _fuzzed(chosen.readers[0], each, chosen.seed)
    print(f"seed {chosen.seed}\n\n| reader | inputs | places reached | defects | seconds |")
    print("| --- | ---: | ---: | ---: | ---: |", flush=True)
    bad = 0
    for name in chosen.readers:
        start = time.monotonic()
        flags = ["--child", "--inputs", str(each), "--seed", str(chosen.seed)]
        command = [sys.executable, "-m", "benchmarks.serving", "guided", name, *flags]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        runs = re.search(r"Done (\d+) runs", done.stderr)
        reached = re.findall(r"cov: (\d+)", done.stderr)
        bad += done.returncode != 0
        if done.returncode:
            print(done.stderr[-3_000:], file=sys.stderr)
        counts = f"{runs[1] if runs else '?'} | {reached[-1] if reached else '?'} | {int(done.returncode != 0)}"
        print(f"| {name} | {counts} | {time.monotonic() - start:.0f} |", flush=True)
    return 1 if bad else 0


def _fuzzed(name: str, inputs: int, seed: int) -> int:
    """In the child; atheris ends the process itself."""
    import atheris

    with atheris.instrument_imports(include=["regard.data", "regard.inputs"]):
        from benchmarks.serving.fuzz import CLEAN, outcome_of, written
        from benchmarks.serving.seeds import seeds

    given = seeds()[name]
    (file,) = given[0]
    home = Path(tempfile.mkdtemp(prefix="guided-"))
    corpus = home / "corpus"
    written({f"seed-{number}": content for number, each in enumerate(given) for content in each.values()}, corpus)

    def once(content: bytes) -> None:
        written({file: content}, home / "input")
        outcome = outcome_of(name, home / "input")
        if outcome not in CLEAN:
            raise AssertionError(outcome)

    flags = [f"-runs={inputs}", f"-seed={seed}", "-max_len=4096", "-timeout=60", f"-artifact_prefix={home}/"]
    atheris.Setup(["guided", *flags, str(corpus)], once)
    atheris.Fuzz()
    return 0
