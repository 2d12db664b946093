"""The native core is the definition in float32, over tiles full, partial and empty, whatever threads and parts do."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from struct import Struct
from typing import Any

import attention_case
import pytest
import torch
from attention_case import Case, close
from attention_cases import fixed, hold
from attention_choices import LEGAL, Combination, pairwise
from attention_laws import UNDROPPED, every_kernel_computes_the_definition
from torch import Tensor

import regard
from regard.kernels import catalogue, dense, native, native_call, native_narrow, native_short, tiled
from regard.kernels.catalogue import KERNELS
from regard.kernels.native_call import TYPES
from regard.kernels.readable import Graph, Readable
from regard.kernels.request import Request
from regard.kernels.terms import OffsetTerm, QueryTerm
from regard.mechanisms.masks import (
    Blocks,
    Causal,
    Dense,
    Documents,
    Global,
    Keys,
    Mask,
    Padding,
    PerHead,
    Window,
)
from regard.mechanisms.normalizers import (
    Entmax,
    Normalized,
    Normalizer,
    Plain,
    ReLU,
    Sigmoid,
    Softmax,
    SoftmaxWithSink,
    Sparsemax,
    SquaredReLU,
)
from regard.native import library, why_not
from regard.native.library import Loaded, found

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

LAWS = {"every_kernel_computes_the_definition": every_kernel_computes_the_definition, **UNDROPPED}
UNHEARD = {"distance": ("who_may_not_read_a_key_never_hears_it",)}
"""Distances are counted from the first key: in float32 its rounding is heard by all, in every kernel."""
TAKEN = [
    one
    for one in pairwise(LEGAL)
    if "native" in fixed(one.score, one.normalizer, one.position, mask=one.mask).over(torch.Tensor.float).kernels()
]
NORMALIZERS: dict[str, Normalizer] = {
    "softmax": Softmax(),
    "softmax with a sink": SoftmaxWithSink(),
    "relu": ReLU(),
    "relu per key": ReLU(per_key=True),
    "squared relu": SquaredReLU(per_key=True),
    "sigmoid": Sigmoid(),
    "sigmoid per key": Sigmoid(per_key=True),
    "plain": Plain(per_key=True),
    "normalized": Normalized(),
    "sparsemax": Sparsemax(),
    "entmax": Entmax(),
}
PARAMETERS = {"softmax with a sink": 3, "sigmoid": 1, "sigmoid per key": 0}
"""How many heads have their own number; 0 is a number that is no tensor."""


@pytest.fixture
def native_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laws see no other kernel."""
    monkeypatch.setattr(attention_case, "KERNELS", {"native": KERNELS["native"]})


@pytest.mark.slow
@pytest.mark.parametrize("combination", TAKEN, ids=str)
@pytest.mark.parametrize("name", LAWS)
def test_the_law_holds_in_float32(name: str, combination: Combination, native_alone: None, covers) -> None:
    def law(case: Case) -> None:
        if name not in ("weights_are_the_definitions", *UNHEARD.get(combination.score, ())):
            covers(combination, LAWS[name](case.over(torch.Tensor.float)))

    hold(law, combination, 2)


Sizes = tuple[int, int, int, int]
"""(b, h, q, k)."""


def window(chance: random.Random, sizes: Sizes) -> Mask:
    """A narrow one."""
    return Window(chance.randint(0, 40), chance.randint(0, 40))


def documents(chance: random.Random, sizes: Sizes) -> Mask:
    """A few documents, in one piece each, of queries that stand in them or are named in order."""
    b, _, q, k = sizes
    ids = torch.randint(0, 3, (chance.choice([1, b]), k + 2))
    if chance.random() < 1 / 3:
        return Documents(ids[:, :k].sort().values, torch.randint(0, 3, (chance.choice([1, b]), q)).sort().values)
    return Documents(ids.sort(descending=chance.random() < 1 / 2).values)


def scattered(chance: random.Random, sizes: Sizes) -> Mask:
    """A few documents, in any order, and what is in another one."""
    ids = Documents(torch.randint(0, 3, (sizes[0], sizes[3])))
    return chance.choice([ids, ~ids])


def marks(chance: random.Random, sizes: Sizes) -> Mask:
    """The keys between two places, or any."""
    b, _, _, k = sizes
    places, first = torch.arange(k), torch.randint(0, k, (chance.choice([1, b]), 1))
    return Keys((places >= first) & (places < first + 90) if chance.random() < 1 / 2 else torch.rand(b, k) < 0.8)


def matrix(chance: random.Random, sizes: Sizes) -> Mask:
    """A matrix with whole tiles of zeros and ones."""
    b, h, q, k = sizes
    given = torch.rand(*chance.choice([(b, h), (b, 1), (1, h), (1, 1)]), q, k) < 0.5
    given[..., :64, :64] = chance.random() < 1 / 2
    given[..., 64:, 64:128] = chance.random() < 1 / 2
    return Dense(given)


def blocks(chance: random.Random, sizes: Sizes) -> Mask:
    """Blocks of the size of tiles, or not."""
    size = chance.choice([20, 64])
    return Blocks(torch.rand(chance.choice([1, sizes[1]]), *(-(-each // size) for each in sizes[2:])) < 0.6, size)


def by_head(chance: random.Random, sizes: Sizes) -> Mask:
    """A mask of its own for every head."""
    return PerHead(tuple(Window(5 * i, 60) | Global(i) for i in range(sizes[1])))


MASKS = [window, documents, scattered, marks, matrix, blocks, by_head]


def drawn(seed: int, normalizer: str = "softmax", dtype: torch.dtype = torch.float32) -> Request:
    """A request of several tiles, most of them, of any layout, mask and terms."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    b, g, group = chance.randint(1, 2), chance.randint(1, 2), chance.randint(1, 3)
    q, k = chance.choice([1, 5, 17, 64, 65, 150]), chance.choice([1, 16, 96, 97, 200])
    d, e = chance.choice([1, 8, 20, 32]), chance.choice([1, 16, 33])
    sizes = ((g * group, q, d), (g, k, d), (g, k, e))
    vectors = [torch.randn(b, heads, n, size) for heads, n, size in sizes]
    if chance.random() < 1 / 3:
        vectors = [torch.randn(b, n, heads, size).transpose(1, 2) for heads, n, size in sizes]
    kind = NORMALIZERS[normalizer]
    if isinstance(kind, Normalized):
        vectors[:2] = [each.abs() + 0.1 for each in vectors[:2]]
    query, key, value = (each.to(dtype) for each in vectors)
    heads = PARAMETERS.get(normalizer)
    number: float | Tensor | None = None if heads is None else 0.5
    if heads:
        number = torch.randn(g * group if heads > 1 else 1, 1, 1)
    return Request(
        *("dot", query, key, value),
        scale=chance.choice([0.3, -0.2]) if not isinstance(kind, Normalized) else 1.0,
        readable=readable(chance, (b, g * group, q, k)),
        normalizer=kind,
        parameter=1.5 if isinstance(kind, Entmax) else number,
        row=torch.randn(b, g * group, q).abs() if chance.random() < 1 / 4 else None,
        column=torch.randn(b, g * group, k).abs() if chance.random() < 1 / 4 else None,
        **(terms(chance, (b, g * group, q, k)) if chance.random() < 1 / 2 else {}),
        dropout=chance.choice([0.0, 0.0, 0.4]),
        seed=chance.randint(-(2**63), 2**63 - 1),
    )


def readable(chance: random.Random, sizes: Sizes) -> Readable:
    """Causality, starts, lengths and other masks by chance."""
    b, _, q, k = sizes
    starts: list[int | Tensor] = [0, k - q, chance.randint(-5, k + 3), torch.randint(-5, k + 3, (b,))]
    lengths = [torch.randint(-1, size + 3, (b,)) if chance.random() < 1 / 3 else None for size in (k, q)]
    others = tuple(mask(chance, sizes) for mask in chance.choices(MASKS, k=chance.choice([0, 1, 1, 2])))
    return Readable(chance.random() < 1 / 2, chance.choice(starts), *lengths, others)


def terms(chance: random.Random, sizes: Sizes) -> dict[str, Any]:
    """Terms of pairs by chance: along a line, on a grid, for each query, a bias."""
    b, h, q, k = sizes
    queries, keys = torch.arange(q) - (q - 1), torch.arange(k)
    found: dict[str, Any] = {"offsets": ()}
    if chance.random() < 1 / 2:
        found["offsets"] += (OffsetTerm(torch.rand(*owned(chance, b, h), q + k - 1), queries, keys, straight=True),)
    if chance.random() < 1 / 2:
        table = torch.rand(*owned(chance, b, h), 13)
        found["offsets"] += (OffsetTerm(table, queries % 4 - 3, keys % 10, straight=False),)
    if chance.random() < 1 / 3:
        bucket = torch.randint(0, 5, (chance.choice([1, b]), q + k - 1))
        found["query_term"] = QueryTerm(torch.rand(b, h, q, 5), bucket, queries, keys)
    if chance.random() < 1 / 2:
        found["bias"] = torch.rand(*owned(chance, b, h), chance.choice([1, q]), chance.choice([1, k]))
    return found


def owned(chance: random.Random, b: int, h: int) -> tuple[int, int]:
    """How many rows and heads have numbers of their own."""
    return chance.choice([1, b]), chance.choice([1, h])


def computed(request: Request, run: object, dtype: torch.dtype | None = None) -> list[Tensor]:
    """Output and all gradients; the gradient to the output is made of numbers that every type holds."""
    leaves = [each.detach().to(dtype or each.dtype).requires_grad_() for each in request.tensors]
    mixed = run(request.with_tensors(leaves))  # type: ignore[operator]
    upstream = torch.randn(mixed.shape, generator=torch.Generator().manual_seed(3)).bfloat16().to(mixed.dtype)
    return [mixed, *torch.autograd.grad(mixed, leaves, upstream, allow_unused=True, materialize_grads=True)]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_many_tiles_are_the_definition(normalizer: str, seed: int) -> None:
    request = drawn(seed, normalizer)
    assert native.refuses(request) is None
    for ours, expected in zip(computed(request, native.run), computed(request, dense.run, torch.float64), strict=True):
        close(ours, expected)


@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_many_queries_in_a_tile_are_the_definition(normalizer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as tiles take, which short requests have too few of."""
    monkeypatch.setattr(native_call, "PIECES", 1)
    native_call._plan.cache_clear()
    try:
        for seed in range(8, 12):
            test_many_tiles_are_the_definition(normalizer, seed)
    finally:
        native_call._plan.cache_clear()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_bfloat16_errs_no_more_than_the_tiled_kernel(normalizer: str, seed: int) -> None:
    """Vectors' gradients: those of single numbers are sums of many, in which the output's rounding stays."""
    request = drawn(seed, normalizer, torch.bfloat16)
    exact = computed(request, dense.run, torch.float64)
    found, other = computed(request, native.run), computed(request, tiled.run)
    for ours, theirs, expected in list(zip(found, other, exact, strict=True))[:4]:
        assert ours.dtype == torch.bfloat16
        slack = 1e-2 * max(1.0, float(expected.detach().abs().max())) if expected.numel() else 0.0
        errors = (
            [(each.double() - expected).detach().abs().amax() for each in (ours, theirs)] if ours.numel() else [0, 0]
        )
        assert errors[0] <= 2 * errors[1] + slack


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("n", "d"), [(200, 64), (130, 128), (97, 33), (33, 5)])
def test_bfloat16_errs_no_more_than_twice_what_torch_does(n: int, d: int, causal: bool) -> None:
    """Output and gradients; the greatest and the mean error, against float64 with the same rounded numbers."""
    torch.manual_seed(n)
    vectors = torch.randn(3, 2, 3, n, d).bfloat16()
    request = Request("dot", *vectors, scale=d**-0.5, readable=Readable(causal=causal))

    def torchs(asked: Request) -> Tensor:
        query, key, value = asked.query, asked.key, asked.value
        return torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=causal)

    exact = computed(request, dense.run, torch.float64)
    for ours, theirs, expected in zip(computed(request, native.run), computed(request, torchs), exact, strict=True):
        errors = [(each.double() - expected).detach().abs() for each in (ours, theirs)]
        assert errors[0].max() <= 2 * errors[1].max()
        assert errors[0].mean() <= 2 * errors[1].mean()


@pytest.mark.parametrize("heads", [1, 3])
def test_gradients_to_sinks_do_not_suffer_from_a_rounded_output(heads: int) -> None:
    torch.manual_seed(heads)
    vectors = torch.randn(3, 2, 3, 300, 32).bfloat16()
    sink = torch.randn(heads, 1, 1).requires_grad_()
    request = Request("dot", *vectors, scale=0.2, normalizer=SoftmaxWithSink(), parameter=sink)
    found, exact = computed(request, native.run)[-1], computed(request, dense.run, torch.float64)[-1]
    assert (found - exact).abs().max() <= 1e-5 * exact.abs().max()


@pytest.mark.parametrize("own", [(1, 4), (1, 1), (3, 1), (3, 4)])
def test_a_bias_that_others_share_gets_the_gradients_of_all(
    own: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    query, key, value = torch.randn(3, 3, 4, 70, 20)
    request = Request("dot", query, key, value, bias=torch.rand(*own, 70, 70), readable=Readable(causal=True))
    exact = computed(request, dense.run, torch.float64)[-1]
    close(whole := computed(request, native.run)[-1], exact)
    monkeypatch.setattr(native_call, "AT_ONCE", 1.0)
    assert torch.equal(computed(request, native.run)[-1], whole)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("normalizer", ["softmax", "entmax"])
def test_threads_and_parts_change_no_bit(normalizer: str, masked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    request = drawn(5, normalizer)
    others = (matrix(random.Random(1), request.sizes),) if masked else ()
    shared = {
        "bias": torch.randn(1, 1, *request.sizes[2:]),
        "offsets": terms(random.Random(4), request.sizes)["offsets"],
    }
    assert len(shared["offsets"]) == 2
    request = replace(request, readable=Readable(causal=True, others=others), **shared)
    threads_and_parts_change_no_bit(request, monkeypatch)


def threads_and_parts_change_no_bit(request: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    before, threads = computed(request, native.run), torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        again = computed(request, native.run)
        monkeypatch.setattr(native_call, "AT_ONCE", 1.0)
        in_parts = computed(request, native.run)
    finally:
        torch.set_num_threads(threads)
    for one, other, third in zip(before, again, in_parts, strict=True):
        assert torch.equal(one, other) and torch.equal(one, third)


def test_what_is_not_a_number_stays_so_and_reaches_only_its_readers() -> None:
    query, key, value = torch.randn(3, 1, 1, 40, 8)
    key[0, 0, 30, 0] = torch.nan
    for normalizer in NORMALIZERS.values():
        mixed = native.run(Request("dot", query, key, value, normalizer=normalizer, parameter=1.5))
        assert mixed.isnan().all(), normalizer
    in_tiles = Request(
        "dot", *(each.repeat(1, 1, 10, 1) for each in (query, key, value)), readable=Readable(causal=True)
    )
    in_tiles.key[0, 0, :300, 0] = 0.5
    mixed = native.run(in_tiles)
    assert mixed[:, :, :300].isfinite()[:, :, :256].all() and mixed[:, :, 310:].isnan().all()


def test_values_that_are_no_numbers_reach_only_their_readers() -> None:
    query, key, value = torch.randn(3, 1, 1, 200, 20)
    value[0, 0, 70], value[0, 0, 150, 3] = torch.nan, torch.inf
    marked = Dense(torch.rand(200, 200, generator=torch.Generator().manual_seed(1)) < 0.5)
    for mask in (Causal(), Causal() & marked):
        for normalizer in NORMALIZERS.values():
            if isinstance(normalizer, Normalized):
                continue
            mixed = regard.attend(query, key, value, mask=mask, normalizer=normalizer, kernel="native")
            clean = regard.attend(query, key, value.nan_to_num(9, 9), mask=mask, normalizer=normalizer, kernel="native")
            readable = Readable(others=(mask,)).dense(200, 200, query.device)
            assert readable is not None
            deaf = ~readable[0, 0, :, [70, 150]].any(1)
            assert deaf.sum() > 60 and mixed[0, 0, ~deaf].isnan().any()
            close(mixed[0, 0, deaf], clean[0, 0, deaf])


def test_a_sum_of_weights_that_overflows_is_no_number() -> None:
    query = torch.full((1, 1, 1, 4), 3e38)
    assert native.run(Request("dot", query, query, query[..., :2])).isnan().all()


def test_scores_far_apart_keep_their_digits() -> None:
    query, key = torch.full((1, 1, 3, 4), 50.0), 100 + torch.rand(1, 1, 120, 4)
    request = Request("dot", query, key, torch.randn(1, 1, 120, 5))
    for normalizer in (Softmax(), Sparsemax()):
        asked = replace(request, normalizer=normalizer)
        exact = dense.run(asked.with_tensors([each.double() for each in asked.tensors]))
        assert (native.run(asked) - exact).abs().max() < 2e-2


@pytest.mark.parametrize("sizes", [(0, 2, 3, 4), (2, 2, 0, 4), (2, 2, 3, 0), (1, 2, 70, 0)])
def test_sizes_of_zero_give_zeros(sizes: tuple[int, int, int, int]) -> None:
    b, h, q, k = sizes
    request = Request("dot", torch.randn(b, h, q, 5), torch.randn(b, 1, k, 5), torch.randn(b, 1, k, 3))
    mixed, *slopes = computed(request, native.run)
    assert mixed.shape == (b, h, q, 3) and not mixed.any()
    assert not any(each.any() for each in slopes)


def test_second_derivatives_are_the_dense_ones() -> None:
    found = []
    for run, dtype in ((native.run, torch.float32), (dense.run, torch.float64)):
        query, key, value = (
            each.to(dtype).requires_grad_() for each in torch.arange(60.0).sin().reshape(3, 1, 1, 5, 4)
        )
        first = torch.autograd.grad(run(Request("dot", query, key, value)).square().sum(), query, create_graph=True)
        found.append(torch.autograd.grad(first[0].square().sum(), (query, key, value)))
    for ours, expected in zip(*found, strict=True):
        close(ours, expected)


def test_what_it_does_not_take_is_told() -> None:
    query = torch.randn(1, 2, 3, 4)
    plain = Request("dot", query, query, query)
    refused = {
        "float32 and bfloat16": plain.with_tensors([query.double()] * 3),
        "the same for": plain.with_tensors([query, query, query.bfloat16()]),
        "edge by edge": replace(plain, readable=Readable(graph=Graph(*torch.zeros(3, 1, dtype=torch.int64)))),
        "alpha 1.5 only": replace(plain, normalizer=Entmax(1.2), parameter=1.2),
        "for CPUs": plain.with_tensors([query.to("meta")] * 3),
    }
    assert native.refuses(plain) is None
    for reason, request in refused.items():
        assert reason in str(native.refuses(request))


def test_the_door_takes_it_by_name() -> None:
    query = torch.randn(2, 4, 9, 8)
    mask = Causal() & Padding(keys=[9, 3], queries=[9, 4]) & Window(3, 0)
    found = regard.attend(query, query, query, mask=mask, kernel="native")
    close(found, regard.attend(*[query.double()] * 3, mask=mask, kernel="dense"))


@pytest.mark.parametrize("paired", [True, False])
def test_the_plan_takes_bfloat16_where_the_processor_multiplies_it(
    paired: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library(), "paired", paired)
    monkeypatch.setattr(library(), "tiled", True)
    monkeypatch.setattr(library(), "isa", "avx512")
    query = torch.zeros(4, 600, 64, dtype=torch.bfloat16)
    plan = regard.plan(query, query, query)
    assert (plan.kernel == "native") is paired
    assert paired or "no products of bfloat16" in plan.passed_over["native"]


@pytest.mark.parametrize("tiled", [True, False])
def test_the_plan_leaves_bfloat16_to_torch_where_torch_alone_knows_tiles(
    tiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "_tiles", lambda: True)
    monkeypatch.setattr(library(), "paired", True)
    monkeypatch.setattr(library(), "tiled", tiled)
    monkeypatch.setattr(library(), "isa", "avx512")
    query = torch.zeros(4, 601, 64, dtype=torch.bfloat16)
    plan = regard.plan(query, query, query)
    assert (plan.kernel == "native") is tiled
    assert tiled or "AMX" in plan.passed_over["native"]


def test_memory_that_is_missing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Without(Loaded):
        def __init__(self) -> None:
            self.forward = self.narrow_forward = self.short_forward = lambda call: 1

    for module in (native, native_narrow, native_short):
        monkeypatch.setattr(module, "library", Without)
    for queries in (2, 20, 70):
        with pytest.raises(MemoryError, match="native kernel"):
            native.run(Request("dot", *[torch.randn(1, 1, queries, 4)] * 3))


@pytest.mark.slow
def test_an_instruction_set_that_is_not_there_is_told() -> None:
    told = by_itself("import regard.native as n; print(n.why_not())", REGARD_ISA="abacus")
    assert "REGARD_ISA=abacus" in told


DEFINED = """
import torch
from regard.kernels import dense, native
from regard.kernels.readable import Readable
from regard.kernels.request import Request
from regard.native import why_not

def error(kind, queries, dtype=torch.float32, weight=None, causal=False):
    one, other, third = torch.randn(1, 2, queries, 37), torch.randn(1, 2, 70, 37), torch.randn(1, 2, 70, 20)
    tensors = [tensor.to(dtype) for tensor in (one, other, third)]
    request = Request(kind, *tensors, weight=weight, readable=Readable(causal=causal))
    exact = dense.run(request.with_tensors([tensor.double() for tensor in request.tensors]))
    return (native.run(request) - exact).abs().max().item()

def all_defined():
    for queries in (3, 70):
        assert error("dot", queries) < 1e-5
        assert error("dot", queries, torch.bfloat16) < 3e-2
        assert error("additive", queries, weight=torch.randn(1, 37)) < 1e-5
    return error("dot", 70, causal=True) < 1e-5

print(why_not() or all_defined())
"""


@pytest.mark.slow
@pytest.mark.parametrize("isa", ["baseline", "avx2", "avx512", "amx"])
def test_every_instruction_set_is_the_definition(isa: str) -> None:
    told = by_itself(DEFINED, REGARD_ISA=isa)
    assert told == "True" or "REGARD_ISA" in told


@pytest.mark.slow
def test_after_a_fork_it_still_computes() -> None:
    program = (
        "import os, torch; from regard.kernels import native; from regard.kernels.request import Request\n"
        "torch.set_num_threads(2)\n"
        "r = Request('dot', *torch.randn(3, 1, 4, 300, 16)); before = native.run(r)\n"
        "child = os.fork()\n"
        "if not child: os._exit(0 if torch.equal(native.run(r), before) else 1)\n"
        "print(os.waitpid(child, 0)[1])"
    )
    assert by_itself(program) == "0"


def by_itself(program: str, **environment: str) -> str:
    """What a fresh Python prints."""
    command, variables = [sys.executable, "-c", program], {**os.environ, **environment}
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def test_a_library_from_other_sources_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["regard.native.library"], "WHAT", Struct("q"))
    loaded, reason = found.__wrapped__()
    assert loaded is None and reason is not None and "other sources" in reason


def test_types_are_counted_as_the_core_counts_them() -> None:
    assert (torch.float32, torch.bfloat16) == TYPES
