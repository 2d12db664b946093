"""One engine in a process of its own, which searches each time a line comes: `python -m benchmarks.memory.child …`."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SLICE = 65536
"""Keys that are made, or written, at once."""

Rows = NDArray[np.float32]
Search = Callable[[Rows], list[list[int]]]


def keys(entries: int, width: int, start: int) -> Rows:
    """The keys from that number on, as many as a slice holds, the same in every process."""
    many = min(SLICE, entries - start)
    return np.random.default_rng([7, start]).standard_normal((many, width), dtype=np.float32)


def of_faiss(entries: int, width: int, threads: int, k: int) -> Search:
    """faiss's flat index of squared distances, as fast as it can be: by matrix products, which its wheel turns off."""
    import faiss

    faiss.omp_set_num_threads(threads)
    faiss.cvar.distance_compute_blas_threshold = 20
    faiss.cvar.distance_compute_blas_database_bs = 4096
    index = faiss.IndexFlatL2(width)
    for start in range(0, entries, SLICE):
        index.add(keys(entries, width, start))
    return lambda queries: index.search(queries, k)[1].tolist()  # type: ignore[no-any-return]


def of_regard(entries: int, width: int, threads: int, k: int, folder: Path) -> Search:
    """A memory in a folder, written if it is not there, and read through its door."""
    import torch

    from regard.memory import Memory

    torch.set_num_threads(threads)
    with Memory.open(folder, model="benchmark", width=width, writing=True) as memory:
        write(memory, entries)
    memory = Memory.open(folder)
    return lambda queries: memory.read(torch.from_numpy(queries), k).values  # type: ignore[return-value]


def write(memory: object, entries: int) -> None:
    """The keys, each with its number as its value, of a sentence of sixteen; those that are there are left."""
    import torch

    from regard.memory import Memory, Origin
    from regard.memory.entries import as_ids, content_id

    assert isinstance(memory, Memory)
    for start in range(memory.count(), entries, SLICE):
        rows = torch.from_numpy(keys(entries, memory.width, start))
        numbers = range(start, start + len(rows))
        origins = [Origin(f"text.tsv:{number // 16}", f"sentence {number // 16}") for number in numbers]
        memory.write(rows, [*numbers], origins, as_ids([content_id(str(number)) for number in numbers]))
    memory.compact()


def main() -> None:
    """Answers each line, a seed of queries: seconds of their search, those of a processor, and what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=["faiss", "regard"])
    parser.add_argument("--folder", type=Path)
    for name in ("entries", "width", "queries", "threads", "k"):
        parser.add_argument(f"--{name}", type=int)
    asked = parser.parse_args()
    sizes = asked.entries, asked.width, asked.threads, asked.k
    search = of_faiss(*sizes) if asked.engine == "faiss" else of_regard(*sizes, asked.folder)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        rows = np.random.default_rng([8, int(line)]).standard_normal((asked.queries, asked.width), dtype=np.float32)
        start, used = time.perf_counter(), time.process_time()
        found = search(rows)
        print(json.dumps([time.perf_counter() - start, time.process_time() - used, found]), flush=True)


if __name__ == "__main__":
    main()
