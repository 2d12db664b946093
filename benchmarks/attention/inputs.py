"""The tensors of a case, the same for every contestant, and how one of them says that it takes no part."""

from pathlib import Path
from typing import NamedTuple

import torch
from benchmarks.attention.cases import Case
from torch import Tensor

DROPPED = 0.1
"""Chance of a weight to fall, in cases of dropout."""


class Skipped(Exception):
    """Why a contestant takes no part in a case."""


class Inputs(NamedTuple):
    """What is given: leaves ask for a gradient when the case trains; the upstream gradient has the output's shape.

    Leaves are query, key, value, (b, h, n, d) each, (n, h, d) for a graph; for additive scores also the weight (d,).
    source and target are the edges of a graph, ids the documents, lengths those of the rows, evenly from n/2 to n;
    layout says which blocks of keys (columns) are read by which of queries (rows).
    """

    leaves: tuple[Tensor, ...]
    upstream: Tensor
    source: Tensor
    target: Tensor
    ids: Tensor
    lengths: Tensor
    layout: Tensor


def draw(case: Case) -> Inputs:
    """Normal numbers from a fixed seed. Edges are distinct pairs."""
    torch.manual_seed(0)
    dtype = getattr(torch, case.dtype)
    shape = (case.batch, case.heads, case.n, case.size)
    if case.kind == "graph":
        shape = (case.n, case.heads, case.size)
    one = (*shape[:2], case.queries, case.size) if case.kind != "graph" else shape
    query, key, value, upstream = (torch.randn(each).to(dtype) for each in (one, shape, shape, one))
    weight = [torch.randn(case.size).to(dtype) / case.size**0.5] if case.kind == "additive" else []
    leaves = tuple(each.requires_grad_(case.train or case.backward) for each in (query, key, value, *weight))
    source, target = _edges(case)
    ids, lengths = torch.arange(case.n) // case.document, torch.linspace(case.n / 2, case.n, case.batch).long()
    return Inputs(leaves, upstream, source, target, ids, lengths, _layout(case))


def _layout(case: Case) -> Tensor:
    """Every query block reads as many blocks of keys, by chance, its own among them."""
    side, count = case.block
    blocks = -(-case.n // side)
    chances = torch.rand(blocks, blocks, generator=torch.Generator().manual_seed(1)).fill_diagonal_(1.0)
    return torch.zeros(blocks, blocks, dtype=torch.bool).scatter(1, chances.topk(min(count, blocks)).indices, True)


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
    """The case's mask as booleans (n, n), or (b, 1, 1, n) by lengths, True reads; None where all read everything."""
    place = torch.arange(case.n)
    match case.kind:
        case "causal":
            return place[None] <= place[:, None]
        case "window":
            return (place[None] <= place[:, None]) & (place[None] > place[:, None] - case.window)
        case "documents":
            return inputs.ids[None] == inputs.ids[:, None]
        case "blocks":
            side = case.block[0]
            return inputs.layout.repeat_interleave(side, 0).repeat_interleave(side, 1)[: case.n, : case.n]
        case "lengths":
            return (place < inputs.lengths[:, None])[:, None, None]
        case _:
            return None
