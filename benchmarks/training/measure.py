"""Seconds of steps, contestants one after the other in each round; peak memory of each, in a process of its own."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from benchmarks.training.contestants import Contestant, made
from torch import nn

from regard.training.data import Batch

Step = Callable[[Batch], float]


def stepper(model: nn.Module, low: bool) -> Step:
    """What makes one update of a batch, and tells the seconds that it took."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, fused=True)
    loss_of: Callable[[Batch], torch.Tensor] = model.loss  # type: ignore[assignment]

    def step(batch: Batch) -> float:
        start = time.perf_counter()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=low):
            loss = loss_of(batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return time.perf_counter() - start

    return step


def rates(contestants: list[Contestant], batches: list[Batch], rounds: int) -> dict[Contestant, list[float]]:
    """Target tokens a second of each, round by round; the order within a round is drawn anew."""
    torch.manual_seed(0)
    steps = {one: stepper(made(one), one.precision == "bf16") for one in contestants}
    found: dict[Contestant, list[float]] = {one: [] for one in contestants}
    order = random.Random(0)
    for one in contestants:
        steps[one](batches[0])
    for i in range(rounds):
        batch = batches[i % len(batches)]
        for one in order.sample(contestants, len(contestants)):
            found[one].append(int(batch.target_lengths.sum()) / steps[one](batch))
    return found


def peak_memory(one: Contestant, words: list[str]) -> int:
    """Bytes that training needs above what was there before the model was made; glibc's defaults."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.training", *words, "--peak", json.dumps(one)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def peak(one: Contestant, batches: list[Batch]) -> int:
    """In this process, which does nothing else: a step of each batch. Only Linux tells a peak anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    before = resident("VmRSS")
    step = stepper(made(one), one.precision == "bf16")
    for batch in batches:
        step(batch)
    return resident("VmHWM") - before


def resident(name: str) -> int:
    """Bytes of the resident set: VmRSS now, VmHWM at its peak since that was cleared."""
    told = Path("/proc/self/status").read_text(encoding="utf-8")
    return 1024 * int(told.split(f"{name}:")[1].split()[0])


def products_a_second(dtype: torch.dtype, size: int = 2048) -> float:
    """Operations a second of a product of two matrices, the best of several."""
    one, other = (torch.randn(size, size).to(dtype) for _ in range(2))
    best = float("inf")
    for _ in range(8):
        start = time.perf_counter()
        one @ other
        best = min(best, time.perf_counter() - start)
    return 2 * size**3 / best
