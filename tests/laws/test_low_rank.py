"""Linformer: exact where it can be, its gradients those of the formula, its cost linear, its error what is measured."""

import pytest
import torch
from torch import Tensor

import regard
from regard.errors import OptionError, ShapeError
from regard.inspect.explain import explain
from regard.layers.attention import Attention
from regard.layers.low_rank import LowRank
from regard.mechanisms.masks import Causal, Padding


def layer(rank: int, longest: int = 24, **choices: object) -> LowRank:
    torch.manual_seed(2)
    return LowRank(16, 4, rank=rank, longest=longest, **choices).double()


def states(n: int = 24, rows: int = 2) -> Tensor:
    return torch.randn(rows, n, 16, dtype=torch.float64, generator=torch.Generator().manual_seed(n))


def exact(of: LowRank) -> Attention:
    """Attention with the same matrices."""
    made = Attention(16, 4).double()
    made.load_state_dict({name: each for name, each in of.state_dict().items() if not name.startswith("of_")})
    return made


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, atol=1e-9, rtol=1e-9)


def test_a_mixture_for_each_position_is_exact_attention() -> None:
    one, given = layer(24), states()
    close(one(given), exact(one)(given))


def test_what_is_equal_within_a_mixture_is_read_exactly() -> None:
    one = layer(6)
    given, sources = states(), states(6).repeat_interleave(4, 1)
    close(one(given, sources), exact(one)(given, sources))


def test_output_and_gradients_are_those_of_the_formula() -> None:
    one, given = layer(5), states().requires_grad_()
    with torch.no_grad():
        for each in (one.of_keys, one.of_values):
            each.add_(torch.randn(each.shape, dtype=torch.float64) * 0.2)
    heads = [
        part.unflatten(-1, (4, 4)).transpose(1, 2) for part in (one.query(given), *one.key_value(given).chunk(2, -1))
    ]
    query, key, value = heads[0], one.of_keys @ heads[1], one.of_values @ heads[2]
    mixed = (query @ key.mT / 2).softmax(-1) @ value
    expected = one.output(mixed.transpose(1, 2).flatten(2))
    found = one(given)
    close(found, expected)
    wanted = [given, *one.parameters()]
    upstream = torch.randn(found.shape, dtype=torch.float64)
    slopes = (torch.autograd.grad(each, wanted, upstream, retain_graph=True) for each in (found, expected))
    for ours, theirs in zip(*slopes, strict=True):
        close(ours, theirs)


def test_padding_and_what_stands_there_never_matter() -> None:
    one, given = layer(5), states()
    spoilt = given.clone()
    spoilt[1, 9:] = torch.nan
    found = one(spoilt, mask=Padding(keys=torch.tensor([24, 9])))
    close(found[0], one(given[:1])[0])
    close(found[1, :9], one(given[1:, :9])[0])


def test_the_error_falls_with_the_rank_and_the_cost_rises_with_it() -> None:
    """For keys that change slowly along the sequence, as the first weights suit them."""
    slow = torch.sin(torch.arange(128, dtype=torch.float64)[:, None] * torch.linspace(0.01, 0.2, 16))[None]
    errors, costs = [], []
    for rank in (4, 16, 64, 128):
        one = layer(rank, longest=128)
        truth = exact(one)(slow)
        errors.append(float(((one(slow) - truth).norm() / truth.norm()).detach()))
        memory = one.mixtures(slow)
        costs.append(regard.plan(torch.zeros(1, 4, 128, 4), *(each.float() for each in memory)).operations)
    assert errors == sorted(errors, reverse=True) and errors[0] > 0.01 and errors[-1] < 1e-12
    assert [cost / costs[0] for cost in costs] == [1, 4, 16, 32]


def test_what_mixtures_cannot_do_is_refused() -> None:
    one = layer(5)
    with pytest.raises(OptionError, match="mixtures of positions know no single pair"):
        one(states(), mask=Causal())
    with pytest.raises(OptionError, match="a mixture of positions knows those to come"):
        one.go_on(states())
    with pytest.raises(ShapeError, match="not be longer than what is learned"):
        one(states(25))
    for choices in ({"rank": 0}, {"rank": 25}):
        with pytest.raises(OptionError, match="rank is at least 1"):
            LowRank(16, 4, longest=24, **choices)
    with pytest.raises(OptionError, match="a mixture of positions stands nowhere"):
        layer(5, position="rotary")
    with pytest.raises(OptionError, match="what is read here are mixtures"):
        explain(one.float(), states()[0].float())
