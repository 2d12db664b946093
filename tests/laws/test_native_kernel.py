"""The native core is the definition in float32, over tiles full, partial and empty, whatever threads and parts do."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from struct import Struct

import attention_case
import pytest
import torch
from attention_case import Case, close
from attention_cases import fixed, hold
from attention_choices import LEGAL, Combination, pairwise
from attention_laws import UNDROPPED, every_kernel_computes_the_definition
from torch import Tensor

import regard
from regard.kernels import dense, native, native_call, native_narrow, tiled
from regard.kernels.catalogue import KERNELS
from regard.kernels.native_call import TYPES
from regard.kernels.readable import Readable
from regard.kernels.request import Request
from regard.mechanisms.masks import Causal, Padding, Window
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
from regard.native import why_not
from regard.native.library import Loaded, found

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

LAWS = {"every_kernel_computes_the_definition": every_kernel_computes_the_definition, **UNDROPPED}
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


@pytest.mark.parametrize("combination", TAKEN, ids=str)
@pytest.mark.parametrize("name", LAWS)
def test_the_law_holds_in_float32(name: str, combination: Combination, native_alone: None, covers) -> None:
    def law(case: Case) -> None:
        if name != "weights_are_the_definitions":
            covers(combination, LAWS[name](case.over(torch.Tensor.float)))

    hold(law, combination, 2)


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
        readable=readable(chance, b, q, k),
        normalizer=kind,
        parameter=1.5 if isinstance(kind, Entmax) else number,
        row=torch.randn(b, g * group, q) if chance.random() < 1 / 4 else None,
        column=torch.randn(b, g * group, k).abs() if chance.random() < 1 / 4 else None,
        dropout=chance.choice([0.0, 0.0, 0.4]),
        seed=chance.randint(-(2**63), 2**63 - 1),
    )


def readable(chance: random.Random, b: int, q: int, k: int) -> Readable:
    """Causality, starts, lengths and windows by chance."""
    starts: list[int | Tensor] = [0, k - q, chance.randint(-5, k + 3), torch.randint(-5, k + 3, (b,))]
    lengths = [torch.randint(-1, size + 3, (b,)) if chance.random() < 1 / 3 else None for size in (k, q)]
    windows = (Window(chance.randint(0, 40), chance.randint(0, 40)),) if chance.random() < 1 / 3 else ()
    return Readable(chance.random() < 1 / 2, chance.choice(starts), *lengths, windows)


def computed(request: Request, run: object, dtype: torch.dtype | None = None) -> list[Tensor]:
    """Output and all gradients."""
    leaves = [each.detach().to(dtype or each.dtype).requires_grad_() for each in request.tensors]
    mixed = run(request.with_tensors(leaves))  # type: ignore[operator]
    upstream = torch.randn(mixed.shape, generator=torch.Generator().manual_seed(3)).to(mixed.dtype)
    return [mixed, *torch.autograd.grad(mixed, leaves, upstream, allow_unused=True, materialize_grads=True)]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_many_tiles_are_the_definition(normalizer: str, seed: int) -> None:
    request = drawn(seed, normalizer)
    assert native.refuses(request) is None
    for ours, expected in zip(computed(request, native.run), computed(request, dense.run, torch.float64), strict=True):
        close(ours, expected)


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


@pytest.mark.parametrize("normalizer", ["softmax", "entmax"])
def test_threads_and_parts_change_no_bit(normalizer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    request = replace(drawn(5, normalizer), readable=Readable(causal=True))
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
        "matrix product": replace(plain, kind="additive", query=torch.randn(1, 2, 9, 4), weight=torch.ones(1, 4)),
        "pair to pair": replace(plain, bias=torch.zeros(1, 1, 3, 3)),
        "one interval": replace(plain, readable=Readable(others=(~Causal(),))),
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


def test_memory_that_is_missing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Without(Loaded):
        def __init__(self) -> None:
            self.forward = self.narrow_forward = lambda call: 1

    for module in (native, native_narrow):
        monkeypatch.setattr(module, "library", Without)
    for queries in (1, 20):
        with pytest.raises(MemoryError, match="native kernel"):
            native.run(Request("dot", *[torch.randn(1, 1, queries, 4)] * 3))


def test_an_instruction_set_that_is_not_there_is_told() -> None:
    told = by_itself("import regard.native as n; print(n.why_not())", REGARD_ISA="abacus")
    assert "REGARD_ISA=abacus" in told


@pytest.mark.parametrize("isa", ["baseline", "avx2", "avx512"])
def test_every_instruction_set_is_the_definition(isa: str) -> None:
    program = (
        "import torch; from regard.native import why_not; from regard.kernels import native, dense\n"
        "from regard.kernels.request import Request; from regard.kernels.readable import Readable\n"
        "q = torch.randn(3, 1, 2, 70, 20)\n"
        "r = Request('dot', *q, readable=Readable(causal=True))\n"
        "s = r.with_tensors([t.double() for t in q])\n"
        "print(why_not() or (native.run(r) - dense.run(s)).abs().max().item() < 1e-5)"
    )
    told = by_itself(program, REGARD_ISA=isa)
    assert told == "True" or "REGARD_ISA" in told


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
