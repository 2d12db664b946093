"""Random features estimate softmax: their error falls as published, and training draws them so that it can go on."""

import statistics

import pytest
import torch
from torch import Tensor

import regard
from regard import Causal, Dot, Features, Normalized, RandomFeatures, Softmax
from regard.layers import Attention
from regard.layers.match import Match
from regard.layers.redrawing import redraw
from regard.mechanisms.features import directions

SIZE = 16


def vectors() -> list[Tensor]:
    draw = torch.Generator().manual_seed(7)
    return [torch.randn(1, 1, 64, SIZE, generator=draw, dtype=torch.float64) / 3 for _ in range(3)]


def error(drawn: Tensor, *, causal: bool = False) -> float:
    """The relative error of attention's output, in the Frobenius norm."""
    query, key, value = vectors()
    mask = Causal() if causal else None
    exact = regard.attend(query, key, value, score=Dot(), normalizer=Softmax(), mask=mask)
    score = Features(RandomFeatures(drawn.double()))
    found = regard.attend(query, key, value, score=score, normalizer=Normalized(eps=0.0), mask=mask)
    return float((found - exact).norm() / exact.norm())


def median(count: int, *, orthogonal: bool = True, causal: bool = False, draws: int = 15) -> float:
    found = []
    for seed in range(draws):
        draw = torch.Generator().manual_seed(seed)
        plain = torch.randn(count, SIZE, generator=draw)
        found.append(error(directions(count, SIZE, generator=draw) if orthogonal else plain, causal=causal))
    return statistics.median(found)


@pytest.mark.parametrize("causal", [False, True], ids=["all", "causal"])
def test_four_times_the_features_halve_the_error(causal: bool) -> None:
    """Choromanski et al. 2020, theorem 4: the squared error falls with the number of features."""
    errors = [median(count, causal=causal) for count in (64, 256, 1024, 4096)]
    assert all(more < fewer for more, fewer in zip(errors[1:], errors, strict=False)), errors
    assert 5.5 < errors[0] / errors[-1] < 11 and errors[-1] < 0.1, errors  # √64 is 8


def test_directions_point_everywhere_alike() -> None:
    """Their mean is zero and their covariance the identity, in each place of a block; so the estimate is unbiased."""
    draw = torch.Generator().manual_seed(1)
    drawn = torch.stack([directions(3, 3, generator=draw) for _ in range(4000)]).double()
    assert drawn.mean(0).abs().max() < 0.08
    covariance = torch.einsum("snd,sne->nde", drawn, drawn) / len(drawn)
    assert (covariance - torch.eye(3)).abs().max() < 0.15


def test_orthogonal_directions_err_less_than_independent_ones() -> None:
    """Theorem 2: their squared error is the smaller; here on few features, where the difference is large."""
    assert median(SIZE, draws=41) < median(SIZE, draws=41, orthogonal=False)


def test_draws_follow_from_seed_update_and_layer() -> None:
    def layers() -> torch.nn.ModuleList:
        torch.manual_seed(1)
        made = [Match("features-random", 4, features=6, redraw=10) for _ in range(2)]
        return torch.nn.ModuleList([*made, Match("features-random", 4, features=6)])

    def of(network: torch.nn.ModuleList) -> Tensor:
        return torch.stack([each.directions.clone() for each in network])  # type: ignore[operator, union-attr]

    one, other = layers(), layers()
    first = of(one)
    for update in range(1, 21):
        redraw(one, 3, update)
        assert torch.equal(of(one), first) == (update < 10)
    torch.manual_seed(99)
    redraw(other, 3, 20)
    assert torch.equal(of(one), of(other)) and torch.equal(of(one)[2], first[2])
    assert not torch.equal(of(one)[0], of(one)[1])
    redraw(other, 4, 20)
    assert not torch.equal(of(one), of(other))


def test_directions_are_kept_and_not_learned() -> None:
    layer = Attention(8, 2, score=Match("features-random", 4, 2, features=6))
    kept = dict(layer.named_parameters())["match.directions"]
    assert kept.shape == (6, 4) and not kept.requires_grad
    layer(torch.randn(1, 5, 8), mask=Causal()).sum().backward()
    assert kept.grad is None and layer.query.weight.grad is not None
