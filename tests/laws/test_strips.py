"""Requests cut into many strips give what one piece gives: outputs, gradients, and the weights that are read back."""

from typing import Any

import pytest
import torch
from torch import Tensor

import regard
from regard.kernels import strips
from regard.mechanisms.legality import Choice
from regard.mechanisms.masks import Mask
from regard.mechanisms.normalizers import Normalizer
from regard.planning import requested

NORMALIZERS: dict[str, Normalizer] = {
    "softmax": regard.Softmax(),
    "sink": regard.SoftmaxWithSink(0.3),
    "relu": regard.ReLU(),
    "relu per key": regard.ReLU(per_key=True),
    "squared relu": regard.SquaredReLU(),
    "sigmoid": regard.Sigmoid(-1.0),
    "plain": regard.Plain(),
    "sparsemax": regard.Sparsemax(),
    "entmax": regard.Entmax(1.5),
    "top-k": regard.TopK(3),
}
MASKS: dict[str, Mask | None] = {
    "all": None,
    "causal": regard.Causal(),
    "padding": regard.Padding(keys=torch.tensor([9, 0]), queries=torch.tensor([11, 4])),
    "window": regard.Window(2, 1),
    "documents": regard.Documents(torch.arange(11) // 4),
    "strided": regard.Strided(3) | regard.Global(1),
    "per head": regard.PerHead((regard.Causal(), regard.Window(1, 0), regard.Window(0, 4), ~regard.Causal())),
}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in {"TILE": 4, "LEAST": 2, "SMALL": 1, "MOST": 24, "SIDE": 3}.items():
        monkeypatch.setattr(strips, name, size)


def call(normalizer: Normalizer, mask: Mask | None, kernel: str, **more: Any) -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    sizes = (2, 4, 11, 3), (2, 2, 11, 3), (2, 2, 11, 5)
    given = [torch.randn(size, generator=generator, dtype=torch.float64).requires_grad_() for size in sizes]
    mixed = regard.attend(*given, normalizer=normalizer, mask=mask, kernel=kernel, **more)
    upstream = torch.randn(mixed.shape, generator=generator, dtype=torch.float64)
    return [mixed.detach(), *torch.autograd.grad(mixed, given, upstream)]


@pytest.mark.slow
@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_strips_give_what_one_piece_gives(normalizer: str, mask: str) -> None:
    for more in ({}, {"dropout": 0.4, "seed": 3}):
        one, many = (call(NORMALIZERS[normalizer], MASKS[mask], kernel, **more) for kernel in ("dense", "tiled"))
        for truth, found in zip(one, many, strict=True):
            torch.testing.assert_close(found, truth, rtol=1e-9, atol=1e-9)


@pytest.mark.usefixtures("small")
def test_terms_and_additive_scores_are_cut_with_them() -> None:
    weight = torch.randn(4, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    for more in ({"score": regard.Additive(weight)}, {"position": regard.Alibi()}, {"score": regard.Distance(1.5)}):
        for normalizer in ("softmax", "sigmoid"):
            one, many = (call(NORMALIZERS[normalizer], None, kernel, **more) for kernel in ("dense", "tiled"))
            for truth, found in zip(one, many, strict=True):
                torch.testing.assert_close(found, truth, rtol=1e-9, atol=1e-9)


@pytest.mark.usefixtures("small")
def test_weights_are_read_in_whole_rows() -> None:
    """Also where the kernel would take squares."""
    query, key = torch.randn(1, 2, 11, 3, dtype=torch.float64), torch.randn(1, 2, 11, 3, dtype=torch.float64)
    truth = regard.weights(query, key, normalizer=regard.ReLU()).weights
    found = regard.weights(query, key, normalizer=regard.ReLU(), top=11)
    assert found.keys is not None
    spread = torch.zeros_like(truth).scatter_add(-1, found.keys.clamp(min=0), found.weights)
    torch.testing.assert_close(spread, truth)


def test_squares_are_what_strips_are_where_weights_follow_from_single_scores(small: None) -> None:
    vectors = torch.randn(1, 1, 11, 3)
    request = requested(vectors, vectors, vectors, Choice(regard.Dot(), regard.ReLU(), None, ()), None)
    pieces = [strip.tile.keys for strip in strips.strips(request, whole=False)]
    assert len(pieces) == 16 and all(len(range(11)[keys]) <= 3 for keys in pieces if isinstance(keys, slice))
