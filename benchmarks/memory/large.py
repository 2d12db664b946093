"""What it costs to open a large memory that lies on the disk, and to read it: seconds, and resident memory."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

READER = """
import sys, time, resource
import numpy as np, torch
from regard.memory import Memory
torch.set_num_threads(int(sys.argv[3]))
with open("/proc/self/statm") as file: before = int(file.read().split()[1])
def resident():
    with open("/proc/self/statm") as file: return (int(file.read().split()[1]) - before) * resource.getpagesize() / 1e6
def began(): return time.perf_counter(), time.process_time()
def took(start): return " | ".join(f"{now - then:.3f}" for now, then in zip(began(), start))
start = began()
memory = Memory.open(sys.argv[1])
count = memory.count()
print(f"| open | {took(start)} | {resident():,.0f} |")
for name, queries in (("first read, checksums", 64), ("read, 64 queries", 64), ("read, 1 query", 1)):
    rows = torch.from_numpy(np.random.default_rng(3).standard_normal((queries, memory.width), dtype=np.float32))
    start = began()
    memory.read(rows, int(sys.argv[2]))
    print(f"| {name} | {took(start)} | {resident():,.0f} |", flush=True)
with open("/proc/self/status") as file: peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
peak = peak / 1e3 - before * resource.getpagesize() / 1e6
print(f"| the most at any time | | | {peak:,.0f} |")
"""


def print_large(folder: Path, asked: argparse.Namespace) -> None:
    """Writes a memory, and reads it in a fresh process; deletes it in the end."""
    from benchmarks.memory.child import write

    from regard.memory import Memory

    with tempfile.TemporaryDirectory(dir=folder) as place:
        with Memory.open(Path(place) / "memory", model="benchmark", width=asked.width, writing=True) as memory:
            write(memory, asked.entries)
        size = sum(path.stat().st_size for path in (Path(place) / "memory").iterdir())
        print(f"{asked.entries:,} × {asked.width}: {size / 1e9:.2f} GB, {size / asked.entries:,.0f} bytes an entry.\n")
        print("| | seconds | of a processor | resident beyond Python and torch, MB |", flush=True)
        print("| --- | ---: | ---: | ---: |", flush=True)
        words = [str(Path(place) / "memory"), str(asked.k), str(asked.threads)]
        subprocess.run([sys.executable, "-c", READER, *words], check=True)
