"""Answers that a reader can check, and the scale of each score."""

import math

import pytest
import torch
from attention_case import close
from torch import Tensor

import regard
from regard import Additive, Bilinear, Cosine, Dot
from regard.mechanisms.scores import Score


def row(*numbers: float) -> Tensor:
    return torch.tensor([list(numbers)], dtype=torch.float64)


def column(*numbers: float) -> Tensor:
    return torch.tensor([[number] for number in numbers], dtype=torch.float64)


def weights_of(score: Score, query: Tensor, key: Tensor) -> list[float]:
    return regard.weights(query, key, score=score).weights.flatten().tolist()


def test_scores_of_0_and_ln_3_weigh_a_quarter_and_three_quarters() -> None:
    key = column(0, math.log(3))
    assert weights_of(Dot(), row(1), key) == pytest.approx([1 / 4, 3 / 4])
    assert regard.attend(row(1), key, column(8, 4)).item() == pytest.approx(5)


def test_three_words_and_one_weight_matrix() -> None:
    """The classic example: the words are one-hot, W is [[1, 0], [0, 1], [1, 1]], q = k = v = W, d = 2."""
    w = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], dtype=torch.float64)
    one, two = math.exp(1 / math.sqrt(2)), math.exp(2 / math.sqrt(2))
    rows = [[one, 1, one], [1, one, one], [one, one, two]]
    by_hand = torch.tensor([[each / sum(line) for each in line] for line in rows], dtype=torch.float64)
    close(regard.weights(w, w).weights, by_hand)
    close(regard.attend(w, w, w), by_hand @ w)


@pytest.mark.parametrize("d", [1, 4, 16])
def test_dot_is_divided_by_the_root_of_d(d: int) -> None:
    query = torch.ones(1, d, dtype=torch.float64)
    key = torch.stack((torch.zeros(d), torch.ones(d))).double()
    by_hand = 1 / (1 + math.exp(-d / math.sqrt(d)))
    assert weights_of(Dot(), query, key)[1] == pytest.approx(by_hand)


def test_dot_takes_another_scale_and_none_at_all() -> None:
    key = column(0, 2)
    assert weights_of(Dot(scale=math.log(3) / 2), row(1), key) == pytest.approx([1 / 4, 3 / 4])
    assert weights_of(Dot(scale=0.0), row(1), key) == pytest.approx([1 / 2, 1 / 2])


def test_bilinear_is_query_matrix_key_unscaled() -> None:
    """q = (1, 2), W = [[0, ln 2], [ln 3, 0]]: q·W = (2 ln 3, ln 2), against keys (0, 0), (1, 0) and (0, 1)."""
    matrix = torch.tensor([[0, math.log(2)], [math.log(3), 0]], dtype=torch.float64)
    key = torch.tensor([[0, 0], [1, 0], [0, 1]], dtype=torch.float64)
    assert weights_of(Bilinear(matrix), row(1, 2), key) == pytest.approx([1 / 12, 9 / 12, 2 / 12])


def test_bilinear_joins_queries_and_keys_of_different_sizes() -> None:
    matrix = torch.tensor([[1, 2, 3]], dtype=torch.float64) * math.log(2)
    key = torch.eye(3, dtype=torch.float64)
    assert weights_of(Bilinear(matrix), row(1), key) == pytest.approx([2 / 14, 4 / 14, 8 / 14])


def test_additive_is_the_weighted_sum_of_tanh_unscaled() -> None:
    """tanh(½ ln 3) = ½: weight (2 ln 3, 5), q = (½ ln 3, 1), keys (0, −1) and (−½ ln 3, −1): ln 3 and 0."""
    half = math.log(3) / 2
    key = torch.tensor([[0, -1], [-half, -1]], dtype=torch.float64)
    weight = torch.tensor([2 * math.log(3), 5], dtype=torch.float64)
    assert weights_of(Additive(weight), row(half, 1), key) == pytest.approx([3 / 4, 1 / 4])


def test_cosine_ignores_lengths_and_is_divided_by_the_temperature() -> None:
    """Against (9, 0): (5, 0), (0, 7) and (−2, 0) have cosines 1, 0 and −1; the temperature is 1 / ln 2."""
    key = torch.tensor([[5, 0], [0, 7], [-2, 0]], dtype=torch.float64)
    by_hand = pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert weights_of(Cosine(1 / math.log(2)), row(9, 0), key) == by_hand
    assert weights_of(Cosine(torch.tensor(1 / math.log(2))), row(9, 0), key) == by_hand
    assert weights_of(Cosine(), row(9, 0), key)[0] == pytest.approx(1 / (1 + math.exp(-1) + math.exp(-2)))


def test_each_head_has_a_temperature_a_matrix_and_a_weight_of_its_own() -> None:
    query, key = row(1).expand(2, 1, 1), column(-1, 1).expand(2, 2, 1)
    log = math.log(3) / 2
    tanh = math.tanh(2)
    for score in (
        Cosine(torch.tensor([1 / log, -1 / log], dtype=torch.float64)),
        Bilinear(torch.tensor([[[log]], [[-log]]], dtype=torch.float64)),
        Additive(torch.tensor([[2 * log / tanh], [-2 * log / tanh]], dtype=torch.float64)),
    ):
        read = regard.weights(query, key, score=score).weights
        close(read.flatten(), torch.tensor([1 / 4, 3 / 4, 3 / 4, 1 / 4], dtype=torch.float64))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_a_zero_vector_has_cosine_0_and_gets_no_gradient(dtype: torch.dtype) -> None:
    """Beside it everything learns as ever: no NaN passes from the zero vectors to the others."""
    query = torch.tensor([[0.0, 0.0], [1.0, 1.0]], dtype=dtype, requires_grad=True)
    key = torch.tensor([[0.0, 0.0], [3.0, 0.0], [-3.0, 0.0]], dtype=dtype, requires_grad=True)
    temperature = torch.tensor(0.5, dtype=dtype, requires_grad=True)
    value = torch.tensor([[1.0], [2.0], [4.0]], dtype=dtype)
    score = Cosine(temperature)
    read = regard.weights(query, key, score=score).weights
    assert read[0].tolist() == pytest.approx([1 / 3] * 3, rel=1e-2)
    by_hand = torch.tensor([0, 2**0.5, -(2**0.5)]).softmax(0)
    assert read[1].tolist() == pytest.approx(by_hand.tolist(), rel=2e-2)
    regard.attend(query, key, value, score=score).sum().backward()
    assert query.grad is not None and key.grad is not None and temperature.grad is not None
    assert not query.grad[0].any() and not key.grad[0].any()
    assert query.grad[1].any() and key.grad[1:, 1].all() and temperature.grad != 0
    for each in (query.grad, key.grad, temperature.grad):
        assert each.isfinite().all()


@pytest.mark.parametrize("length", [1e-15, 1e15])
def test_cosine_holds_for_very_short_and_very_long_vectors(length: float) -> None:
    query, key = torch.tensor([[length, 0.0]]), torch.tensor([[length, 0.0], [0.0, length]])
    share = math.e / (math.e + 1)
    assert weights_of(Cosine(), query, key) == pytest.approx([share, 1 - share], rel=1e-5)
