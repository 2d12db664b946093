"""Compiled, exported, under autocast or without any values, a call is the same call."""

import pytest
import torch
from torch import Tensor

import regard
from regard import Alibi, Causal, Documents, EluPlusOne, Entmax, Features, Normalized, Window

pytestmark = pytest.mark.slow

CALLS = {
    "tiled": {"mask": Causal() & Window(5, 0), "position": Alibi(), "normalizer": Entmax(1.5), "kernel": "tiled"},
    "dense": {"mask": Documents(torch.arange(70) // 9), "kernel": "dense"},
    "sdpa": {"mask": Causal(), "kernel": "sdpa"},
    "recurrent": {"score": Features(EluPlusOne()), "normalizer": Normalized(), "mask": Causal(), "kernel": "recurrent"},
}


def vectors(dtype: torch.dtype = torch.float32) -> list[Tensor]:
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(1, 2, 70, 8, generator=generator, dtype=dtype).requires_grad_() for _ in range(3)]


class Call(torch.nn.Module):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        return regard.attend(query, key, value, **CALLS[self.name])


@pytest.fixture(autouse=True)
def fresh_compiler() -> None:
    torch.compiler.reset()


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.filterwarnings("ignore")
def test_a_whole_graph_compiles_and_learns_the_same(name: str) -> None:
    call, leaves = Call(name), vectors()
    compiled = torch.compile(call, backend="aot_eager", fullgraph=True)
    ours, plain = compiled(*leaves), call(*leaves)
    torch.testing.assert_close(ours, plain)
    pairs = (torch.autograd.grad(each.square().sum(), leaves) for each in (ours, plain))
    for found, expected in zip(*pairs, strict=True):
        torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.filterwarnings("ignore")
def test_an_exported_program_gives_the_same(name: str) -> None:
    call, given = Call(name), tuple(each.detach() for each in vectors())
    program = torch.export.export(call, given, strict=True)
    torch.testing.assert_close(program.module()(*given), call(*given))


@pytest.mark.parametrize("name", CALLS)
def test_meta_tensors_give_the_shape(name: str) -> None:
    out = Call(name)(*(each.to("meta") for each in vectors()))
    assert out.is_meta and out.shape == (1, 2, 70, 8)


@pytest.mark.parametrize("name", CALLS)
def test_autocast_changes_nothing_inside(name: str) -> None:
    call, leaves = Call(name), vectors()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = call(*leaves)
    assert out.dtype == torch.float32
    torch.testing.assert_close(out, call(*leaves), rtol=0, atol=0)


@pytest.mark.parametrize("name", CALLS)
def test_the_same_call_gives_the_same_bits(name: str) -> None:
    call, leaves = Call(name), vectors()
    outputs = [call(*leaves) for _ in range(2)]
    assert torch.equal(*outputs)
    first, second = (torch.autograd.grad(each.square().sum(), leaves) for each in outputs)
    assert all(map(torch.equal, first, second))


@pytest.mark.parametrize("kernel", ["dense", "tiled", "sdpa"])
def test_a_tensor_that_is_query_key_and_value_has_second_derivatives(kernel: str) -> None:
    generator = torch.Generator().manual_seed(2)
    states = torch.randn(1, 2, 5, 4, generator=generator, dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradgradcheck(lambda x: regard.attend(x, x, x, kernel=kernel), (states,))
