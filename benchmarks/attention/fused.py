"""torch's own fused attention: one call, calls on slices, and FlexAttention."""

from functools import partial

import torch
import torch.nn.functional as F
from benchmarks.attention.cases import Case
from benchmarks.attention.inputs import DROPPED, Inputs, Skipped, mask_of
from benchmarks.attention.ours import Call
from torch import Tensor

KINDS = ("dense", "causal", "window", "documents")
MASKED = (*KINDS, "blocks", "lengths", "dropout", "decoding")
TILE = 128


def sdpa(case: Case, inputs: Inputs) -> Call:
    """One call: is_causal where that says it all, else the boolean mask."""
    _only(case, *MASKED)
    if case.kind == "causal":
        return partial(F.scaled_dot_product_attention, is_causal=True)
    if case.kind == "dropout":
        return partial(F.scaled_dot_product_attention, dropout_p=DROPPED)
    return partial(F.scaled_dot_product_attention, attn_mask=mask_of(case, inputs))


def causal_softmax(case: Case, inputs: Inputs) -> Call:
    """Causal softmax by one call, whatever the case: what linear attention is to be faster than."""
    return partial(F.scaled_dot_product_attention, is_causal=True)


def slices(case: Case, inputs: Inputs) -> Call:
    """A call for every document, or for every 128 queries of a window."""
    _only(case, "window", "documents")
    if case.kind == "documents":
        steps = [(part, part, None) for part in _spans(case.n, case.document)]
    else:
        steps = [_near(part, case.window) for part in _spans(case.n, TILE)]

    def call(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        parts = [
            F.scaled_dot_product_attention(query[:, :, own], key[:, :, near], value[:, :, near], attn_mask=allowed)
            for own, near, allowed in steps
        ]
        return torch.cat(parts, 2)

    return call


def _spans(n: int, length: int) -> list[slice]:
    return [slice(start, min(n, start + length)) for start in range(0, n, length)]


def _near(own: slice, window: int) -> tuple[slice, slice, Tensor]:
    """These queries, the keys that any of them reads, and who reads which."""
    near = slice(max(0, own.start - window + 1), own.stop)
    offset = torch.arange(own.start, own.stop)[:, None] - torch.arange(near.start, near.stop)
    return own, near, (offset >= 0) & (offset < window)


def batched_slices(case: Case, inputs: Inputs) -> Call:
    """One call on a batch of slices: documents side by side, or windows of keys that overlap."""
    _only(case, "window", "documents")
    length = case.window if case.kind == "window" else case.document
    if case.n % length:
        raise Skipped(f"{case.n} is no multiple of {length}")
    place = torch.arange(2 * length)
    offset = place[:length, None] + length - place
    inside = torch.arange(case.n // length)[:, None, None] * length + place >= length
    allowed = inside & (offset >= 0) & (offset < length)

    def documents(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        batch = (each.unflatten(2, (-1, length)).flatten(0, 1) for each in (query, key, value))
        return F.scaled_dot_product_attention(*batch).unflatten(0, query.shape[:2]).flatten(2, 3)

    def windows(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        near = (F.pad(each, (0, 0, length, 0)).unfold(2, 2 * length, length).mT for each in (key, value))
        batch = (each.flatten(0, 1) for each in (query.unflatten(2, (-1, length)), *near))
        return F.scaled_dot_product_attention(*batch, attn_mask=allowed).unflatten(0, query.shape[:2]).flatten(2, 3)

    return windows if case.kind == "window" else documents


def flex(case: Case, inputs: Inputs) -> Call:
    """FlexAttention, compiled, its block mask made beforehand."""
    from torch.nn.attention.flex_attention import create_block_mask, flex_attention

    _only(case, *KINDS)
    rules = {
        "causal": lambda b, h, q, k: q >= k,
        "window": lambda b, h, q, k: (q >= k) & (q - k < case.window),
        "documents": lambda b, h, q, k: inputs.ids[q] == inputs.ids[k],
    }
    rule = rules.get(case.kind)
    mask = create_block_mask(rule, None, None, case.n, case.n, device="cpu") if rule else None
    return partial(torch.compile(flex_attention, dynamic=False), block_mask=mask)


def _only(case: Case, *kinds: str) -> None:
    if case.kind not in kinds:
        raise Skipped(f"has no {case.kind}")
