"""The native core under whatever layouts, sizes, masks and numbers Hypothesis thinks of, beside dense in float64."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pytest
import torch
from attention_case import INFINITY, NAN
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as some
from test_native_kernel import NORMALIZERS, PARAMETERS
from torch import Tensor

from regard.kernels import dense, native
from regard.kernels.readable import Readable
from regard.kernels.request import Request
from regard.mechanisms.masks import Window
from regard.mechanisms.normalizers import Entmax, Normalized, Softmax, Sparsemax
from regard.native import why_not

pytestmark = [pytest.mark.slow, pytest.mark.skipif(why_not() is not None, reason=str(why_not()))]

often = settings(max_examples=400, derandomize=True, deadline=None, database=None)

Shape = tuple[int, int, int, int]
Draw = Callable[..., Tensor]

LAYOUTS: dict[str, Callable[[Draw, Shape], Tensor]] = {
    "plain": lambda draw, of: draw(of),
    "places before heads": lambda draw, of: draw((of[0], of[2], of[1], of[3])).transpose(1, 2),
    "numbers before places": lambda draw, of: draw((of[0], of[1], of[3], of[2])).mT,
    "every other number": lambda draw, of: draw((*of[:3], 2 * of[3]))[..., ::2],
    "every third place": lambda draw, of: draw((*of[:2], 3 * of[2] + 1, of[3]))[:, :, 1::3],
    "inside a wider tensor": lambda draw, of: draw((*of[:3], of[3] + 5))[..., 3 : 3 + of[3]],
    "one row for all": lambda draw, of: draw((1, *of[1:])).expand(of),
    "one head for all": lambda draw, of: draw((of[0], 1, *of[2:])).expand(of),
    "one place for all": lambda draw, of: draw((*of[:2], 1, of[3])).expand(of),
    "one number for all": lambda draw, of: draw((*of[:3], 1)).expand(of),
}


class Drawn(NamedTuple):
    """A request and a gradient to its output."""

    request: Request
    upstream: Tensor


@some.composite
def requests(draw: some.DrawFn, types: tuple[torch.dtype, ...] = (torch.float32, torch.bfloat16)) -> Drawn:
    """Of any layout, normalizer, reach, terms and dropout; sizes from 0, those of heads from 1."""
    torch.manual_seed(draw(some.integers(0, 2**16)))
    dtype = draw(some.sampled_from(types))
    b, g, group = draw(some.sampled_from([1, 2, 3, 0])), draw(some.integers(1, 2)), draw(some.integers(1, 2))
    q, k = draw(some.sampled_from([1, 2, 15, 33, 70, 0])), draw(some.sampled_from([1, 3, 40, 96, 97, 110, 0]))
    d, e = (draw(some.sampled_from([1, 4, 5, 16, 17, 33, 0])) for _ in range(2))
    name = draw(some.sampled_from(sorted(NORMALIZERS)))
    normalizer, heads = NORMALIZERS[name], g * group

    def vectors(size: Shape, positive: bool = False) -> Tensor:
        layout = LAYOUTS[draw(some.sampled_from(sorted(LAYOUTS)))]
        return layout(lambda of: (torch.rand(of) + 0.1 if positive else torch.randn(of)).to(dtype), size)

    positive = isinstance(normalizer, Normalized)
    query, key = vectors((b, heads, q, d), positive), vectors((b, g, k, d), positive)
    number: float | Tensor | None = {0: 0.5, 1: torch.randn(1, 1, 1), 3: torch.randn(heads, 1, 1)}.get(
        PARAMETERS.get(name, -1)
    )
    request = Request(
        *("dot", query, key, vectors((b, g, k, e))),
        scale=draw(some.sampled_from([0.5, -0.25, 1.0])) if not positive else 1.0,
        readable=draw(reaches(b, q, k)),
        normalizer=normalizer,
        parameter=1.5 if isinstance(normalizer, Entmax) else number,
        row=torch.rand(b, heads, q) if draw(some.integers(0, 3)) == 0 else None,
        column=torch.rand(b, heads, k) if draw(some.integers(0, 3)) == 0 else None,
        dropout=draw(some.sampled_from([0.0, 0.0, 0.3])),
        seed=draw(some.integers(-(2**63), 2**63 - 1)),
    )
    return Drawn(request, vectors((b, heads, q, e)))


@some.composite
def reaches(draw: some.DrawFn, b: int, q: int, k: int) -> Readable:
    """Causality, starts, lengths beyond both ends and windows; rows that read nothing among them."""
    starts = some.one_of(some.integers(-5, k + 3), some.just(k - q), some.sampled_from([-(2**62), 2**62]))
    lengths = [torch.randint(-1, n + 3, (b,)) if draw(some.booleans()) else None for n in (k, q)]
    windows = (Window(draw(some.integers(0, 40)), draw(some.integers(0, 40))),) if draw(some.booleans()) else ()
    start: int | Tensor = torch.randint(-5, k + 3, (b,)) if draw(some.booleans()) else draw(starts)
    return Readable(draw(some.booleans()), start, *lengths, windows)


def computed(given: Drawn, run: Callable[[Request], Tensor], dtype: torch.dtype | None = None) -> list[Tensor]:
    """Output and all gradients; leaves keep their layout."""
    leaves = [each.detach().to(dtype or each.dtype).requires_grad_() for each in given.request.tensors]
    mixed = run(given.request.with_tensors(leaves))
    upstream = given.upstream.to(mixed.dtype)
    return [mixed.detach(), *torch.autograd.grad(mixed, leaves, upstream, allow_unused=True, materialize_grads=True)]


def apart(ours: Tensor, exact: Tensor) -> float:
    """The greatest difference, as a part of the greatest number or of one."""
    if not exact.numel():
        return 0.0
    return float((ours.double() - exact).abs().max() / exact.abs().max().clamp(min=1.0))


@often
@drawn(requests())
def test_any_layout_and_any_size_is_the_definition(given: Drawn) -> None:
    assert native.refuses(given.request) is None
    found, exact = computed(given, native.run), computed(given, dense.run, torch.float64)
    vectors = 4 if given.request.query.dtype == torch.bfloat16 else len(exact)
    for ours, expected in list(zip(found, exact, strict=True))[:vectors]:
        assert ours.shape == expected.shape
        assert apart(ours, expected) < (5e-5 if ours.dtype == torch.float32 else 5e-2)


@often
@drawn(requests((torch.float32,)), some.sampled_from([NAN, INFINITY, -INFINITY, 1e15, -1e15]), some.data())
def test_a_number_out_of_range_does_what_the_formula_says(given: Drawn, number: float, data: some.DataObject) -> None:
    """In a query, which no other row may hear of, or in a key, which nobody but its readers may."""
    request = spoilt(given.request, number, data)
    if request is None:
        return
    with torch.no_grad():
        found = native.run(request).double()
        double = request.with_tensors([each.double() for each in request.tensors])
        exact = dense.run(double)
        if isinstance(request.normalizer, Softmax | Sparsemax | Entmax):
            found[endless(double)] = exact[endless(double)] = 0.0
    assert torch.equal(found.isnan(), exact.isnan())
    assert torch.equal(found.isinf(), exact.isinf())
    finite = exact.isfinite()
    assert apart(found[finite], exact[finite]) < 5e-5


def endless(request: Request) -> Tensor:
    """Rows (b, h, q) whose readable scores all are −∞, the largest too: no weights that sum to one follow from them."""
    allowed = request.readable.dense(*request.sizes[2:], request.query.device)
    scores = dense.scores(request)
    return (scores if allowed is None else scores.masked_fill(~allowed, -INFINITY)).isneginf().all(-1)


def spoilt(request: Request, number: float, data: some.DataObject) -> Request | None:
    """The request, undropped, with this number in one place of the queries or the keys; None if these hold none."""
    vectors = request.query, request.key, request.value
    query, key, value = (each.clone(memory_format=torch.contiguous_format) for each in vectors)
    tensor = data.draw(some.sampled_from([query, key]))
    if not tensor.numel():
        return None
    tensor.view(-1)[data.draw(some.integers(0, tensor.numel() - 1))] = number
    return replace(request, query=query, key=key, value=value, dropout=0.0)


@often
@drawn(requests((torch.float32,)), some.sampled_from([NAN, INFINITY]), some.data())
def test_no_row_hears_of_what_befalls_another(given: Drawn, number: float, data: some.DataObject) -> None:
    """Neither its output nor the gradient to its query changes by a bit, whatever another query or gradient holds."""
    q = given.request.sizes[2]
    if not q:
        return
    row = data.draw(some.integers(0, q - 1))
    query, upstream = (each.clone() for each in (given.request.query, given.upstream))
    data.draw(some.sampled_from([query, upstream]))[:, :, row] = number
    loud = Drawn(given.request.over(query, given.request.key, given.request.value), upstream)
    others = torch.arange(q) != row
    for before, after in zip(computed(given, native.run)[:2], computed(loud, native.run)[:2], strict=True):
        assert torch.equal(before[:, :, others], after[:, :, others])
