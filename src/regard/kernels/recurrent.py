"""Weights that are the scores themselves: the sum over keys is taken first, so that time and memory grow with n.

    Σ over k of ⟨query, key_k⟩ · value_k = query · (Σ over k of key_k ⊗ value_k)

Three forms of one answer. *Parallel*, where all queries read the same keys: one sum for all of them. *Chunked*, where
they are causal: scan.py. *Step*: `advance` with one position, after a state that holds the sums. What divides the
result is a sum of the same kind: that of the scores has values of one, the number of keys has queries and keys of
one, too. Scores that decay with distance are summed in chunks each way, for no sum serves two queries.
Paper: Katharopoulos et al. 2020, arXiv 2006.16236, section 3.

Cost a head: 2·(q + k)·f·e operations parallel; causally see scan.py. Memory: that of the vectors, and f·e numbers.
"""

from collections.abc import Iterator
from functools import reduce

import torch
import torch.nn.functional as F
from torch import Tensor

from regard.kernels.linear_state import LinearState, summed
from regard.kernels.readable import Readable
from regard.kernels.request import Request
from regard.kernels.scan import Order, scan
from regard.mechanisms.masks import Documents, Mask
from regard.mechanisms.normalizers import Normalized, Plain
from regard.shapes import Key, Mixed, Query, Value


def refuses(request: Request) -> str | None:
    """Why this request cannot go this way, or None."""
    readable = request.readable
    if request.kind != "dot":
        return "additive scores are no product that a sum over keys could be taken out of"
    if not isinstance(request.normalizer, Plain | Normalized):
        return f"it knows sums of scores only, Plain and Normalized, not {type(request.normalizer).__name__}"
    if not request.plain_scores:
        return "terms added to the scores belong to single pairs, which it never sees"
    if request.dropout:
        return "dropout drops single weights, which it never sees"
    if readable.graph is not None or not all(map(_is_known, readable.others)):
        return "any mask but Causal, Padding and Documents is computed tile by tile, at q × k time"
    return None if request.decay is None else _unfit_to_fade(request)


def _unfit_to_fade(request: Request) -> str | None:
    """Why a decay cannot go this way: distances are counted from chunk to chunk, of positions that are the same."""
    start, (_, _, q, k) = request.readable.start, request.sizes
    if request.readable.others:
        return "decays within documents are computed tile by tile, at q × k time"
    if isinstance(start, Tensor) or start != 0 or q != k:
        return "a decay needs queries that stand where the keys do"
    return None


def _is_known(mask: Mask) -> bool:
    """Whether it is documents, of which each query stands in one."""
    return isinstance(mask, Documents) and mask.queries is None


def refuses_state(request: Request) -> str | None:
    """Why `advance` cannot read this request after a state, or None."""
    start = request.readable.start
    if request.readable.others:
        return "a state does not know which document it holds: carry one for each document"
    if request.readable.causal and not (isinstance(start, int) and start >= 0):
        return "what follows a state begins where the state ends: no query stands before"
    return refuses(request)


def run(request: Request) -> Mixed:
    """Output (b, h, q, e): the weighted sums of the values."""
    mixed, readable = _output(request, None), request.readable
    alive = readable.alive(*request.sizes[2:], mixed.device) if readable.simple else None
    return mixed if alive is None else mixed.masked_fill(~alive, 0.0)


def advance(request: Request, state: LinearState) -> tuple[Mixed, LinearState]:
    """Output (b, h, q, e) of a chunk of any length that follows what the state holds, and the state after it.

    Positions are counted from the chunk's first. Chunks one after the other give what the whole would.
    """
    assert refuses_state(request) is None
    keys = request.key.shape[2]
    lengths = request.readable.key_lengths
    present = keys if lengths is None else lengths.clamp(0, keys)
    return _output(request, state), state.after(_until(request.key, lengths), request.value, present, request.decay)


def _output(request: Request, state: LinearState | None) -> Mixed:
    query = request.query if request.scale == 1 else request.query * request.scale
    key, value, readable = request.key, request.value, request.readable
    normalizer = request.normalizer
    memory = None if state is None else state.memory
    if isinstance(normalizer, Normalized):
        memory = None if state is None else torch.cat((state.memory, state.total[..., None]), -1)
        sums = _sums(query, key, F.pad(value, (0, 1), value=1.0), readable, memory, request.decay)
        return _divided(sums[..., :-1], sums[..., -1:] + normalizer.eps).to(value.dtype)
    mixed = _sums(query, key, value, readable, memory, request.decay)
    if isinstance(normalizer, Plain) and normalizer.per_key:
        before = None if state is None else state.count[:, None, None, None].to(mixed.dtype)
        asking, present = (mixed.new_ones(len(mixed), 1, x.shape[2], 1) for x in (query, key))
        mixed = _divided(mixed, _sums(asking, present, present, readable, before))
    return mixed.to(value.dtype)


def _divided(mixed: Tensor, divisor: Tensor) -> Tensor:
    """The quotient; zero, and so is its gradient, where the divisor is zero."""
    zero = divisor == 0
    return mixed * divisor.masked_fill(zero, 1.0).reciprocal().masked_fill(zero, 0.0)


def _sums(
    query: Query,
    key: Key,
    value: Value,
    readable: Readable,
    memory: Tensor | None,
    decay: Tensor | None = None,
) -> Mixed:
    """Σ ⟨query, key⟩ · value over the keys that each query reads, in at least float32; all of them read `memory`."""
    query, key = _until(query, readable.query_lengths), _until(key, readable.key_lengths)
    if readable.others:
        return _by_document(query, key, value, readable)
    if decay is not None:
        return _faded(query, key, value, readable.causal, memory, decay)
    wide = torch.promote_types(torch.promote_types(query.dtype, value.dtype), torch.float32)
    behind = _read_by_all(key, value, readable, wide)
    if memory is not None:
        behind = memory if behind is None else memory + behind
    past = None if behind is None else _read(query, behind)
    if not readable.causal:
        assert past is not None
        return past
    size, start = query.shape[2], readable.start
    if isinstance(start, Tensor) or start != 0 or key.shape[2] != size:
        standing = readable.standing(size, query.device)
        key, value = _taken(key, standing), _taken(value, standing)
    mixed = scan(query, key, value)
    return mixed if past is None else mixed + past


def _faded(query: Query, key: Key, value: Value, causal: bool, memory: Tensor | None, decay: Tensor) -> Mixed:
    """The sums where queries and keys are the same positions and each pair counts γ to the power of its distance."""
    mixed = scan(query, key, value, decay=decay)
    if not causal and query.shape[2] > 1:
        mixed = mixed + scan(query, key, value, None, Order(reverse=True, strict=True), decay)
    if memory is None:
        return mixed
    ages = 1 + torch.arange(query.shape[2], device=query.device)
    own = decay if len(decay) == 1 else decay.repeat_interleave(query.shape[1] // memory.shape[1])
    left = (own[:, None] * ages).exp()[None, :, :, None]
    return mixed + _read(query.to(memory.dtype) * left, memory)


def _read_by_all(key: Key, value: Value, readable: Readable, dtype: torch.dtype) -> Tensor | None:
    """The memory of the keys before the first query's position; of all keys, unless causal."""
    start = readable.start
    if not readable.causal:
        return summed(key, value, dtype)
    if isinstance(start, Tensor):
        return summed(_until(key, start), value, dtype)
    return summed(key[:, :, :start], value[:, :, :start], dtype) if start > 0 else None


def _read(query: Query, memory: Tensor) -> Mixed:
    """query · memory, for each head that of its group."""
    (b, h, q, f), groups = query.shape, memory.shape[1]
    together = query.to(memory.dtype).reshape(b, groups, h // groups * q, f)
    return (together @ memory).reshape(b, h, q, memory.shape[-1])


def _by_document(query: Query, key: Key, value: Value, readable: Readable) -> Mixed:
    """The sums within documents, whose positions are brought together, read, and brought back to where they were."""
    labels = reduce(_paired, _ids(readable))
    size, start, causal = labels.shape[1], readable.start, readable.causal
    aligned = isinstance(start, int) and start == 0 and query.shape[2] == key.shape[2] == size
    if aligned and _together(labels):
        return _within(query, key, value, labels, causal)
    order, standing = labels.argsort(stable=True), readable.standing(query.shape[2], query.device)
    first = start[:, None] if isinstance(start, Tensor) else start
    query, key, value = _taken(query, order - first), _taken(key, order), _taken(value, order)
    mixed = _within(query, key, value, labels.gather(1, order), causal)
    mixed = _taken(mixed, order.argsort())
    return mixed if aligned else _taken(mixed, standing)


def _within(query: Query, key: Key, value: Value, labels: Tensor, causal: bool) -> Mixed:
    """The sums within runs of equal labels; where not causal, over what lies before, then over what lies after."""
    mixed = scan(query, key, value, labels)
    return mixed if causal else mixed + scan(query, key, value, labels, Order(reverse=True, strict=True))


def _ids(readable: Readable) -> Iterator[Tensor]:
    for mask in readable.others:
        assert isinstance(mask, Documents)
        yield mask.ids if mask.ids.dim() == 2 else mask.ids[None]


def _paired(one: Tensor, other: Tensor) -> Tensor:
    """Labels that are equal where both are."""
    return _ranked(one) * one.shape[1] + _ranked(other)


def _ranked(labels: Tensor) -> Tensor:
    """Each row's labels in order, counted from 0, so that their products stay small."""
    ordered, order = labels.sort(dim=1)
    return F.pad(ordered.diff(dim=1) != 0, (1, 0)).cumsum(1).gather(1, order.argsort())


def _together(labels: Tensor) -> bool:
    """Whether each label surely lies in one piece: they never fall."""
    return bool((labels.diff(dim=1) >= 0).all())


def _until(rows: Tensor, lengths: Tensor | None) -> Tensor:
    """Zero from each row's length on."""
    if lengths is None:
        return rows
    beyond = torch.arange(rows.shape[2], device=rows.device) >= lengths[:, None]
    return rows.masked_fill(beyond[:, None, :, None], 0.0)


def _taken(rows: Tensor, index: Tensor) -> Tensor:
    """rows[b, :, index[b]], zero where the index points outside: (b, h, ·, d) for an index (b or 1, ·)."""
    b, heads, size, width = rows.shape
    outside = (index < 0) | (index >= size)
    if not size:
        return rows.new_zeros(b, heads, index.shape[1], width)
    at = index.clamp(0, size - 1)[:, None, :, None].expand(b, heads, -1, width)
    return rows.gather(2, at).masked_fill(outside[:, None, :, None], 0.0)
