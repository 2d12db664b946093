"""One query and a few, by the kernel of their own: the definition, whatever parts, threads and types do."""

import random
from dataclasses import replace

import pytest
import torch
from attention_case import close
from test_native_kernel import NORMALIZERS, computed, drawn, readable

from regard.kernels import dense, native, native_narrow
from regard.kernels.request import Request
from regard.mechanisms.masks import Window
from regard.mechanisms.normalizers import Normalized
from regard.native import why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


def few(seed: int, normalizer: str = "softmax", dtype: torch.dtype = torch.float32) -> Request:
    """A drawn request of few queries; one in three is additive, where the normalizer can be."""
    chance, asked = random.Random(seed), drawn(seed, normalizer, dtype)
    b, h, _, k = asked.sizes
    q = chance.randint(1, native_narrow.FEW)
    query = torch.randn(b, h, q, asked.query.shape[-1]).to(dtype)
    if isinstance(asked.normalizer, Normalized):
        query = query.abs() + 0.1
    row = None if asked.row is None else torch.randn(b, h, q)
    simple = readable(chance, (b, h, q, k))
    simple = replace(simple, others=tuple(each for each in simple.others if isinstance(each, Window)))
    asked = replace(asked, query=query, row=row, readable=simple, bias=None, offsets=(), query_term=None)
    if chance.random() < 1 / 3 and not isinstance(asked.normalizer, Normalized):
        weight = torch.randn(chance.choice([1, h]), query.shape[-1])
        asked = replace(asked, kind="additive", scale=1.0, weight=weight)
    return asked


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_few_queries_are_the_definition(normalizer: str, seed: int) -> None:
    request = few(seed, normalizer)
    assert native.refuses(request) is None and native_narrow.takes(request)
    for ours, expected in zip(computed(request, native.run), computed(request, dense.run, torch.float64), strict=True):
        close(ours, expected)
