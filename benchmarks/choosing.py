"""What a training step of one layer costs by whom it reads: the table of docs/choosing-attention.md.

    OMP_NUM_THREADS=1 python benchmarks/choosing.py

One layer of self-attention, width 256, four heads, one sequence: forward and backward in milliseconds of processor
time, so that other work on the machine matters little; the least of four.
"""

import time

import torch

from regard.networks.base import NetworkOptions, attention_of

PATTERNS = ("global", "local:64", "longformer:64:4", "strided:16", "linformer:64", "top-k:16")
LENGTHS = (128, 512, 2048, 8192)


def milliseconds(pattern: str, positions: int) -> float:
    """Of processor time, the least of four."""
    sizes = {"width": 256, "layers": 1, "heads": 4, "feed_forward": 1, "dropout": 0.0}
    options = NetworkOptions(**sizes, longest=positions, pattern=pattern)  # type: ignore[arg-type]
    layer = attention_of(options, "measured", None, options.reads[0])
    states = torch.randn(1, positions, 256, requires_grad=True)
    least = float("inf")
    for _ in range(4):
        start = time.process_time()
        layer(states).square().sum().backward()
        least = min(least, time.process_time() - start)
    return 1000 * least


def main() -> None:
    """A row a length, as Markdown."""
    print(f"| positions | {' | '.join(PATTERNS)} |\n| ---: |{' ---: |' * len(PATTERNS)}")
    for positions in LENGTHS:
        found = (f"{milliseconds(pattern, positions):,.0f}" for pattern in PATTERNS)
        print(f"| {positions:,} | {' | '.join(found)} |", flush=True)


if __name__ == "__main__":
    main()
