"""The first law: whatever the kernel, the numbers and their gradients are the definition's."""

from itertools import product

import pytest
import torch
from attention_cases import (
    COMBINATIONS,
    KERNELS_OF,
    MASKINGS,
    UNDROPPED,
    Case,
    Combination,
    cases,
    close,
    examples,
    fixed,
    gradients,
    with_parameters,
)
from hypothesis import given
from hypothesis import strategies as st

import regard
from regard.kernels.catalogue import KERNELS
from regard.mechanisms.catalogue import MASKS, NORMALIZERS, SCORES


def test_the_laws_cover_the_whole_catalogue() -> None:
    assert {each.score for each in COMBINATIONS} == set(SCORES)
    assert {each.kernel for each in COMBINATIONS} == set(KERNELS)
    assert set(MASKS) == {"causal", "padding"}, "a new mask needs its place in MASKINGS"
    assert set(NORMALIZERS) == {"softmax"}, "a new normalizer needs laws of its own"


def test_the_dense_kernel_refuses_nothing() -> None:
    everything = set(product(SCORES, MASKINGS, (0.0, 0.4)))
    assert {(c.score, c.masking, c.dropout) for c in COMBINATIONS if c.kernel == "dense"} == everything


def test_memory_that_nobody_wrote_is_poisoned() -> None:
    assert torch.empty(3).isnan().all()


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_attend_equals_the_reference(combination: Combination) -> None:
    @examples(10)
    @given(st.data(), st.sampled_from([torch.float64, torch.float32]))
    def law(data: st.DataObject, dtype: torch.dtype) -> None:
        case = data.draw(cases(combination, dtype))
        out, (judged, _) = case.attend(), case.judged()
        assert out.dtype == case.value.dtype
        close(out, judged)

    law()


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_gradients_equal_those_of_the_reference(combination: Combination) -> None:
    @examples(5)
    @given(cases(combination))
    def law(case: Case) -> None:
        case = case.learning()
        names = ("query", "key", "value", "parameter")
        pairs = (gradients(case.attend(), case.leaves), gradients(case.judged()[0], case.leaves))
        for name, ours, judged in zip(names, *pairs, strict=False):
            close(ours, judged, f"gradient of the {name}")

    law()


@pytest.mark.parametrize("combination", UNDROPPED, ids=str)
def test_weights_equal_the_reference_and_average_the_values(combination: Combination) -> None:
    @examples(4)
    @given(cases(combination))
    def law(case: Case) -> None:
        weights = case.weights()
        close(weights, case.judged()[1])
        spread = case.value.repeat_interleave(case.sizes[1] // case.value.shape[1], 1)
        close(weights @ spread, case.attend())

    law()


PADDED = regard.Causal() & regard.Padding(keys=[3, 5], queries=[3, 2])


@pytest.mark.parametrize("mask", [None, PADDED], ids=["no mask", "causal and padded"])
@pytest.mark.parametrize("score, kernel", KERNELS_OF)
def test_gradients_equal_finite_differences(score: str, kernel: str, mask: regard.Padding | None) -> None:
    case = fixed(score, kernel=kernel, mask=mask).learning()
    assert torch.autograd.gradcheck(output_of(case), case.leaves, fast_mode=True)


@pytest.mark.parametrize("score", SCORES)
def test_second_derivatives_equal_finite_differences(score: str) -> None:
    case = fixed(score, mask=PADDED).learning()
    assert torch.autograd.gradgradcheck(output_of(case), case.leaves, fast_mode=True)


def output_of(case: Case):
    def run(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, *parameters: torch.Tensor):
        score = with_parameters(case.score, list(parameters))
        choices = {"mask": case.mask, "query_start": 1, "kernel": case.kernel}
        return regard.attend(query, key, value, score=score, **choices)

    return run


@pytest.mark.parametrize("score, kernel", KERNELS_OF)
def test_one_answer_from_every_layout_in_memory(score: str, kernel: str) -> None:
    """Broadcast with stride zero, transposed, every second element, reversed: the numbers alone matter."""
    case = fixed(score, kernel=kernel, mask=PADDED)
    query, key, value = case.query[:, :1].expand(2, 4, 3, -1), case.key, case.value[:1].expand(2, -1, -1, -1)
    strange = {
        "query": query,
        "key": key.transpose(1, 2).contiguous().transpose(1, 2),
        "value": torch.stack((value, value * 7), -1)[..., 0].mT.contiguous().mT,
    }
    outputs = []
    for tensors in (strange, {name: each.contiguous() for name, each in strange.items()}):
        leaves = [each.detach().requires_grad_() for each in tensors.values()]
        out = regard.attend(*leaves, score=case.score, mask=case.mask, query_start=2, kernel=kernel)
        outputs.append([out, *gradients(out, leaves)])
    for odd, plain in zip(*outputs, strict=True):
        close(odd, plain)
