"""The first law: whatever the kernel, the numbers and their gradients are the definition's."""

from dataclasses import replace
from typing import get_args

import pytest
import torch
from attention_case import Case, close, gradients
from attention_cases import KERNELS_OF, fixed, hold
from attention_choices import COMBINATIONS, ILLEGAL, PRODUCT, SINGLES, Combination, broken_rule, pairs, sampled
from attention_drawing import Chance
from attention_laws import differences, every_kernel_computes_the_definition

import regard
from regard.kernels.catalogue import KERNELS
from regard.mechanisms import catalogue
from regard.mechanisms.features import FeatureMap
from regard.mechanisms.legality import RULES
from regard.mechanisms.masks import Both, Either, Mask, Not, PerHead
from regard.mechanisms.normalizers import Normalizer
from regard.mechanisms.positions import Position
from regard.mechanisms.scores import Score
from regard.native import why_not


def test_the_catalogue_names_every_mechanism() -> None:
    assert set(catalogue.SCORES.values()) == set(get_args(Score))
    assert set(catalogue.FEATURE_MAPS.values()) == set(get_args(FeatureMap))
    assert set(catalogue.NORMALIZERS.values()) == set(get_args(Normalizer))
    assert set(catalogue.POSITIONS.values()) == set(get_args(Position))
    assert set(catalogue.MASKS.values()) == set(Mask.__subclasses__()) - {Both, Either, Not, PerHead}


def test_the_suite_runs_every_pair_that_is_legal() -> None:
    assert {pair for one in COMBINATIONS for pair in pairs(one)} == {pair for one in PRODUCT for pair in pairs(one)}


def test_memory_that_nobody_wrote_is_poisoned() -> None:
    assert torch.empty(3).isnan().all()


@pytest.mark.slow
@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_every_kernel_computes_the_definition(combination: Combination, covers) -> None:
    def law(case: Case) -> None:
        covers(combination, every_kernel_computes_the_definition(case))

    hold(law, combination, 2)


def test_what_is_illegal_is_refused_in_three_lines() -> None:
    """The rule's reason, the names that came, the rule's hint: for every illegal combination, and by every rule."""
    query, key, value = torch.zeros(1, 2, 2, 4), torch.zeros(1, 1, 2, 4), torch.zeros(1, 1, 2, 1)
    provoked = set()
    for combination in ILLEGAL:
        rule, choice = broken_rule(combination), sampled(combination)
        assert rule is not None
        with pytest.raises(regard.OptionError) as refusal:
            case = Case(query, key, value, *choice)
            case.attend()
        first, second, third = str(refusal.value).split("\n")
        assert (first, third) == (f"attend: {rule.reason}", f"  try  {rule.hint}")
        assert second.startswith("  got  ") and type(choice.score).__name__ in second
        provoked.add(rule.reason)
    assert provoked == {rule.reason for rule in RULES.values()}


@pytest.mark.parametrize("combination", SINGLES, ids=str)
def test_gradients_equal_finite_differences(combination: Combination) -> None:
    case = fixed(combination.score, combination.normalizer, combination.position, mask=combination.mask)
    for kernel in case.by_kernels():
        assert torch.autograd.gradcheck(*differences(replace(case, kernel=kernel)), fast_mode=True), kernel


@pytest.mark.slow
@pytest.mark.parametrize("combination", [one for one in SINGLES if one.mask in ("none", "edges")], ids=str)
def test_second_derivatives_equal_finite_differences(combination: Combination) -> None:
    case = fixed(combination.score, combination.normalizer, combination.position, mask=combination.mask)
    for kernel in case.by_kernels():
        assert torch.autograd.gradgradcheck(*differences(replace(case, kernel=kernel)), fast_mode=True), kernel


@pytest.mark.parametrize("kernel", [kernel for score, kernel in KERNELS_OF if score == "dot"])
def test_second_derivatives_hold_where_query_key_and_value_are_one_tensor(kernel: str) -> None:
    def run(states: torch.Tensor) -> torch.Tensor:
        return regard.attend(states, states, states, mask=regard.Causal(), kernel=kernel)

    states = Chance(4).numbers(1, 2, 3, 4).requires_grad_()
    assert torch.autograd.gradcheck(run, states) and torch.autograd.gradgradcheck(run, states)


def test_every_kernel_is_tried_and_dense_takes_everything() -> None:
    cases = [fixed(one.score, one.normalizer, mask=one.mask) for one in SINGLES]
    tried = {kernel for case in cases for kernel in case.by_kernels()}
    tried |= {kernel for case in cases for kernel in case.over(torch.Tensor.float).by_kernels()}
    assert tried == {name for name in KERNELS if name != "native" or why_not() is None}


@pytest.mark.parametrize("score, kernel", KERNELS_OF)
def test_one_answer_from_every_layout_in_memory(score: str, kernel: str) -> None:
    """Broadcast with stride zero, transposed, every second element, reversed: the numbers alone matter."""
    mask = regard.Causal() & regard.Padding(keys=[3, 5], queries=[3, 2])
    case = replace(fixed(score, kernel=kernel, mask=mask), query_start=2)
    strange = {
        "query": case.query[:, :1].expand(2, 4, 3, -1),
        "key": case.key.transpose(1, 2).contiguous().transpose(1, 2),
        "value": torch.stack([case.value[:1].expand(2, -1, -1, -1)] * 2, -1)[..., 0].mT.contiguous().mT,
    }
    outputs = []
    for tensors in (strange, {name: each.contiguous() for name, each in strange.items()}):
        leaves = {name: each.detach().requires_grad_() for name, each in tensors.items()}
        out = replace(case, **leaves).attend()
        outputs.append([out, *gradients(out, list(leaves.values()))])
    for odd, plain in zip(*outputs, strict=True):
        close(odd, plain)
