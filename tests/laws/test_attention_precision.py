"""Low precision: as good as plain torch in the same type, and no type that leaks in or out."""

from dataclasses import replace

import pytest
import torch
from attention_case import Case, close, gradients
from attention_cases import KERNELS_OF, fixed, vectors
from attention_choices import SINGLES, Combination
from attention_drawing import Fullest, Sizes
from torch import Tensor

import regard
from regard.attend import Seen
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Distance, Dot, Features

HALVES = [torch.bfloat16, torch.float16]


def textbook(case: Case) -> Tensor:
    """Attention as it is commonly written, in the type it is given."""
    query, key, value = case.query, case.key, case.value
    match case.score:
        case Dot():
            scores = query @ key.mT * query.shape[-1] ** -0.5
        case Bilinear(matrix):
            scores = query @ matrix @ key.mT
        case Additive(weight):
            scores = (torch.tanh(query[..., :, None, :] + key[..., None, :, :]) * weight[:, None, None]).sum(-1)
        case Cosine(temperature):
            scores = torch.nn.functional.normalize(query, dim=-1) @ torch.nn.functional.normalize(key, dim=-1).mT
            scores = scores / temperature[:, None, None]
        case Distance(width):
            apart = (query[..., :, None, :] - key[..., None, :, :]).square().sum(-1)
            scores = -apart / (2 * width.square())[:, None, None]
        case Features(features):
            scores = features(query) @ features(key).mT
            return scores / (scores.sum(-1, keepdim=True) + 1e-6) @ value
    return scores.softmax(-1) @ value


def error(found: Tensor, truth: Tensor) -> float:
    return float((found.detach().double() - truth).square().mean().sqrt())


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("score, kernel", KERNELS_OF)
def test_errors_are_at_most_twice_those_of_plain_torch(score: str, kernel: str, dtype: torch.dtype) -> None:
    chance, sizes = Fullest(1), Sizes(b=2, h=4, g=4, q=9, k=24, d=16, other=16, e=16)
    choice = Combination(score, "normalized" if score.startswith("features") else "softmax").choice(chance, sizes)
    case = Case(*vectors(chance, sizes), *choice, kernel=kernel).over(lambda tensor: (tensor / 2).to(dtype))
    out, (truth, _) = case.attend(), case.judged()
    assert out.dtype == dtype
    assert error(out, truth) <= 2 * error(textbook(case), truth) + 3 * torch.finfo(dtype).eps


@pytest.mark.parametrize("dtype", [*HALVES, torch.float32, torch.float64])
def test_output_and_weights_come_in_the_type_of_the_values(dtype: torch.dtype) -> None:
    query = torch.ones(2, 4, dtype=dtype)
    assert regard.attend(query, query, query).dtype == regard.weights(query, query).weights.dtype == dtype


@pytest.mark.parametrize("score, kernel", KERNELS_OF)
def test_autocast_does_not_leak_into_attend(score: str, kernel: str) -> None:
    case = fixed(score, kernel=kernel)
    exact, exact_weights = case.attend(), case.weights()
    seen: list[Seen] = []
    with torch.autocast("cpu", torch.bfloat16):
        with regard.observed(seen.append):
            assert torch.equal(case.attend(), exact)
        assert torch.equal(case.weights(), exact_weights)
        assert torch.equal(seen[0].weights(), exact_weights)
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.bfloat16, "autocast goes on outside"


@pytest.mark.parametrize("combination", [one for one in SINGLES if one.mask in ("none", "edges")], ids=str)
def test_parameters_may_stay_in_full_precision(combination: Combination) -> None:
    """As in training under autocast: states in bfloat16, parameters in float32."""
    case = fixed(combination.score, combination.normalizer, combination.position, mask=combination.mask)
    case = case.over(torch.Tensor.float).learning()
    case = replace(case, query=case.query.bfloat16(), key=case.key.bfloat16(), value=case.value.bfloat16())
    for out in case.by_kernels().values():
        assert out.dtype == torch.bfloat16
        truth = case.judged()[0].detach()
        assert error(out, truth) < 0.05 * max(1.0, float(truth.abs().max()))
        for leaf, found in zip(case.leaves, gradients(out, case.leaves), strict=True):
            assert found.dtype == leaf.dtype and found.isfinite().all()


def test_large_scores_do_not_overflow() -> None:
    query = torch.tensor([[3e4]], dtype=torch.float32)
    key = torch.tensor([[3e4], [-3e4], [2.9e4]])
    assert regard.weights(query, key).weights.tolist() == [[1, 0, 0]]
    masked = regard.weights(query[None, None], -key[None, None], mask=regard.Padding(keys=[1])).weights
    assert masked.squeeze().tolist() == [1, 0, 0]


def test_a_weight_is_taken_from_statistics_in_float32() -> None:
    """4,096 equal keys in bfloat16: a sum of their weights in bfloat16 itself would stop growing at 256."""
    query, key = torch.zeros(1, 1, dtype=torch.bfloat16), torch.zeros(4096, 1, dtype=torch.bfloat16)
    assert regard.weights(query, key).weights.unique().tolist() == [1 / 4096]
    close(regard.attend(query, key, torch.ones_like(key)).float(), torch.ones(1, 1))
