"""What each word of a pattern costs and how far it is from reading everybody: measured, as reads.py says."""

from typing import Any

import pytest
import torch
from torch import Tensor

import regard
from regard.kernels import folded
from regard.kernels.strips import TILE, strips
from regard.mechanisms.legality import Choice
from regard.mechanisms.masks import Causal, Mask
from regard.networks.reads import Across, Best, Everybody, Local, Longformer, Reads
from regard.planning import requested

LEAVING_OUT = [Local(3), Longformer(2, 3), Across(3), Best(4)]
"""Choices that read fewer keys by the same scores."""


def vectors(n: int = 24, *, learning: bool = True) -> list[Tensor]:
    chance = torch.Generator().manual_seed(3)
    drawn = [torch.randn(2, 2, n, 4, dtype=torch.float64, generator=chance) for _ in range(3)]
    return [each.requires_grad_(learning) for each in drawn]


def chosen(reads: Reads, *, causal: bool) -> dict[str, Any]:
    """What a layer of this choice passes to `attend`."""
    mask: Mask | None = Causal() if causal else None
    if reads.mask is not None:
        mask = reads.mask if mask is None else mask & reads.mask
    return {"mask": mask, "normalizer": reads.normalizer or regard.Softmax()}


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("reads", LEAVING_OUT, ids=str)
def test_the_error_is_the_weight_left_out_times_how_far_its_values_are(reads: Reads, causal: bool) -> None:
    query, key, value = given = vectors()
    choices = chosen(reads, causal=causal)
    exact = regard.attend(*given, mask=Causal() if causal else None)
    weights = regard.weights(query, key, mask=Causal() if causal else None).weights
    read = regard.weights(query, key, **choices).weights > 0
    beyond = (weights * ~read).sum(-1, keepdim=True)
    assert (beyond > 0.05).any()
    means = [
        (weights * part) @ value / (weights * part).sum(-1, keepdim=True).clamp_min(1e-300) for part in (read, ~read)
    ]
    found = regard.attend(*given, **choices)
    close(found, exact - beyond * (means[1] - means[0]))
    apart = torch.cdist(value, value).amax((-1, -2))[..., None]
    assert ((found - exact).norm(dim=-1) <= beyond[..., 0] * apart + 1e-12).all()


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("reads", LEAVING_OUT, ids=str)
def test_what_is_read_is_exact_with_its_gradients(reads: Reads, causal: bool) -> None:
    """Against a softmax over the readable scores, written out."""
    query, key, value = given = vectors()
    places = torch.arange(24)
    offset = places - places[:, None]
    may = offset <= 0 if causal else torch.ones(24, 24, dtype=torch.bool)
    scores = (query @ key.mT / 2).masked_fill(~may, -torch.inf)
    match reads:
        case Local(window):
            read = offset.abs() <= window
        case Longformer(window, tokens):
            read = (offset.abs() <= window) | (places < tokens) | (places < tokens)[:, None]
        case Across(every):
            read = offset % every == 0
        case _:
            read = scores >= scores.sort(descending=True).values[..., 3:4]
    expected = scores.masked_fill(~read, -torch.inf).softmax(-1) @ value
    upstream = torch.randn(expected.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(4))
    for kernel in ("dense", "tiled", "auto"):
        found = regard.attend(*given, kernel=kernel, **chosen(reads, causal=causal))
        close(found, expected)
        slopes = (torch.autograd.grad(each, given, upstream, retain_graph=True) for each in (found, expected))
        for ours, theirs in zip(*slopes, strict=True):
            close(ours, theirs)


def pairs(reads: Reads, n: int, *, causal: bool) -> tuple[int, int]:
    """Pairs of a head that the tiled kernel computes, and the most that it holds at once."""
    shape = torch.zeros(1, 1, n, 4, dtype=torch.float64)
    choices = chosen(reads, causal=causal)
    request = requested(shape, shape, shape, Choice(regard.Dot(), choices["normalizer"], choices["mask"], ()), None)
    if folded.refuses(request) is None:
        request, _ = folded.folded(request)
    sizes = []
    for strip in strips(request):
        keys, queries = strip.tile.keys, strip.tile.queries
        width = len(keys) if isinstance(keys, Tensor) else keys.stop - keys.start
        rows = strip.tile.rows.stop - strip.tile.rows.start
        sizes.append(rows * (queries.stop - queries.start) * width)
    return sum(sizes), max(sizes)


@pytest.mark.parametrize("causal", [False, True])
def test_costs_are_those_declared(causal: bool) -> None:
    """In pairs, to the whole tiles in which they are computed: two more than a window fills."""
    for n in (2048, 4096, 8192):
        sides = 1 if causal else 2
        for window in (64, 256):
            computed, held = pairs(Local(window), n, causal=causal)
            assert n * (sides * window + 1) * 0.9 < computed <= n * (sides * window + 1 + 2 * TILE)
            assert held <= TILE * (sides * window + 1 + 2 * TILE)
        computed, held = pairs(Longformer(64, 4), n, causal=causal)
        assert computed <= n * (sides * 64 + 1 + (2 + sides) * TILE)
        assert held <= TILE * n
        computed, held = pairs(Across(32), n, causal=causal)
        whole, _ = pairs(Everybody(), n, causal=causal)
        assert computed <= n // 32 * (n + 2 * 32 * TILE)
        assert n * n / 2 <= whole <= n * (n + TILE)
        assert pairs(Best(16), n, causal=causal)[0] == whole


@pytest.mark.parametrize("causal", [False, True])
def test_of_all_choices_of_k_keys_the_best_matching_leave_out_the_least_weight(causal: bool) -> None:
    query, key, _ = given = vectors(40, learning=False)
    weights = regard.weights(query, key, mask=Causal() if causal else None).weights
    for reads in (Local(2), Across(8)):
        read = regard.weights(query, key, **chosen(reads, causal=causal)).weights > 0
        for count in (int(read.sum(-1).min()), 5):
            best = regard.weights(query, key, **chosen(Best(count), causal=causal)).weights > 0
            kept, other = (weights * best).sum(-1), (weights * read).sum(-1)
            fewer = read.sum(-1) <= count
            assert (kept[fewer] >= other[fewer] - 1e-12).all() and fewer.any()
    exact = regard.attend(*given, mask=Causal() if causal else None)
    close(regard.attend(*given, **chosen(Best(40), causal=causal)), exact)
