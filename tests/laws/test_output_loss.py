"""The last layer's loss, computed in chunks with its gradient on the way, equals torch's cross-entropy."""

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from regard.layers.output import CHUNK, Output


def drawn(tokens: int, dtype: torch.dtype = torch.float64) -> tuple[Output, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(tokens)
    layer = Output(torch.nn.Embedding(7, 4)).to(dtype)
    with torch.no_grad():
        layer.weight.copy_(torch.randn(7, 4, generator=generator, dtype=torch.float64))
    states = torch.randn(tokens, 4, generator=generator, dtype=torch.float64).to(dtype).requires_grad_()
    return layer, states, torch.randint(7, (tokens,), generator=generator)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("tokens", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 3])
def test_the_loss_and_its_gradients_equal_torchs_cross_entropy(tokens: int, smoothing: float) -> None:
    layer, states, labels = drawn(tokens)
    leaves = [states, layer.weight]
    theirs = cross_entropy(states @ layer.weight.T, labels, reduction="sum", label_smoothing=smoothing)
    ours = layer.loss(states, labels, smoothing)
    torch.testing.assert_close(ours, theirs)
    for found, expected in zip(
        torch.autograd.grad(ours * 3, leaves), torch.autograd.grad(theirs * 3, leaves), strict=True
    ):
        torch.testing.assert_close(found, expected)


def test_the_gradient_equals_finite_differences() -> None:
    layer, states, labels = drawn(5)

    def run(states: Tensor, table: Tensor) -> Tensor:
        layer.__dict__["weight"] = table
        return layer.loss(states, labels, 0.1)

    table = layer._parameters.pop("weight")
    assert torch.autograd.gradcheck(run, (states, table))


def test_a_second_derivative_is_refused_rather_than_wrong() -> None:
    layer, states, labels = drawn(5)
    (slope,) = torch.autograd.grad(layer.loss(states, labels).square(), states, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        slope.sum().backward()


def test_a_table_may_be_shared_with_an_embedding() -> None:
    embedding = torch.nn.Embedding(7, 4)
    layer = Output(embedding)
    assert layer.weight is embedding.weight
    layer.loss(embedding(torch.tensor([1, 2])), torch.tensor([2, 3])).backward()
    assert embedding.weight.grad is not None and embedding.weight.grad.any()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_states_in_other_layouts_and_types_give_the_same_loss(dtype: torch.dtype) -> None:
    layer, states, labels = drawn(CHUNK + 5, torch.float32)
    strange = states.detach().T.contiguous().T.to(dtype).requires_grad_()
    plain = states.detach().to(dtype).requires_grad_()
    losses = [layer.loss(each, labels, 0.1) for each in (strange, plain)]
    exact = layer.loss(states, labels, 0.1)
    for loss, leaf in zip(losses, (strange, plain), strict=True):
        assert loss.dtype == torch.float32
        assert loss.item() == pytest.approx(exact.item(), rel=1e-5 if dtype == torch.float32 else 5e-3)
        assert torch.autograd.grad(loss, leaf)[0].dtype == dtype
    torch.testing.assert_close(*losses)


def test_autocast_computes_the_products_in_its_type_and_the_loss_in_float32() -> None:
    layer, states, labels = drawn(9, torch.float32)
    exact = layer.loss(states, labels)
    with torch.autocast("cpu", torch.bfloat16):
        loss = layer.loss(states, labels)
    loss.backward()
    assert loss.dtype == torch.float32 and loss.item() == pytest.approx(exact.item(), rel=0.01)
    assert states.grad is not None and states.grad.dtype == torch.float32


def test_log_probabilities_are_float32_and_sum_to_one() -> None:
    layer, states, _ = drawn(6, torch.float32)
    read = layer(states)
    assert read.dtype == torch.float32
    torch.testing.assert_close(read.exp().sum(-1), torch.ones(6))
    torch.testing.assert_close(read, (states @ layer.weight.T).log_softmax(-1))
