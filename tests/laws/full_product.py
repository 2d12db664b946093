"""Every law over every legal combination and every kernel that takes it: the log that the suite's pairs stand for.

    python tests/laws/full_product.py [--examples 1] [--start 0] [--every 1] [--pairs]

Prints a line for every thousand combinations, every failure with the call that draws it again, and the counts.
`--every 7 --start 3` takes one combination in seven, from the third; `--pairs` takes those of the suite.
"""

import argparse
import sys
import time
import traceback
import zlib
from collections import Counter
from pathlib import Path

import attention_laws as laws
import torch
from attention_cases import drawn
from attention_choices import COMBINATIONS, ILLEGAL, PRODUCT, Combination
from attention_drawing import Chance


def laws_of(combination: Combination) -> list[laws.Law]:
    """Those that say something about the combination."""
    found = [laws.every_kernel_computes_the_definition]
    if not combination.dropout:
        found += laws.UNDROPPED.values()
        if laws.unordered(combination.score, combination.mask, combination.position):
            found.append(laws.permuting_keys_changes_nothing)
    return found


def broken(combination: Combination, examples: int, counts: Counter[str]) -> list[str]:
    """A line for every law that does not hold; counts the cases by law and kernel."""
    lines = []
    for number in range(examples):
        seed = zlib.crc32(f"{combination} {number}".encode())
        for law in laws_of(combination):
            try:
                counts.update(f"{law.__name__}, {kernel}" for kernel in law(drawn(combination, Chance(seed))))
            except Exception as error:
                where = traceback.extract_tb(error.__traceback__)[-1]
                said = " ".join(str(error).split())[:200]
                what = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}: {said}"
                lines.append(f"BROKEN {law.__name__}(drawn({combination!r}, Chance({seed}))): {what}")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--pairs", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.utils.deterministic.fill_uninitialized_memory = True
    chosen = (COMBINATIONS if options.pairs else PRODUCT)[options.start :: options.every]
    print(f"{len(PRODUCT):,} legal combinations, {len(ILLEGAL):,} illegal; {len(chosen):,} chosen", flush=True)
    counts: Counter[str] = Counter()
    failures, began = 0, time.monotonic()
    for number, combination in enumerate(chosen, 1):
        for line in broken(combination, options.examples, counts):
            failures += 1
            print(line, flush=True)
        if number % 1000 == 0 or number == len(chosen):
            print(f"{number:,} combinations, {failures} broken laws, {time.monotonic() - began:.0f} s", flush=True)
    for name, count in sorted(counts.items()):
        print(f"{count:9,}  {name}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
