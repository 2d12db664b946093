"""Training steps of regard's networks beside peers of the same shape, on the same batches: `make bench-training`.

    python -m benchmarks.training [--data FOLDER] [--rounds 12] [--only TEXT …] [--no-memory] [--no-allocator]

FOLDER holds train.en.gz and train.de.gz; without it lengths and words are drawn. Vocabulary 8,000, batches of 4,096
tokens with their padding, Adam, the same dropout and label smoothing (Marian has none), bf16 by autocast where it says
so. One process, interleaved, medians and quartiles; glibc keeps what is freed, for all alike, unless `--no-allocator`
leaves it as it is. Prints Markdown: target tokens a second, how many times as fast regard is, the share of the rate of
matrix products that was measured in the same run, and the peak memory above that of the data.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

import torch
from benchmarks.training.batches import batches
from benchmarks.training.contestants import Contestant, present
from benchmarks.training.measure import peak, peak_memory, products_a_second, rates
from benchmarks.training.work import operations

from regard.training.allocator import keep_freed_memory
from regard.training.data import Batch

BATCHES = 6


def main() -> None:
    """Measures and prints, a group at a time."""
    asked = parsed()
    chosen = batches(asked.data, BATCHES)
    if asked.peak:
        print(peak(Contestant(*json.loads(asked.peak)), chosen))
        return
    if not asked.no_allocator:
        keep_freed_memory()
    contestants = present(asked.only)
    print("| step | target tokens/s (quartiles) | regard, bf16, is as fast | of the products' rate | peak, MB |")
    print("| --- | ---: | ---: | ---: | ---: |")
    words = ["--data", str(asked.data)] if asked.data else []
    for group in dict.fromkeys(one.group for one in contestants):
        some = [one for one in contestants if one.group == group]
        found = rates(some, chosen, asked.rounds)
        rate = {kind: products_a_second(dtype) for kind, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16))}
        for one in some:
            memory = None if asked.no_memory else peak_memory(one, words)
            print(row(one, found, share(found[one], chosen, group, rate[one.precision]), memory), flush=True)
        told = ", ".join(f"{kind} {each / 1e9:.0f}" for kind, each in rate.items())
        print(f"{group}: products of 2,048², billion operations a second: {told}", file=sys.stderr, flush=True)


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--only", nargs="+", default=[""], metavar="TEXT", help="contestants whose name holds one")
    parser.add_argument("--no-memory", action="store_true")
    parser.add_argument("--no-allocator", action="store_true")
    parser.add_argument("--peak", help=argparse.SUPPRESS)
    return parser.parse_args()


def share(found: list[float], chosen: list[Batch], group: str, rate: float) -> float:
    """Which part of the rate of products the median step reached, padding counted as work."""
    tokens = sum(int(batch.target_lengths.sum()) for batch in chosen)
    work = sum(operations(group, batch) for batch in chosen)
    return statistics.median(found) * work / tokens / rate


def row(one: Contestant, found: dict[Contestant, list[float]], part: float, memory: int | None) -> str:
    """A line of the table; the ratio is the median of those of the rounds."""
    low, middle, high = statistics.quantiles(found[one], n=4)
    best = found.get(one._replace(maker="regard", precision="bf16"))
    ratio = "" if best is None else f"{statistics.median(a / b for a, b in zip(best, found[one], strict=True)):.2f} ×"
    size = "" if memory is None else f"{memory / 1e6:,.0f}"
    return f"| {one.name} | {middle:,.0f} ({low:,.0f} to {high:,.0f}) | {ratio} | {part:.0%} | {size} |"


if __name__ == "__main__":
    main()
