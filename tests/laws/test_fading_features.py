"""Linear attention that forgets: every kernel and form computes the definition, and so are its slopes."""

from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor

import regard
from regard import Causal, EluPlusOne, Features, Normalized, OptionError, Padding, Plain, ShapeError
from regard.kernels import reference, scan
from regard.mechanisms.masks import Documents, Edges, Mask, Window
from regard.mechanisms.normalizers import Normalizer
from regard.recurring import recur

MASKS: dict[str, Mask | None] = {
    "none": None,
    "causal": Causal(),
    "padding": Padding(keys=[5, 9], queries=[4, 9]),
    "causal padding": Causal() & Padding(keys=[5, 9], queries=[5, 9]),
    "documents": Causal() & Documents(torch.tensor([0, 0, 0, 1, 1, 1, 1, 2, 2])),
    "window": Window(2, 1),
}
NORMALIZERS = {"normalized": Normalized(), "plain": Plain(), "per key": Plain(per_key=True)}
LINEAR = ("none", "causal", "padding", "causal padding")
"""Masks with which sums over keys are carried from chunk to chunk."""


@pytest.fixture(autouse=True)
def short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of four positions, so that a few positions fill several."""
    monkeypatch.setattr(scan, "CHUNK", 4)


def drawn(queries: int = 9, keys: int = 9) -> list[Tensor]:
    """Query (2, 4, q, 3), key (2, 2, k, 3), value (2, 2, k, 2), decay (2,), which ask for gradients."""
    draw = torch.Generator().manual_seed(queries)
    sizes = (4, queries, 3), (2, keys, 3), (2, keys, 2)
    vectors = [torch.randn(2, *size, generator=draw, dtype=torch.float64) for size in sizes]
    return [each.requires_grad_() for each in (*vectors, torch.tensor([0.9, 0.6], dtype=torch.float64))]


def slopes(mixed: Tensor, leaves: list[Tensor]) -> list[Tensor]:
    return list(torch.autograd.grad((mixed * torch.arange(mixed.numel()).cos().view_as(mixed)).sum(), leaves))


@pytest.mark.parametrize("normalizer", NORMALIZERS.values(), ids=NORMALIZERS)
@pytest.mark.parametrize("name", MASKS)
def test_every_kernel_is_the_definition_and_so_are_its_slopes(name: str, normalizer: Normalizer) -> None:
    leaves = query, key, value, decay = drawn()
    asked: dict[str, Any] = {"score": Features(EluPlusOne(), decay), "normalizer": normalizer, "mask": MASKS[name]}
    judged, _ = reference.attend(
        query, key, value, mechanism=asked["score"], normalizer=normalizer, mask=asked["mask"], start=0
    )
    expected = slopes(judged, leaves)
    kernels = ("dense", "tiled", *["recurrent"] * (name in LINEAR))
    for kernel in kernels:
        mixed = regard.attend(query, key, value, kernel=kernel, **asked)
        torch.testing.assert_close(mixed, judged, rtol=0, atol=1e-9)
        for ours, theirs in zip(slopes(mixed, leaves), expected, strict=True):
            torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-9)
    assert (regard.plan(query, key, value, **asked).kernel == "recurrent") == (name in LINEAR)


def test_queries_elsewhere_count_from_where_they_stand() -> None:
    query, key, value, decay = drawn(4, 9)
    for start in (None, 2):
        asked = {"score": Features(EluPlusOne(), decay), "normalizer": Normalized(), "query_start": start}
        judged, _ = reference.attend(
            query, key, value, mechanism=asked["score"], normalizer=Normalized(), start=5 if start is None else start
        )
        for kernel in ("dense", "tiled"):
            mixed = regard.attend(query, key, value, kernel=kernel, **asked)
            torch.testing.assert_close(mixed, judged, rtol=0, atol=1e-9)


@pytest.mark.parametrize("bounds", [[0, 5, 9, 13], [*range(14)]], ids=["chunks", "steps"])
@pytest.mark.parametrize("normalizer", NORMALIZERS.values(), ids=NORMALIZERS)
def test_pieces_give_what_the_whole_does(bounds: list[int], normalizer: Plain | Normalized) -> None:
    query, key, value, decay = (each.detach() for each in drawn(13, 13))
    score = Features(EluPlusOne(), decay)
    whole = regard.attend(query, key, value, score=score, normalizer=normalizer, mask=Causal())
    state, found = None, []
    for span in (slice(*each) for each in pairwise(bounds)):
        piece = (each[:, :, span] for each in (query, key, value))
        mixed, state = recur(*piece, state, score=score, normalizer=normalizer)
        found.append(mixed)
    torch.testing.assert_close(torch.cat(found, 2), whole, rtol=0, atol=1e-9)


def test_what_is_padded_does_not_age_a_state() -> None:
    query, key, value, decay = (each.detach() for each in drawn())
    score, lengths = Features(EluPlusOne(), decay), torch.tensor([3, 9])
    _, state = recur(query, key, value, score=score, lengths=lengths)
    _, alone = recur(*(each[:1, :, :3] for each in (query, key, value)), score=score)
    torch.testing.assert_close(state.select(torch.tensor([0])), alone)


def test_first_and_second_derivatives_equal_finite_differences() -> None:
    leaves = [each[:1, :, :6].detach().requires_grad_() for each in drawn()[:3]]
    decay = torch.tensor([0.9, 0.6], dtype=torch.float64, requires_grad=True)

    def computed(query: Tensor, key: Tensor, value: Tensor, decay: Tensor) -> Tensor:
        score = Features(EluPlusOne(), decay)
        return regard.attend(query, key, value, score=score, normalizer=Normalized(), mask=Causal(), kernel="recurrent")

    assert torch.autograd.gradcheck(computed, (*leaves, decay), fast_mode=True)
    assert torch.autograd.gradgradcheck(computed, (*leaves, decay), fast_mode=True)


def test_a_hand_answer() -> None:
    one, value = torch.ones(1, 1, 3, 1), torch.tensor([8.0, 0.0, 0.0]).reshape(1, 1, 3, 1)
    score = Features(regard.Rectified(), 0.5)
    found = regard.attend(one, one, value, score=score, normalizer=Plain(), mask=Causal())
    assert found.flatten().tolist() == [8.0, 4.0, 2.0]


def test_what_cannot_decay_is_refused() -> None:
    query, key, value, _ = drawn()
    plain: dict[str, Any] = {"normalizer": Normalized()}
    for decay in (0.0, 1.5):
        with pytest.raises(OptionError, match="decay is above 0 and at most 1"):
            regard.attend(query, key, value, score=Features(EluPlusOne(), decay), **plain)
    with pytest.raises(ShapeError, match="Features: decay"):
        regard.attend(query, key, value, score=Features(EluPlusOne(), torch.ones(4)), **plain)
    edges = Edges(torch.tensor([0]), torch.tensor([1]))
    with pytest.raises(OptionError, match="nothing decays between them"):
        regard.attend(query, key, value, score=Features(EluPlusOne(), 0.5), mask=edges, **plain)
    with pytest.raises(OptionError, match="queries that stand where the keys do"):
        regard.attend(query[:, :, :4], key, value, score=Features(EluPlusOne(), 0.5), kernel="recurrent", **plain)


def test_an_explanation_tells_what_distance_leaves() -> None:
    from regard.inspect.explain import explain

    told = explain([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], score=Features(EluPlusOne(), 0.5), normalizer=Normalized())
    assert "^0 = " in str(told) and any(step.key == "scale.fading" for step in told.steps)
