"""Dense products beside torch's fused kernel at sentence lengths: where should the plan change over?

One run, interleaved, medians of 15; forward and backward together, batch × heads × length² kept near constant.
Prints a Markdown table; `--json FILE` keeps every time. Peers: F.scaled_dot_product_attention with and without mask.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import torch
import torch.nn.functional as F

import regard
from regard.training.allocator import keep_freed_memory

REPEATS = 15


def once(call, tensors) -> float:
    start = time.perf_counter()
    call(*tensors).sum().backward()
    for tensor in tensors:
        tensor.grad = None
    return time.perf_counter() - start


def row(n: int, dtype: torch.dtype, padded: bool) -> dict[str, object]:
    batch = max(1, 65536 // (n * n))
    tensors = [torch.randn(batch, 4, n, 32).to(dtype).requires_grad_() for _ in range(3)]
    lengths = torch.randint(max(n // 2, 1), n + 1, (batch,))
    allowed = (torch.arange(n) < lengths[:, None])[:, None, None] if padded else None
    mask = regard.Padding(keys=lengths, finite=True) if padded else None
    calls = {
        "torch SDPA": lambda q, k, v: F.scaled_dot_product_attention(q, k, v, attn_mask=allowed),
        "regard sdpa": lambda q, k, v: regard.attend(q, k, v, mask=mask, kernel="sdpa"),
        "regard dense": lambda q, k, v: regard.attend(q, k, v, mask=mask, kernel="dense"),
    }
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(REPEATS + 2):
        for name, call in calls.items():
            times[name].append(once(call, tensors))
    kept = {name: each[2:] for name, each in times.items()}
    return {"n": n, "batch": batch, "dtype": str(dtype)[6:], "padded": padded, "seconds": kept}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    keep_freed_memory()
    torch.manual_seed(0)
    rows = [
        row(n, dtype, padded)
        for dtype in (torch.float32, torch.bfloat16)
        for padded in (False, True)
        for n in (16, 32, 64, 96, 128, 192, 256, 512)
    ]
    print("| n | batch | type | padded | torch SDPA, ms | regard sdpa / SDPA | regard dense / SDPA |")
    print("| ---: | ---: | --- | --- | ---: | ---: | ---: |")
    for each in rows:
        middle = {name: statistics.median(times) for name, times in each["seconds"].items()}
        base = middle["torch SDPA"]
        ratios = " | ".join(f"{middle[name] / base:.2f}" for name in ("regard sdpa", "regard dense"))
        print(f"| {each['n']} | {each['batch']} | {each['dtype']} | {each['padded']} | {1000 * base:.2f} | {ratios} |")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
