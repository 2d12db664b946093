"""The tensors of a case, the same for every contestant, and how one of them says that it takes no part."""

from pathlib import Path
from typing import NamedTuple

import torch
from benchmarks.attention.cases import Case
from torch import Tensor


class Skipped(Exception):
    """Why a contestant takes no part in a case."""


class Inputs(NamedTuple):
    """What is given: leaves ask for a gradient when the case trains; the upstream gradient has the output's shape.

    Leaves are query, key, value, (b, h, n, d) each, (n, h, d) for a graph; for additive scores also the weight (d,).
    source and target are the edges of a graph, ids the documents.
    """

    leaves: tuple[Tensor, ...]
    upstream: Tensor
    source: Tensor
    target: Tensor
    ids: Tensor


def draw(case: Case) -> Inputs:
    """Normal numbers from a fixed seed. Edges are distinct pairs."""
    torch.manual_seed(0)
    dtype = getattr(torch, case.dtype)
    shape = (case.batch, case.heads, case.n, case.size)
    if case.kind == "graph":
        shape = (case.n, case.heads, case.size)
    query, key, value, upstream = (torch.randn(shape).to(dtype) for _ in range(4))
    weight = [torch.randn(case.size).to(dtype) / case.size**0.5] if case.kind == "additive" else []
    leaves = tuple(each.requires_grad_(case.train) for each in (query, key, value, *weight))
    source, target = _edges(case)
    return Inputs(leaves, upstream, source, target, torch.arange(case.n) // case.document)


def _edges(case: Case) -> tuple[Tensor, Tensor]:
    drawn = torch.randint(case.n * case.n, (case.edges + case.edges // 8,)).unique()
    kept = drawn[torch.randperm(len(drawn))[: case.edges]]
    return kept // case.n, kept % case.n


def fits(needed: int) -> None:
    """Raises Skipped where so many bytes are not there."""
    if needed > 0.7 * available():
        raise Skipped(f"would hold {needed / 1e9:.0f} GB")


def available() -> float:
    """Bytes that can be had without swapping; endless where the system does not say."""
    path = Path("/proc/meminfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    free = [line.split()[1] for line in lines if line.startswith("MemAvailable")]
    return 1024 * float(free[0]) if free else float("inf")


def mask_of(case: Case, inputs: Inputs) -> Tensor | None:
    """The case's mask as booleans (n, n), True reads; None where everybody reads everything."""
    place = torch.arange(case.n)
    match case.kind:
        case "causal":
            return place[None] <= place[:, None]
        case "window":
            return (place[None] <= place[:, None]) & (place[None] > place[:, None] - case.window)
        case "documents":
            return inputs.ids[None] == inputs.ids[:, None]
        case _:
            return None
