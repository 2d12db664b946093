"""Attention over a graph: equals loops over every pair in float64, in memory that grows with the edges."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
import torch
from edges_by_hand import GIVEN, NORMALIZERS, by_hand, loops, request_of, with_terms
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck
from torch.utils._python_dispatch import TorchDispatchMode

from regard.kernels import edges, links
from regard.kernels.readable import Graph, Readable
from regard.kernels.request import Request
from regard.kernels.terms import OffsetTerm


@pytest.mark.parametrize("kind", ["dot", "additive"])
@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_edges_equal_loops_over_pairs_with_all_terms_and_grouped_heads(kind: str, normalizer: str) -> None:
    request = with_terms(request_of(kind, normalizer))
    assert request.group == 2
    output = edges.run(request)
    torch.testing.assert_close(output, loops(request), rtol=1e-9, atol=1e-9)
    assert not output[:, :, 3].any()


@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_dropout_keeps_what_the_hash_keeps(normalizer: str) -> None:
    request = request_of(normalizer=normalizer, dropout=0.4, seed=11)
    output = edges.run(request)
    torch.testing.assert_close(output, loops(request), rtol=1e-9, atol=1e-9)
    assert not torch.allclose(output, edges.run(replace(request, dropout=0.0)))


@pytest.mark.parametrize("shape", [(1, 1, 6, 7), (2, 1, 6, 1), (1, 4, 1, 7), (2, 4, 1, 1)])
def test_a_bias_may_be_shared_along_any_axis(shape: tuple[int, ...]) -> None:
    request = request_of(bias=torch.randn(shape, dtype=torch.float64), edge_bias=torch.randn(1, len(GIVEN)).double())
    torch.testing.assert_close(edges.run(request), loops(request))


def test_what_no_edge_names_may_be_nan() -> None:
    request = request_of()
    clean = edges.run(request)
    for poisoned in (request.key[:, :, 5], request.value[:, :, 5], request.query[:, :, 3]):
        poisoned.fill_(math.nan)
    leaves = [each.requires_grad_() for each in (request.query, request.key, request.value)]
    output = edges.run(request)
    assert torch.equal(output, clean)
    assert all(grad.isfinite().all() for grad in torch.autograd.grad(output.sum(), leaves))


@pytest.mark.parametrize("normalizer", NORMALIZERS)
@pytest.mark.parametrize("nodes", [(3, 4), (0, 4), (3, 0)])
def test_a_graph_without_edges_gives_zeros(normalizer: str, nodes: tuple[int, int]) -> None:
    request = request_of("dot", normalizer, given=[], nodes=nodes)
    leaves = [each.requires_grad_() for each in (request.query, request.key, request.value)]
    output = edges.run(request)
    assert output.shape == (2, 4, nodes[0], 2) and not output.any()
    assert not any(grad.any() for grad in torch.autograd.grad(output.sum(), leaves))


def differentiable(kind: str, normalizer: str, dropout: float) -> tuple[Callable[..., Tensor], list[Tensor]]:
    """A small request as a function of all its tensors."""
    given = [(0, 0), (1, 0), (2, 0), (1, 1), (2, 1), (0, 2), (1, 0), (0, 3)]
    request = with_terms(request_of(kind, normalizer, given=given, nodes=(5, 4), heads=(2, 1), dropout=dropout))
    tensors = [each.detach().requires_grad_() for each in request.tensors]
    return lambda *changed: edges.run(request.with_tensors(list(changed))), tensors


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["dot", "additive"])
@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_gradients_and_their_gradients_equal_finite_differences(kind: str, normalizer: str) -> None:
    function, tensors = differentiable(kind, normalizer, dropout=0.3)
    assert gradcheck(function, tensors, fast_mode=True)
    assert gradgradcheck(function, tensors, fast_mode=True)


@pytest.mark.parametrize("normalizer", ["softmax", "sink of each head", "entmax of each head"])
def test_every_single_gradient_equals_finite_differences(normalizer: str) -> None:
    function, tensors = differentiable("additive", normalizer, dropout=0.0)
    assert gradcheck(function, tensors)


@pytest.mark.slow
@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_targets_of_one_edge_and_of_five_thousand(normalizer: str) -> None:
    given = [(i, 0) for i in range(5000)] + [(4999, 2)]
    request = request_of("dot", normalizer, given=given, nodes=(3, 5000), heads=(2, 2))
    single = request.with_tensors([each.float() for each in request.tensors])
    wanted, output = many_edges(request), edges.run(single)
    assert output.dtype == torch.float32
    torch.testing.assert_close(output.double(), wanted, rtol=1e-4, atol=1e-4 * float(wanted.abs().max()))


def many_edges(request: Request) -> Tensor:
    """Target 0 reads all keys but one, target 2 the last one."""
    output = torch.zeros(2, 2, 3, 2, dtype=torch.float64)
    for row in range(2):
        for head in range(2):
            number = request.parameter
            number = float(number.flatten()[head]) if isinstance(number, Tensor) else number
            scores = request.key[row, head] @ request.query[row, head].T * request.scale
            scores = scores + (0.0 if request.column is None else 8.0)
            for target, read in ((0, [i for i in range(5000) if i != 6]), (2, [4999])):
                weights = by_hand(request.normalizer, scores[read, target].tolist(), number)
                output[row, head, target] = torch.tensor(weights, dtype=torch.float64) @ request.value[row, head, read]
    return output


@pytest.mark.parametrize("kind", ["dot", "additive"])
def test_the_size_of_a_chunk_changes_nothing(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    request = with_terms(request_of(kind))
    tensors = [each.requires_grad_() for each in request.tensors]
    whole = edges.run(request)
    gradients = torch.autograd.grad(whole.square().sum(), tensors)
    monkeypatch.setattr(links, "CACHED", 40)
    parts = edges.run(request)
    torch.testing.assert_close(parts, whole)
    torch.testing.assert_close(torch.autograd.grad(parts.square().sum(), tensors), gradients)


class Largest(TorchDispatchMode):
    """The size of the largest tensor that any operation returns."""

    numbers = 0

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = function(*args, **(kwargs or {}))
        if isinstance(result, Tensor):
            self.numbers = max(self.numbers, result.numel())
        return result


@pytest.mark.parametrize("kind", ["dot", "additive"])
def test_no_tensor_grows_with_edges_times_d(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "CACHED", 1 << 12)
    torch.manual_seed(0)
    count, nodes, h, d = 20_000, 200, 2, 32
    places = torch.randint(nodes * nodes, (count,)).unique()
    vectors = [torch.randn(1, h, nodes, d, requires_grad=True) for _ in range(3)]
    graph = Graph(places % nodes, places // nodes, torch.arange(len(places)))
    weight = torch.randn(d) if kind == "additive" else None
    request = Request(kind, *vectors, weight=weight, readable=Readable(graph=graph))  # type: ignore[arg-type]
    with Largest() as largest:
        edges.run(request).square().sum().backward()
    assert largest.numbers <= len(places) * h


class Run(NamedTuple):
    output: Tensor
    gradients: tuple[Tensor, ...]


def run(request: Request) -> Run:
    tensors = [each.detach().requires_grad_() for each in request.tensors]
    output = edges.run(request.with_tensors(tensors))
    return Run(output, torch.autograd.grad(output.square().sum(), tensors))


def test_the_same_call_gives_the_same_bits_and_passes_where_torch_demands_it() -> None:
    request = with_terms(request_of(dropout=0.2))
    demanded = torch.are_deterministic_algorithms_enabled()
    try:
        torch.use_deterministic_algorithms(False)
        first = run(request)
        again = run(request)
        torch.use_deterministic_algorithms(True)
        run(request)
    finally:
        torch.use_deterministic_algorithms(demanded)
    assert torch.equal(first.output, again.output)
    assert all(torch.equal(*pair) for pair in zip(first.gradients, again.gradients, strict=True))


@pytest.mark.parametrize("kind", ["dot", "additive"])
@pytest.mark.parametrize("normalizer", ["softmax", "squared relu", "entmax of each head"])
def test_single_precision_is_near_double_in_gradients_too(kind: str, normalizer: str) -> None:
    request = with_terms(request_of(kind, normalizer, dropout=0.2))
    double, single = run(request), run(request.with_tensors([each.float() for each in request.tensors]))
    torch.testing.assert_close(single.output.double(), double.output, rtol=1e-5, atol=1e-5)
    largest = max(float(gradient.abs().max()) for gradient in double.gradients)
    for rounded, exact in zip(single.gradients, double.gradients, strict=True):
        assert rounded.dtype == torch.float32
        torch.testing.assert_close(rounded.double(), exact, rtol=1e-4, atol=1e-5 * largest)


@pytest.mark.parametrize("kind", ["dot", "additive"])
def test_an_empty_batch_stays_empty(kind: str) -> None:
    request = request_of(kind)
    none = request.with_tensors([each[:0] if each.dim() == 4 else each for each in request.tensors])
    assert run(none).output.shape == (0, 4, 6, 2)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_rounds_only_what_goes_in_and_comes_out(dtype: torch.dtype) -> None:
    request = request_of()
    half = request.with_tensors([each.to(dtype) for each in request.tensors])
    wanted = loops(half.with_tensors([each.double() for each in half.tensors]))
    output = edges.run(half)
    assert output.dtype == dtype
    torch.testing.assert_close(output.double(), wanted, rtol=torch.finfo(dtype).eps, atol=1e-3)


def test_it_refuses_what_is_no_graph_and_what_needs_positions() -> None:
    request = request_of()
    assert edges.refuses(request) is None
    assert "no graph" in str(edges.refuses(replace(request, readable=Readable())))
    offset = OffsetTerm(torch.zeros(1, 1, 13), torch.arange(-5, 1), torch.arange(7), True)
    assert "positions" in str(edges.refuses(replace(request, offsets=(offset,))))
