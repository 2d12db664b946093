"""A convolution and the attention made of it give the same numbers and gradients, whatever its choices."""

from typing import Any

import pytest
import torch
from torch import nn

from regard.errors import OptionError, ShapeError
from regard.layers import attention_from_convolution

CHOICES = [
    {},
    {"stride": 2, "padding": 1},
    {"dilation": 2, "padding": 3},
    {"groups": 2, "bias": False},
    {"padding": "same"},
    {"padding": "valid", "stride": 3},
    {"padding": 2, "padding_mode": "reflect"},
    {"padding": 1, "padding_mode": "replicate", "stride": 2},
    {"padding": 2, "padding_mode": "circular", "dilation": 2},
]


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("choices", CHOICES, ids=str)
@pytest.mark.parametrize(("kind", "size"), [(nn.Conv1d, (11,)), (nn.Conv2d, (7, 6))])
@pytest.mark.parametrize("kernel", [1, 2, 3])
def test_it_gives_what_the_convolution_gives(
    kind: type[nn.Conv1d], size: tuple[int, ...], kernel: int, choices: dict[str, Any]
) -> None:
    torch.manual_seed(0)
    convolution = kind(4, 6, kernel, **choices).double()
    attention, x = attention_from_convolution(convolution), torch.randn(2, 4, *size, dtype=torch.float64)
    torch.testing.assert_close(attention(x), convolution(x), atol=1e-10, rtol=1e-10)


@pytest.mark.parametrize("size", [(5, 4), (1, 9)])
def test_sides_may_differ_and_gradients_are_the_same(size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    convolution = nn.Conv2d(3, 2, (1, 3), stride=(1, 2), padding=(0, 1)).double()
    attention = attention_from_convolution(convolution)
    ours, theirs = (torch.ones(2, 3, *size, dtype=torch.float64).requires_grad_() for _ in range(2))
    attention(ours).square().sum().backward()
    convolution(theirs).square().sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad)
    assert convolution.weight.grad is not None
    expected = convolution.weight.grad.flatten(2).permute(2, 1, 0)
    torch.testing.assert_close(attention.value.grad, expected)


def test_a_trained_one_is_the_same_too() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 3, 3, stride=2))
    x, y = torch.randn(32, 1, 9, 9), torch.randint(3, (32,))
    steps = torch.optim.Adam(network.parameters(), lr=0.02)
    for _ in range(20):
        loss = nn.functional.cross_entropy(network(x).mean((2, 3)), y)
        steps.zero_grad()
        loss.backward()
        steps.step()
    seen = x
    for layer in network:
        ours = attention_from_convolution(layer)(seen) if isinstance(layer, nn.Conv2d) else layer(seen)
        seen = layer(seen)
        torch.testing.assert_close(ours, seen, atol=1e-5, rtol=1e-5)


def test_what_it_is_not_made_of_is_refused() -> None:
    with pytest.raises(OptionError, match="takes a Conv1d or a Conv2d"):
        attention_from_convolution(nn.ConvTranspose1d(2, 2, 3))  # type: ignore[arg-type]
    attention = attention_from_convolution(nn.Conv1d(2, 2, 3))
    with pytest.raises(ShapeError, match="the kernel must fit"):
        attention(torch.randn(1, 2, 2))
    with pytest.raises(ShapeError, match="x must be"):
        attention(torch.randn(2, 5))
