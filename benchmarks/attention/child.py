"""What runs in a process of its own: `python -m benchmarks.attention.child JSON` measures one case and prints JSON."""

import ctypes
import gc
import json
import math
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from benchmarks.attention.cases import Case
from benchmarks.attention.inputs import Inputs, draw
from benchmarks.attention.ours import planned
from benchmarks.attention.peers import CONTESTANTS, ELSE, ON_ONEDNN
from torch import Tensor

SAMPLE = 0.005
"""Seconds that one sample takes at least: short calls are repeated within it."""
LONG = 1.0
"""Seconds from which on the first call of all is no longer than others."""
FEWEST = 5

Step = Callable[[], list[Tensor]]


def stepper(case: Case, inputs: Inputs, name: str) -> Step:
    """What is timed: the output, with `train` and the gradients of all leaves, with `backward` these alone."""
    call, leaves = CONTESTANTS[name](case, inputs), inputs.leaves

    def step() -> list[Tensor]:
        output = call(*leaves)
        if not output.requires_grad:
            return [output]
        return [output.detach(), *torch.autograd.grad(output, leaves, inputs.upstream)]

    def backward() -> list[Tensor]:
        return list(torch.autograd.grad(made, leaves, inputs.upstream, retain_graph=True))

    if case.backward and (made := call(*leaves)).requires_grad:
        step = backward
    return on_onednn(step) if name.endswith(ON_ONEDNN) else step


def on_onednn(step: Step) -> Step:
    """The step with torch's float32 products on oneDNN's road."""

    def stepped() -> list[Tensor]:
        before = torch.get_float32_matmul_precision()
        torch.set_float32_matmul_precision("medium")
        try:
            return step()
        finally:
            torch.set_float32_matmul_precision(before)

    return stepped


def reason(error: Exception) -> str:
    """The first lines of an error, on one line."""
    text = " ".join(str(error).split()) or type(error).__name__
    kind = "does not import: " if isinstance(error, ImportError) else ""
    return kind + (text if len(text) <= 160 else text[:157] + "...")


def times(case: Case, rounds: int, budget: float, clock: Callable[[], float] = time.perf_counter) -> dict[str, Any]:
    """Seconds a call of every contestant, a sample each round, in an order that is drawn anew each round."""
    inputs = draw(case)
    found: dict[str, dict[str, Any]] = {}
    steps: dict[str, tuple[Step, int]] = {}
    ours: list[Tensor] = []
    for name in case.contestants:
        try:
            step = stepper(case, inputs, name)
            start = clock()
            answer = step()
            single = clock() - start
            if single < LONG:
                single = _sample(step, 1, clock)
        except Exception as error:  # whatever stops a peer is what the report says of it
            found[name] = {"skipped": reason(error)}
            continue
        steps[name] = step, max(1, math.ceil(SAMPLE / single))
        ours = ours or (answer if comparable(case, name) else [])
        found[name] = {"seconds": [], "difference": difference(answer, ours) if comparable(case, name) else None}
    gc.collect()
    gc.disable()
    start, order = time.perf_counter(), list(steps)
    for done in range(max(rounds, FEWEST)):
        if done >= FEWEST and time.perf_counter() - start > budget:
            break
        random.Random(done).shuffle(order)
        for name in order:
            found[name]["seconds"].append(_sample(*steps[name], clock))
    return {"plan": planned(case, inputs), "threads": torch.get_num_threads(), "contestants": found}


def comparable(case: Case, name: str) -> bool:
    """Whether this contestant's answer should be ours: on oneDNN, a processor with AMX rounds float32 to bfloat16."""
    if name.endswith(ON_ONEDNN) and getattr(torch.cpu, "get_capabilities", dict)().get("amx_bf16"):
        return False
    return case.kind != "dropout" and name.removesuffix(ON_ONEDNN) not in ELSE


def _sample(step: Step, calls: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _ in range(calls):
        step()
    return (clock() - start) / calls


def difference(answer: list[Tensor], other: list[Tensor]) -> float | None:
    """Greatest difference relative to the greatest number, over output and gradients; None where shapes differ."""
    if [each.shape for each in answer] != [each.shape for each in other]:
        return None
    pairs = [(one.double(), two.double()) for one, two in zip(answer, other, strict=True)]
    return max(float((one - two).abs().max() / two.abs().max().clamp(min=1e-30)) for one, two in pairs)


def memory(case: Case, name: str) -> dict[str, Any]:
    """Bytes of the resident set's high-water mark above inputs, outputs and gradients, after a tiny run to warm up."""
    try:
        tiny = case.smaller(64)
        stepper(tiny, draw(tiny), name)()
        inputs = draw(case)
        before = settled()
        answer = stepper(case, inputs, name)()
        outputs = sum(each.nbytes for each in answer)
        return {"bytes": max(0, high_water() - before - outputs), "outputs": outputs}
    except Exception as error:
        return {"skipped": reason(error)}


def settled() -> int:
    """Bytes resident now, what is free given back; the high-water mark starts anew from here."""
    gc.collect()
    if hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)
    marks = Path("/proc/self/clear_refs")
    if not marks.exists():
        return high_water()
    marks.write_text("5", encoding="utf-8")
    return _status("VmRSS")


def high_water() -> int:
    """Bytes resident at most so far."""
    if Path("/proc/self/status").exists():
        return _status("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(field))


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """What measure.py asks for."""
    torch.set_float32_matmul_precision(order["precision"])
    case = Case(**{**order["case"], "contestants": tuple(order["case"]["contestants"])})
    if order["contestant"]:
        return memory(case, order["contestant"])
    if order["busy"]:
        torch.set_num_threads(1)
    clock = time.process_time if order["busy"] else time.perf_counter
    return times(case, order["rounds"], order["budget"], clock)


def main() -> None:
    print(json.dumps(answer(json.loads(sys.argv[1]))))


if __name__ == "__main__":
    main()
