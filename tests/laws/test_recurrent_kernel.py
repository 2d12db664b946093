"""Linear attention in linear time: parallel, in chunks and step by step it is the definition, and so are its slopes."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from regard.kernels import scan
from regard.kernels.linear_state import LinearState
from regard.kernels.readable import Readable
from regard.kernels.recurrent import advance, refuses, refuses_state, run
from regard.kernels.request import Request
from regard.mechanisms.features import EluPlusOne
from regard.mechanisms.masks import Documents, Window
from regard.mechanisms.normalizers import Normalized, Normalizer, Plain, Softmax

ROWS, QUERIES, KEYS = 2, 9, 11
SORTED = torch.tensor([0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 5])
MIXED = torch.tensor([[4, 4, 1, 1, 4, 4, 1, 0, 7, 7, 0], [3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3]])

NORMALIZERS = {"normalized": Normalized(), "plain": Plain(), "per key": Plain(per_key=True)}
READABLE = {
    "everybody": Readable(),
    "padded": Readable(key_lengths=torch.tensor([0, 7]), query_lengths=torch.tensor([9, 4])),
    "causal": Readable(causal=True),
    "causal at the end": Readable(causal=True, start=KEYS - QUERIES),
    "causal far behind": Readable(causal=True, start=6),
    "causal before": Readable(causal=True, start=-4),
    "causal from each row's start": Readable(causal=True, start=torch.tensor([-3, 5])),
    "causal and padded": Readable(True, 2, torch.tensor([3, 20]), torch.tensor([9, 0])),
    "documents": Readable(start=2, others=(Documents(SORTED),)),
    "causal documents": Readable(causal=True, start=1, others=(Documents(SORTED),)),
    "scattered documents": Readable(start=0, others=(Documents(MIXED),)),
    "causal scattered documents": Readable(causal=True, start=torch.tensor([-2, 6]), others=(Documents(MIXED),)),
    "padded documents": Readable(False, 0, torch.tensor([6, 9]), torch.tensor([8, 9]), (Documents(MIXED),)),
    "documents within documents": Readable(True, 2, others=(Documents(SORTED), Documents(MIXED))),
}


@pytest.fixture
def short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of four positions, so that a few positions fill several."""
    monkeypatch.setattr(scan, "CHUNK", 4)


def asked(
    queries: int = QUERIES,
    keys: int = KEYS,
    *,
    heads: tuple[int, int] = (4, 2),
    sizes: tuple[int, int] = (3, 2),
    seed: int = 0,
    **choices: Any,
) -> Request:
    """A request of features that are never negative, scale and normalizer given or a default."""
    draw = torch.Generator().manual_seed(seed)
    shapes = ((heads[0], queries, sizes[0]), (heads[1], keys, sizes[0]), (heads[1], keys, sizes[1]))
    query, key, value = (torch.randn(ROWS, *shape, generator=draw, dtype=torch.float64) for shape in shapes)
    choices = {"scale": 0.7, "normalizer": Normalized()} | choices
    return Request("dot", EluPlusOne()(query), EluPlusOne()(key), value, **choices)


def may_read(readable: Readable, row: int, query: int, key: int) -> bool:
    """The definition, for one pair."""
    standing = query + (int(readable.start[row]) if isinstance(readable.start, Tensor) else readable.start)
    for mask in readable.others:
        assert isinstance(mask, Documents)
        ids = mask.ids if mask.ids.dim() == 1 else mask.ids[row]
        if not 0 <= standing < len(ids) or ids[standing] != ids[key]:
            return False
    within = readable.key_lengths is None or key < readable.key_lengths[row]
    exists = readable.query_lengths is None or query < readable.query_lengths[row]
    return bool(within and exists and (not readable.causal or key <= standing))


def defined(request: Request) -> Tensor:
    """The definition, one query at a time, in float64."""
    b, h, q, k = request.sizes
    normalizer = request.normalizer
    rows = []
    for row in range(b):
        for query in range(q):
            readable = [key for key in range(k) if may_read(request.readable, row, query, key)]
            for head in range(h):
                keys, values = (x[row, head // request.group, readable].double() for x in (request.key, request.value))
                weights = request.scale * keys @ request.query[row, head, query].double()
                if isinstance(normalizer, Normalized) and readable:
                    total = weights.sum() + normalizer.eps
                    weights = weights / total if total else weights * 0
                elif isinstance(normalizer, Plain) and normalizer.per_key and readable:
                    weights = weights / len(readable)
                rows.append(weights @ values)
    return torch.stack(rows).reshape(b, q, h, -1).transpose(1, 2)


def leaves(request: Request) -> tuple[Request, list[Tensor]]:
    """The request over tensors that ask for a gradient."""
    fresh = [each.detach().clone().requires_grad_() for each in request.tensors]
    return request.with_tensors(fresh), fresh


def weighing(mixed: Tensor) -> Tensor:
    """An arbitrary gradient to an output."""
    return torch.arange(mixed.numel(), dtype=torch.float64).cos().reshape(mixed.shape).to(mixed.dtype)


def slopes(of: Any, request: Request) -> list[Tensor]:
    """Gradients to query, key and value."""
    request, inputs = leaves(request)
    mixed = of(request)
    return list(torch.autograd.grad(mixed, inputs, weighing(mixed)))


def test_a_hand_answer() -> None:
    one = torch.ones(1, 1, 2, 1)
    key, value = torch.tensor([1.0, 3.0]).reshape(1, 1, 2, 1), torch.tensor([0.0, 4.0]).reshape(1, 1, 2, 1)
    causal = Readable(causal=True)
    request = Request("dot", one, key, value, normalizer=Normalized(eps=0.0), readable=causal)
    assert run(request).flatten().tolist() == [0.0, 3.0]
    assert run(replace(request, readable=Readable())).flatten().tolist() == [3.0, 3.0]
    assert run(replace(request, normalizer=Plain())).flatten().tolist() == [0.0, 12.0]
    assert run(replace(request, normalizer=Plain(per_key=True))).flatten().tolist() == [0.0, 6.0]


@pytest.mark.usefixtures("short_chunks")
@pytest.mark.parametrize("normalizer", NORMALIZERS.values(), ids=NORMALIZERS)
@pytest.mark.parametrize("readable", READABLE.values(), ids=READABLE)
def test_it_is_the_definition(readable: Readable, normalizer: Normalizer) -> None:
    request = asked(readable=readable, normalizer=normalizer)
    assert refuses(request) is None
    torch.testing.assert_close(run(request), defined(request), rtol=1e-12, atol=1e-12)


@pytest.mark.usefixtures("short_chunks")
@pytest.mark.parametrize("normalizer", NORMALIZERS.values(), ids=NORMALIZERS)
@pytest.mark.parametrize("readable", READABLE.values(), ids=READABLE)
def test_its_gradients_are_those_of_the_definition(readable: Readable, normalizer: Normalizer) -> None:
    request = asked(readable=readable, normalizer=normalizer)
    for found, expected in zip(slopes(run, request), slopes(defined, request), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("heads", [(2, 2), (4, 2), (3, 1)])
@pytest.mark.parametrize("size", [scan.CHUNK - 1, scan.CHUNK, scan.CHUNK + 1, 2 * scan.CHUNK + 3])
def test_chunks_meet_without_a_seam(size: int, heads: tuple[int, int]) -> None:
    request = asked(size, size, heads=heads, readable=Readable(causal=True))
    key, value = (x.repeat_interleave(request.group, 1) for x in (request.key, request.value))
    weights = (request.scale * request.query @ key.mT).tril()
    expected = weights @ value / (weights.sum(-1, keepdim=True) + 1e-6)
    torch.testing.assert_close(run(request), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.usefixtures("short_chunks")
@pytest.mark.parametrize("normalizer", [Normalized(), Plain(per_key=True)], ids=["normalized", "per key"])
@pytest.mark.parametrize("name", ["causal", "causal from each row's start", "scattered documents", "padded"])
def test_first_and_second_derivatives_equal_finite_differences(name: str, normalizer: Normalizer) -> None:
    readable = READABLE[name]
    request, inputs = leaves(asked(heads=(2, 1), sizes=(2, 1), readable=readable, normalizer=normalizer))

    def computed(*tensors: Tensor) -> Tensor:
        return run(request.with_tensors(list(tensors)))

    assert torch.autograd.gradcheck(computed, inputs, fast_mode=True)
    assert torch.autograd.gradgradcheck(computed, inputs, fast_mode=True)


def test_only_the_gradients_that_are_wanted_are_computed() -> None:
    request = asked(readable=Readable(causal=True, start=KEYS - QUERIES))
    expected = slopes(run, request)
    for i in range(3):
        inputs = [x.detach().clone().requires_grad_(i == j) for j, x in enumerate(request.tensors)]
        mixed = run(request.with_tensors(inputs))
        mixed.backward(weighing(mixed))
        assert [x.grad is not None for x in inputs] == [i == j for j in range(3)]
        torch.testing.assert_close(inputs[i].grad, expected[i])


def pieces(request: Request, bounds: list[int]) -> Iterator[Request]:
    """A causal request cut at the given positions."""
    for first, last in pairwise([0, *bounds, request.sizes[2]]):
        yield request.with_tensors([x[:, :, first:last] for x in (request.query, request.key, request.value)])


def carried(request: Request, bounds: list[int]) -> tuple[Tensor, LinearState]:
    """The output of pieces read one after the other, and the state after all."""
    _, heads, _, features = request.key.shape
    state = LinearState.empty(ROWS, heads, features, request.value.shape[-1], dtype=request.key.dtype)
    outputs = []
    for piece in pieces(request, bounds):
        assert refuses_state(piece) is None
        output, state = advance(piece, state)
        outputs.append(output)
    return torch.cat(outputs, 2), state


@pytest.mark.usefixtures("short_chunks")
@pytest.mark.parametrize("normalizer", NORMALIZERS.values(), ids=NORMALIZERS)
def test_three_forms_give_one_answer(normalizer: Normalizer) -> None:
    request = asked(13, 13, readable=Readable(causal=True), normalizer=normalizer)
    chunked = run(request)
    stepped, state = carried(request, list(range(1, 13)))
    torch.testing.assert_close(stepped, chunked, rtol=1e-12, atol=1e-12)
    last = replace(request, query=request.query[:, :, -1:], readable=Readable())
    torch.testing.assert_close(run(last), chunked[:, :, -1:], rtol=1e-12, atol=1e-12)
    assert state.count.tolist() == [13, 13]


@pytest.mark.usefixtures("short_chunks")
@pytest.mark.parametrize("normalizer", NORMALIZERS.values(), ids=NORMALIZERS)
@pytest.mark.parametrize("bounds", [[5], [1, 2, 9, 16], [4, 8, 12], [3, 3, 17]])
def test_pieces_with_carried_state_equal_the_whole(bounds: list[int], normalizer: Normalizer) -> None:
    request = asked(19, 19, readable=Readable(causal=True), normalizer=normalizer)
    torch.testing.assert_close(carried(request, bounds)[0], run(request), rtol=1e-12, atol=1e-12)
    by_pieces = slopes(lambda one: carried(one, bounds)[0], request)
    for found, expected in zip(by_pieces, slopes(run, request), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-11, atol=1e-11)


def test_a_padded_piece_leaves_each_row_at_its_own_length() -> None:
    lengths = torch.tensor([2, 5])
    padded = asked(5, 5, normalizer=Plain(per_key=True), readable=Readable(True, 0, lengths, lengths))
    rest = asked(3, 3, seed=1, normalizer=Plain(per_key=True), readable=Readable(causal=True))
    state = LinearState.empty(ROWS, 2, 3, 2, dtype=torch.float64)
    _, state = advance(padded, state)
    assert state.count.tolist() == [2, 5]
    found, _ = advance(rest, state)
    for row, length in enumerate(lengths.tolist()):
        both = zip(padded.tensors, rest.tensors, strict=True)
        joined = [torch.cat((x[row : row + 1, :, :length], y[row : row + 1]), 2) for x, y in both]
        torch.testing.assert_close(found[row], run(rest.with_tensors(joined))[0, :, length:])


def test_a_state_can_be_selected_and_is_never_narrower_than_float32() -> None:
    request = asked(5, 5, readable=Readable(causal=True))
    _, state = carried(request, [2])
    chosen = state.select(torch.tensor([1, 1, 0]))
    for one, all_rows in zip(chosen, state, strict=True):
        assert torch.equal(one, all_rows[[1, 1, 0]])
    half = request.with_tensors([x.bfloat16() for x in request.tensors])
    output, after = advance(half, LinearState.empty(ROWS, 2, 3, 2, dtype=torch.bfloat16))
    assert (output.dtype, after.memory.dtype, after.total.dtype) == (torch.bfloat16, torch.float32, torch.float32)


@pytest.mark.parametrize("documents", [False, True])
def test_the_past_never_hears_the_future(documents: bool) -> None:
    size, now = 2 * scan.CHUNK + 9, scan.CHUNK + 7
    others = (Documents(torch.arange(size) // 50),) if documents else ()
    request = asked(size, size, readable=Readable(causal=True, others=others))
    before = run(request)[:, :, :now]
    silenced, other_value = request.key.clone(), request.value.clone()
    silenced[:, :, now:] = torch.nan
    other_value[:, :, now:] = 1e9
    assert torch.equal(run(replace(request, key=silenced))[:, :, :now], before)
    assert torch.equal(run(replace(request, value=other_value))[:, :, :now], before)


@pytest.mark.parametrize("normalizer", [*NORMALIZERS.values(), Normalized(eps=0.0)], ids=[*NORMALIZERS, "without eps"])
@pytest.mark.parametrize(
    "readable",
    [
        Readable(causal=True, start=-20),
        Readable(key_lengths=torch.tensor([0, 0])),
        Readable(query_lengths=torch.tensor([0, 0])),
        Readable(start=KEYS, others=(Documents(SORTED),)),
    ],
    ids=["before every key", "no keys", "no queries", "beyond every document"],
)
def test_rows_that_read_nothing_are_zero_and_so_are_their_gradients(readable: Readable, normalizer: Normalizer) -> None:
    request = asked(readable=readable, normalizer=normalizer)
    assert not run(request).any()
    assert not any(slope.any() for slope in slopes(run, request))


def test_scores_that_are_all_zero_give_zero_and_no_gradient_without_eps() -> None:
    request = asked(readable=Readable(), normalizer=Normalized(eps=0.0))
    request = replace(request, query=torch.zeros_like(request.query))
    assert not run(request).any()
    assert not any(slope.any() for slope in slopes(run, request))


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("documents", [False, True])
@pytest.mark.parametrize(("queries", "keys"), [(0, 0), (0, 3), (3, 0)])
def test_nothing_to_ask_or_to_read_is_no_error(queries: int, keys: int, documents: bool, causal: bool) -> None:
    others = (Documents(SORTED[:keys]),) if documents else ()
    request = asked(queries, keys, readable=Readable(causal=causal, others=others))
    assert torch.equal(run(request), torch.zeros(ROWS, 4, queries, 2, dtype=torch.float64))


def test_half_precision_adds_up_in_float32() -> None:
    wide = asked(300, 300, readable=Readable(causal=True))
    request = wide.with_tensors([x.bfloat16() for x in wide.tensors])
    same = request.with_tensors([x.double() for x in request.tensors])
    exact, found = run(same), run(request)
    assert found.dtype == torch.bfloat16
    rounding = (exact.bfloat16().double() - exact).square().mean().sqrt()
    assert (found.double() - exact).square().mean().sqrt() <= 1.05 * rounding
    for slope, true in zip(slopes(run, request), slopes(run, same), strict=True):
        assert slope.dtype == torch.bfloat16
        assert (slope.double() - true).norm() <= 0.02 * true.norm()


def test_autocast_around_a_backward_pass_changes_nothing() -> None:
    wide = asked(100, 100, readable=Readable(causal=True))
    _, inputs = leaves(wide.with_tensors([x.float() for x in wide.tensors]))
    expected = torch.autograd.grad(scan.scan(*inputs).sum(), inputs)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = torch.autograd.grad(scan.scan(*inputs).sum(), inputs)
    assert all(torch.equal(*pair) for pair in zip(found, expected, strict=True))


class Counted(TorchDispatchMode):
    """Adds up the numbers that operators put out, and remembers the most that one did."""

    def __init__(self) -> None:
        super().__init__()
        self.total, self.largest = 0, 0

    def __torch_dispatch__(self, operator: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = operator(*args, **(kwargs or {}))
        sizes = [x.numel() for x in torch.utils._pytree.tree_leaves(result) if isinstance(x, Tensor)]
        self.total += sum(sizes)
        self.largest = max(self.largest, *sizes, 0)
        return result


@pytest.mark.parametrize("name", ["everybody", "causal", "documents", "causal documents", "scattered documents"])
def test_the_cost_grows_with_the_length_and_nothing_holds_all_pairs(name: str) -> None:
    def counted(size: int) -> Counted:
        ids = torch.arange(size) // 100 if "scattered" not in name else torch.arange(size) % 5
        others = (Documents(ids),) if "documents" in name else ()
        readable = Readable(causal="causal" in name, others=others)
        request, inputs = leaves(asked(size, size, heads=(2, 1), sizes=(16, 16), readable=readable))
        with Counted() as counts:
            run(request).sum().backward()
        assert all(x.grad is not None for x in inputs)
        return counts

    once, twice = counted(512), counted(1024)
    assert twice.total <= 2.05 * once.total
    assert twice.largest <= ROWS * 2 * 1024 * (16 + 1)


def test_nothing_is_kept_for_the_backward_pass_but_vectors() -> None:
    request, _ = leaves(asked(1024, 1024, heads=(2, 2), sizes=(16, 16), readable=Readable(causal=True)))
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        kept[tensor.data_ptr()] = tensor.untyped_storage().nbytes() // tensor.itemsize
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        run(request)
    assert sum(kept.values()) <= 6 * ROWS * 2 * 1024 * 17


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "additive"}, "additive scores are no product"),
        ({"normalizer": Softmax()}, "sums of scores only, Plain and Normalized, not Softmax"),
        ({"row": torch.zeros(ROWS, 4, QUERIES)}, "terms added to the scores belong to single pairs"),
        ({"dropout": 0.1}, "dropout drops single weights"),
        ({"readable": Readable(others=(Window(1, 0),))}, "computed tile by tile, at q × k time"),
    ],
)
def test_what_it_cannot_compute_it_refuses_with_a_reason(changes: dict[str, Any], reason: str) -> None:
    assert reason in str(refuses(replace(asked(), **changes)))


@pytest.mark.parametrize(
    ("readable", "reason"),
    [
        (Readable(causal=True, start=-1), "begins where the state ends"),
        (Readable(causal=True, start=torch.tensor([0, 1])), "begins where the state ends"),
        (Readable(causal=True, others=(Documents(SORTED),)), "does not know which document it holds"),
    ],
)
def test_what_cannot_follow_a_state_is_refused_with_a_reason(readable: Readable, reason: str) -> None:
    assert refuses(asked(readable=readable)) is None
    assert reason in str(refuses_state(asked(readable=readable)))
