"""Everybody who takes part, by name; the libraries are imported where they are used, and may be absent."""

from collections.abc import Callable
from functools import partial

import torch
from benchmarks.attention import core, fused, ours, textbook
from benchmarks.attention.cases import Case
from benchmarks.attention.inputs import Inputs, Skipped, fits
from benchmarks.attention.ours import Call
from torch import Tensor

Contestant = Callable[[Case, Inputs], Call]


def entmax_package(case: Case, inputs: Inputs, k: int | None = None) -> Call:
    """The entmax package between two matrix products: a full sort, or the k greatest first (exact too)."""
    import entmax

    known = {"sparsemax": entmax.sparsemax, "entmax": entmax.entmax15}
    if case.kind not in known:
        raise Skipped(f"has no {case.kind}")
    fits(8 * 4 * case.batch * case.heads * case.n**2)
    normalize = partial(known[case.kind], dim=-1, k=min(k, case.n) if k else None)
    return lambda query, key, value: normalize(query @ key.mT * case.scale) @ value


def x_transformers(case: Case, inputs: Inputs) -> Call:
    """The library's Attend: with torch's fused kernel inside where it has it, else all scores at once."""
    from x_transformers.attend import Attend

    special = {"relu": {"custom_attn_fn": torch.relu}, "sigmoid": {"sigmoid": True}}
    if case.kind not in ("dense", "causal", *special):
        raise Skipped(f"has no {case.kind}")
    if case.kind in special:
        fits(4 * 4 * case.batch * case.heads * case.n**2)
    flash = case.kind not in special
    module = Attend(causal=case.kind == "causal", flash=flash, **special.get(case.kind, {}))
    return lambda query, key, value: module(query, key, value)[0]


def fast_transformers(case: Case, inputs: Inputs) -> Call:
    """The library's causal linear attention, a C++ product; its layout is (b, n, h, d)."""
    from fast_transformers.attention import CausalLinearAttention
    from fast_transformers.masking import LengthMask, TriangularCausalMask

    if case.kind != "linear":
        raise Skipped(f"has no {case.kind}")
    module = CausalLinearAttention(case.size)
    lengths = LengthMask(torch.full((case.batch,), case.n))
    causal = TriangularCausalMask(case.n)

    def call(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        theirs = (each.transpose(1, 2) for each in (query, key, value))
        return module(*theirs, causal, lengths, lengths).transpose(1, 2)

    return call


def published_loop(case: Case, inputs: Inputs) -> Call:
    """The published loop over positions, compiled by torch: what fast-transformers' kernel does."""
    from benchmarks.attention.published_loop import attention, compiled

    if case.kind != "linear" or case.dtype != "float32":
        raise Skipped(f"has no {case.kind} in {case.dtype}")
    compiled()
    return attention


def torch_geometric(case: Case, inputs: Inputs) -> Call:
    """TransformerConv's attention on given queries, keys and values: its projections are left out, as are ours."""
    from torch_geometric.nn import TransformerConv

    if case.kind != "graph":
        raise Skipped(f"has no {case.kind}")
    layer = TransformerConv(case.size, case.size, heads=case.heads, root_weight=False, bias=False)
    edges = torch.stack((inputs.source, inputs.target))
    return lambda query, key, value: layer.propagate(edges, query=query, key=key, value=value, edge_attr=None)


ON_ONEDNN = " on oneDNN"
"""Ends the name of a contestant whose float32 products torch hands to oneDNN, by its precision "medium": on a CPU
without AMX they still are float32's."""
ELSE = ("native softmax", "causal softmax by SDPA", "peak")
"""Who computes something else than the case, to be compared with."""


def _twice(name: str, peer: Contestant) -> dict[str, Contestant]:
    """A contestant as torch is, and on oneDNN."""
    return {name: peer, name + ON_ONEDNN: peer}


CONTESTANTS: dict[str, Contestant] = {
    "regard": ours.regard_auto,
    **{f"regard {name}": partial(ours.attend, kernel=name) for name in ("sdpa", "dense", "tiled")},
    "regard attend": ours.attend,
    "bare kernel": ours.bare_kernel,
    **core.CONTESTANTS,
    **_twice("torch SDPA", fused.sdpa),
    "SDPA in slices": fused.slices,
    "SDPA in batched slices": fused.batched_slices,
    **_twice("causal softmax by SDPA", fused.causal_softmax),
    "FlexAttention": fused.flex,
    **_twice("eager", textbook.eager),
    "eager in pairs": textbook.eager_pairs,
    "entmax": entmax_package,
    "entmax k=100": partial(entmax_package, k=100),
    "x-transformers": x_transformers,
    "fast-transformers": fast_transformers,
    "published loop": published_loop,
    "PyTorch Geometric": torch_geometric,
}
