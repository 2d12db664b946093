"""What is read off strip by strip is what the full matrix says."""

import re

import pytest
import torch
from torch import Tensor

import regard
from regard import Causal, Documents, Entmax, Normalized, Sparsemax, Window

MASKS = {
    "none": None,
    "causal": Causal(),
    "window": Window(3, 2),
    "far apart": Window(2, 2) | regard.Global(3),
    "documents": Documents(torch.arange(400) // 130),
}


def vectors(q: int = 400, k: int = 400) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(4)
    query = torch.randn(2, 4, q, 8, generator=generator, dtype=torch.float64)
    return query, torch.randn(2, 2, k, 8, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
@pytest.mark.parametrize("normalizer", [regard.Softmax(), Entmax(1.5)], ids=["softmax", "entmax"])
def test_the_greatest_are_those_of_the_full_matrix(mask: regard.masks.Mask | None, normalizer: Entmax) -> None:
    query, key = vectors()
    full = regard.weights(query, key, mask=mask, normalizer=normalizer).weights
    best = regard.weights(query, key, mask=mask, normalizer=normalizer, top=5)
    torch.testing.assert_close(best.weights, full.topk(5).values)
    assert best.keys is not None
    there = best.keys >= 0
    torch.testing.assert_close(full.gather(-1, best.keys.clamp(min=0)) * there, best.weights)
    assert torch.equal(there, best.weights > 0)


def test_many_keys_are_searched_by_blocks() -> None:
    query, key = vectors(3, 5000)
    best = regard.weights(query, key, top=4)
    assert torch.equal(best.keys, regard.weights(query, key).weights.topk(4).indices)


@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
def test_a_slice_is_a_slice_of_the_full_matrix(mask: regard.masks.Mask | None) -> None:
    query, key = vectors()
    full = regard.weights(query, key, mask=mask).weights
    part = regard.weights(query, key, mask=mask, queries=slice(120, 300), heads=slice(1, 3)).weights
    torch.testing.assert_close(part, full[:, 1:3, 120:300])
    one = regard.weights(query, key, mask=mask, queries=-1, heads=0).weights
    torch.testing.assert_close(one, full[:, :1, -1:])


@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
def test_a_summary_sums_the_full_matrix(mask: regard.masks.Mask | None) -> None:
    query, key = vectors()
    full = regard.weights(query, key, mask=mask, normalizer=Sparsemax()).weights
    found = regard.summary(query, key, mask=mask, normalizer=Sparsemax(), block=150)
    torch.testing.assert_close(found.columns, full.sum(-2))
    torch.testing.assert_close(found.entropy, torch.special.entr(full).sum(-1))
    wide = torch.nn.functional.pad(full, (0, 50, 0, 50)).unflatten(-1, (3, 150)).unflatten(-3, (3, 150))
    torch.testing.assert_close(found.blocks, wide.amax((-3, -1)))


def test_heads_and_positions_may_be_left_out() -> None:
    query, key = vectors()
    best = regard.weights(query[0, 0], key[0, 0], top=2)
    assert best.weights.shape == (400, 2)
    assert regard.summary(query[0], key[0]).blocks.shape == (4, 7, 7)


REFUSED = {
    "no key asked for": ({"top": 0}, "weights: top counts keys", "got  0", "try  top=16"),
    "a step": (
        {"queries": slice(0, 9, 2)},
        "weights: queries are some of 400, side by side",
        "got  slice",
        "try  queries=",
    ),
    "nothing": ({"heads": slice(3, 3)}, "weights: heads are some of 4, side by side", "got  slice", "try  heads="),
}


@pytest.mark.parametrize("choices, rule, got, hint", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused(choices: dict[str, int], rule: str, got: str, hint: str) -> None:
    with pytest.raises(regard.OptionError, match=rf"{re.escape(rule)}\n  {re.escape(got)}.*\n  {re.escape(hint)}"):
        regard.weights(*vectors(), **choices)


def test_the_full_matrix_says_what_it_costs_first() -> None:
    query = torch.zeros(1, 1, 20_000, 1)
    with pytest.raises(regard.OptionError) as caught:
        regard.weights(query, query)
    assert str(caught.value) == (
        "weights: they would hold 1.6 GB\n"
        "  got  20,000 rows of 20,000 weights\n"
        "  try  top=16, queries=slice(0, 100), `regard.summary(...)`, or full=True"
    )


def test_a_state_of_another_batch_and_a_choice_without_a_state_are_refused() -> None:
    query = torch.randn(2, 2, 3, 4)
    _, state = regard.recur(query, query, query)
    with pytest.raises(regard.ShapeError, match="recur: the state must belong to the same layer and batch"):
        regard.recur(query[:1], query[:1], query[:1], state)
    with pytest.raises(regard.ShapeError, match="recur: query and key are the same n positions"):
        regard.recur(query[:, :, :2], query, query)
    with pytest.raises(regard.OptionError, match="recur: the choice must be a sum that can be carried"):
        regard.recur(query, query, query, score=regard.Additive(torch.ones(4)), normalizer=regard.Plain())


def test_steps_that_carry_a_state_give_the_whole() -> None:
    generator = torch.Generator().manual_seed(3)
    query, key, value = (torch.randn(2, 4, 9, 4, generator=generator, dtype=torch.float64) for _ in range(3))
    key, value = key[:, :2], value[:, :2]
    whole = regard.attend(
        query, key, value, score=regard.Features(regard.EluPlusOne()), normalizer=Normalized(), mask=Causal()
    )
    state, steps = None, []
    for i in range(9):
        at = slice(i, i + 1)
        out, state = regard.recur(query[:, :, at], key[:, :, at], value[:, :, at], state)
        steps.append(out)
    torch.testing.assert_close(torch.cat(steps, 2), whole)
