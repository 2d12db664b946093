"""A word's vector is its own and a share of each feature's; none is zero and stays zero."""

import pytest
import torch
from torch import Tensor

from regard.layers.embedding import WordFeatures

NUMBERS = torch.tensor([[[3, 7, 5, 0], [1, 0, 7, 7], [2, 0, 0, 0]], [[0, 4, 0, 0], [3, 1, 2, 3], [0, 0, 0, 0]]])


def by_hand(layer: WordFeatures, numbers: list[int]) -> Tensor:
    word, *features = numbers
    there = [layer.features.weight[f] for f in features if f]
    total = layer.words.weight[word]
    return total + sum(there) / len(there) ** 0.5 if there else total


def test_a_vector_is_its_formula() -> None:
    layer = WordFeatures(5, 9, 6).double()
    out = layer(NUMBERS)
    assert out.shape == (2, 3, 6)
    for row in range(2):
        for at in range(3):
            torch.testing.assert_close(out[row, at], by_hand(layer, NUMBERS[row, at].tolist()))
    assert not out[1, 2].any()


@pytest.mark.parametrize("shape", [(2, 3, 1), (2, 0, 4), (0, 3, 4), (1, 1, 1)])
def test_words_without_features_and_no_words_at_all(shape: tuple[int, ...]) -> None:
    layer, numbers = WordFeatures(5, 9, 6), torch.ones(shape, dtype=torch.long)
    out = layer(numbers)
    out.sum().backward()
    assert out.shape == (*shape[:2], 6)
    if shape[2] == 1:
        assert torch.equal(out, layer.words(numbers[..., 0]))


def test_gradients_equal_those_of_the_formula() -> None:
    layer = WordFeatures(5, 9, 6).double()
    weights = torch.randn(2, 3, 6, dtype=torch.float64)
    leaves = list(layer.parameters())
    found = torch.autograd.grad((layer(NUMBERS) * weights).sum(), leaves)
    vectors = torch.stack([by_hand(layer, each) for each in NUMBERS.flatten(0, 1).tolist()]).view(2, 3, 6)
    for ours, theirs in zip(found, torch.autograd.grad((vectors * weights).sum(), leaves), strict=True):
        torch.testing.assert_close(ours[1:], theirs[1:])
        assert not ours[0].any()


def test_numbers_zero_stay_zero_while_the_others_learn() -> None:
    layer = WordFeatures(5, 9, 6, drop=0.3)
    before = [each.detach().clone() for each in layer.parameters()]
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.1, weight_decay=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        layer(NUMBERS).square().sum().backward()
        optimizer.step()
    for old, new in zip(before, layer.parameters(), strict=True):
        assert not old[0].any() and not new[0].any() and (old[1:] != new[1:]).any(-1).all()


def test_words_with_features_fall_in_training_with_the_chance_given() -> None:
    torch.manual_seed(8)
    layer = WordFeatures(5, 9, 6, drop=0.25)
    with torch.no_grad():
        layer.features.weight.zero_()
    numbers = torch.tensor([3, 7, 0]).expand(100, 100, 3)
    fallen = (layer(numbers) == 0).all(-1).double().mean().item()
    assert fallen == pytest.approx(0.25, abs=0.02)
    assert (layer(numbers[..., :1]) != 0).any(-1).all(), "a word without features would leave nothing"
    layer.eval()
    assert torch.equal(layer(numbers), layer.words(numbers[..., 0]))


def test_a_word_alone_equals_the_word_among_others() -> None:
    layer = WordFeatures(5, 9, 6).eval()
    together = layer(NUMBERS)
    for row in range(2):
        for at in range(3):
            torch.testing.assert_close(layer(NUMBERS[row : row + 1, at : at + 1])[0, 0], together[row, at])
