"""The exact engine of a memory beside faiss's flat index: `make bench-memory`, or

    python -m benchmarks.memory [--entries 1000000] [--width 256] [--queries 64] [--k 8] [--threads 2] [--rounds 9]
    python -m benchmarks.memory --large [--entries 10000000]     opened from the disk and read, memory bounded

Each in a process of its own, asked in turn; the first round, which reads the blocks from the disk and checks them, is
told apart. faiss has the settings that made it fastest here: its wheel computes 64 queries without matrix products, at
nine times the cost (`distance_compute_blas_threshold` 128,000), and OpenBLAS's own threads inside its own are slower.
Prints Markdown.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.memory.large import print_large


def main() -> None:
    """Measures and prints."""
    asked = parsed()
    if asked.large:
        print_large(Path(asked.folder or tempfile.gettempdir()), asked)
        return
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        engines = {name: started(name, asked, Path(folder) / "memory") for name in asked.engines}
        found: dict[str, list[float]] = {name: [] for name in engines}
        used: dict[str, list[float]] = {name: [] for name in engines}
        agreed = total = 0
        for round_ in range(asked.rounds + 1):
            answers = {name: ask(engine, round_) for name, engine in engines.items()}
            for name, (seconds, processor, _) in answers.items():
                found[name].append(seconds)
                used[name].append(processor)
            rows = [rows for *_, rows in answers.values()]
            for each in zip(*rows, strict=True):
                total += 1
                agreed += all(set(one) == set(each[0]) for one in each)
        for engine in engines.values():
            engine.terminate()
    sizes = f"{asked.queries} queries, the {asked.k} nearest of {asked.entries:,} × {asked.width}"
    print(f"{sizes}, {asked.threads} threads, {asked.rounds} rounds in turn; {agreed} of {total} answers the same.\n")
    print("| engine | median, ms | fastest, ms | slowest, ms | of a processor, median, ms | first, ms |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, (first, *rest) in found.items():
        each = statistics.median(rest), min(rest), max(rest), statistics.median(used[name][1:]), first
        print(f"| {name} | " + " | ".join(f"{1000 * seconds:,.0f}" for seconds in each) + " |")


def started(name: str, asked: argparse.Namespace, folder: Path) -> subprocess.Popen[str]:
    """A process that is ready to search."""
    sizes = [f"--{each}={getattr(asked, each)}" for each in ("entries", "width", "queries", "threads", "k")]
    command = [sys.executable, "-m", "benchmarks.memory.child", name, *sizes, f"--folder={folder}"]
    threads = {"OMP_NUM_THREADS": str(asked.threads), "OPENBLAS_NUM_THREADS": "1"}
    engine = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **threads}
    )
    assert engine.stdout is not None and json.loads(engine.stdout.readline()) == "ready"
    return engine


def ask(engine: subprocess.Popen[str], round_: int) -> Any:
    """Seconds by the clock and of a processor, and what was found."""
    assert engine.stdin is not None and engine.stdout is not None
    engine.stdin.write(f"{round_}\n")
    engine.stdin.flush()
    return json.loads(engine.stdout.readline())


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--queries", type=int, default=64)
    parser.add_argument("--k", type=int, default=8)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--engines", nargs="+", default=["regard", "faiss"], choices=["regard", "faiss"])
    parser.add_argument("--large", action="store_true", help="what a large memory costs to open and to read")
    parser.add_argument("--folder", help="where the memory is written; unless given, in the system's temporary folder")
    return parser.parse_args()


if __name__ == "__main__":
    main()
