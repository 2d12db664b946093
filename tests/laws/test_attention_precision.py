"""Low precision: as good as plain torch in the same type, and no type that leaks in or out."""

import pytest
import torch
from attention_cases import KERNELS_OF, Case, close, fixed, values, with_parameters
from torch import Tensor

import regard
from regard.attend import Seen
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Dot, Score

HALVES = [torch.bfloat16, torch.float16]


def textbook(score: Score, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Attention as it is commonly written, in the type it is given."""
    match score:
        case Dot():
            scores = query @ key.mT * query.shape[-1] ** -0.5
        case Bilinear(matrix):
            scores = query @ matrix @ key.mT
        case Additive(weight):
            scores = (torch.tanh(query[..., :, None, :] + key[..., None, :, :]) * weight[:, None, None]).sum(-1)
        case Cosine(temperature):
            scores = torch.nn.functional.normalize(query, dim=-1) @ torch.nn.functional.normalize(key, dim=-1).mT
            scores = scores / torch.as_tensor(temperature, dtype=query.dtype).reshape(-1, 1, 1)
    return scores.softmax(-1) @ value


def error(found: Tensor, truth: Tensor) -> float:
    return float((found.detach().double() - truth).square().mean().sqrt())


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("score, kernel", KERNELS_OF)
def test_errors_are_at_most_twice_those_of_plain_torch(score: str, kernel: str, dtype: torch.dtype) -> None:
    generator = torch.Generator().manual_seed(1)
    query, key, value = (values(generator, 2, 4, n, 16).to(dtype) for n in (9, 24, 24))
    shape = {"bilinear": (4, 16, 16), "additive": (4, 16), "cosine": (4,)}.get(score)
    parameters = [] if shape is None else [(values(generator, *shape).abs() / 4 + 0.1).to(dtype)]
    case = Case(query, key, value, with_parameters(fixed(score).score, parameters), kernel=kernel)
    out, (truth, _) = case.attend(), case.judged()
    assert out.dtype == dtype
    assert error(out, truth) <= 2 * error(textbook(case.score, query, key, value), truth) + 3 * torch.finfo(dtype).eps


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


@pytest.mark.parametrize("score", ["bilinear", "additive", "cosine"])
def test_parameters_may_stay_in_full_precision(score: str) -> None:
    """As in training under autocast: states in bfloat16, parameters in float32."""
    case = fixed(score)
    query, key, value = (each.bfloat16() for each in (case.query, case.key, case.value))
    parameters = [each.float().requires_grad_() for each in case.parameters]
    out = regard.attend(query, key, value, score=with_parameters(case.score, parameters))
    out.sum().backward()
    assert out.dtype == torch.bfloat16
    assert error(out, case.judged()[0]) < 0.05
    assert all(each.grad is not None and each.grad.dtype == torch.float32 for each in parameters)


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
